/** What each tier allows. */
import { Box, chakra } from '@chakra-ui/react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../../api/client';
import type { TierLimits } from '../../api/types';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { NumberField } from '../../ui/Field';
import { Loaded, ProblemNotice } from '../../ui/feedback';
import { Card, Grid, H2, Muted, P, Stack } from '../../ui/layout';
import { say } from '../../ui/toast';
import { useForm } from '../../ui/useForm';
import { withStepUp } from './stepUp';

export function Tiers(): ReactNode {
  const query = useQuery({ queryKey: ['manage', 'tiers'], queryFn: ({ signal }) => answerOf(client.GET('/api/manage/tiers', { signal })) });
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Grid gridTemplateColumns={{ base: 'minmax(0, 1fr)', lg: 'repeat(3, minmax(0, 1fr))' }}>
          {items.map((limits) => <Tier key={limits.tier} limits={limits} />)}
        </Grid>
      )}
    </Loaded>
  );
}

function Tier({ limits }: { limits: TierLimits }): ReactNode {
  const { t } = useWords(adminWords);
  const queries = useQueryClient();
  const { tier, ...first } = limits;
  const [asking, setAsking] = useState(false);
  const form = useForm<Record<keyof typeof first, number | null>>(
    first,
    (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value === null || value < 0).map(([name]) => [name, t('field.needed')])),
    async ({ day, week, month, budget_usd: budget }) => {
      const body = { day: Math.round(day ?? 0), week: Math.round(week ?? 0), month: Math.round(month ?? 0), budget_usd: budget ?? 0 };
      await withStepUp(() => answerOf(client.PUT('/api/manage/tiers/{tier}', { params: { path: { tier } }, body })));
      await queries.invalidateQueries({ queryKey: ['manage', 'tiers'] });
      say(t('admin.tierSaved', { name: t(`tier.${tier}`) }));
    },
  );
  return (
    <Card>
      <chakra.form noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if ((Object.keys(first) as (keyof typeof first)[]).some((name) => (form.values[name] ?? first[name]) < first[name])) setAsking(true);
          else void form.submit();
        }}>
        <Stack gap="4">
          <Box><H2>{t(`tier.${tier}`)}</H2><Muted>{t('admin.tierHint')}</Muted></Box>
          {(['day', 'week', 'month'] as const).map((window) => (
            <NumberField key={window} name={window} mode="numeric" label={t(`admin.per.${window}`)} value={form.values[window]} error={form.errors[window]} onValue={(value) => form.set(window, value)} />
          ))}
          <NumberField name="budget_usd" label={t('admin.budgetMonth')} unit="USD" value={form.values.budget_usd} error={form.errors['budget_usd']} onValue={(value) => form.set('budget_usd', value)} />
          <ProblemNotice error={form.failure} />
          <Box><Button type="submit" busy={form.busy}>{t('action.save')}</Button></Box>
        </Stack>
      </chakra.form>
      {asking && (
        <Confirm title={t('admin.lessTitle', { name: t(`tier.${tier}`) })} word={tier} action={t('action.save')} onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void form.submit();
          }}>
          <P>{t('admin.less')}</P>
        </Confirm>
      )}
    </Card>
  );
}
