/** The models: order, prices, budgets, health, and a try before a change. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answerOf, client } from '../../api/client';
import type { Provider, ProviderChange } from '../../api/types';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { Check, NumberField, TextField } from '../../ui/Field';
import { Empty, Loaded, Notice, ProblemNotice } from '../../ui/feedback';
import { Badge, Card, H2, Meter, Muted, Num, Row, Stack } from '../../ui/layout';
import { say } from '../../ui/toast';
import { useForm } from '../../ui/useForm';
import { withStepUp } from './stepUp';

const NUMBERS = ['priority', 'price_in_usd', 'price_out_usd', 'price_request_usd', 'weekly_budget_usd', 'monthly_budget_usd', 'timeout_s'] as const;
type Values = Pick<ProviderChange, 'enabled' | 'model'> & Partial<Record<(typeof NUMBERS)[number], number | null>>;

export function Providers(): ReactNode {
  const { t } = useWords(adminWords);
  const query = useQuery({ queryKey: ['manage', 'providers'], queryFn: ({ signal }) => answerOf(client.GET('/api/manage/providers', { signal })) });
  return (
    <Loaded query={query}>
      {({ items }) => items.length === 0 ? <Empty title={t('admin.noProviders')}>{t('admin.noProvidersBody')}</Empty> : <Stack>{items.map((one) => <ProviderCard key={one.name} provider={one} />)}</Stack>}
    </Loaded>
  );
}

const HEALTH = { closed: 'good', half_open: 'warn', open: 'danger' } as const;

function ProviderCard({ provider }: { provider: Provider }): ReactNode {
  const { t, money, date } = useWords(adminWords);
  const { health, spent } = provider;
  return (
    <Card>
      <Row justifyContent="space-between" alignItems="flex-start">
        <Box minW="0">
          <Row gap="2">
            <H2>{provider.title}</H2>
            <Badge tone={HEALTH[health.state]}>{t(`health.${health.state}`)}</Badge>
            {!provider.enabled && <Badge>{t('admin.off')}</Badge>}
          </Row>
          <Muted>{provider.model} · {t('admin.priorityOf', { n: provider.priority })}</Muted>
        </Box>
        <Num color="muted" fontSize="sm">{t('admin.spent', { week: money(spent.week_usd), month: money(spent.month_usd) })}</Num>
      </Row>
      <Box mt="3"><Meter ratio={provider.weekly_budget_usd === 0 ? 0 : spent.week_usd / provider.weekly_budget_usd} tone={spent.week_usd > provider.weekly_budget_usd * 0.8 ? 'warn' : 'brand'} /></Box>
      <Stack gap="2" mt="3">
        {provider.obstacle !== null && <Notice tone="warn">{provider.obstacle}</Notice>}
        {provider.note !== null && <Notice>{provider.note}</Notice>}
        {health.last_error !== null && <Notice tone="danger" title={health.since === null ? undefined : t('admin.since', { when: date(health.since, 'full') })}>{health.last_error}</Notice>}
        {provider.retires_on !== null && <Notice tone="warn">{t('admin.retires', { when: date(provider.retires_on, 'long'), successor: provider.successor ?? '–' })}</Notice>}
      </Stack>
      <chakra.details mt="2">
        <chakra.summary minH="11" display="flex" alignItems="center" cursor="pointer" fontWeight="640" fontSize="sm" color="brandText">{t('admin.settings')}</chakra.summary>
        <Settings provider={provider} />
      </chakra.details>
    </Card>
  );
}

function Settings({ provider }: { provider: Provider }): ReactNode {
  const { t, number, money } = useWords(adminWords);
  const queries = useQueryClient();
  const path = { name: provider.name };
  const form = useForm<Values>(
    { enabled: provider.enabled, model: provider.model, ...Object.fromEntries(NUMBERS.map((name) => [name, provider[name]])) },
    () => ({}),
    async (values) => {
      await withStepUp(() => answerOf(client.PUT('/api/manage/providers/{name}', { params: { path }, body: changesOf(provider, values) })));
      await queries.invalidateQueries({ queryKey: ['manage', 'providers'] });
      say(t('admin.changed', { name: provider.title }));
    },
  );
  const trial = useMutation({ mutationFn: () => withStepUp(() => answerOf(client.POST('/api/manage/providers/{name}/test', { params: { path }, body: changesOf(provider, form.values) }))) });
  return (
    <chakra.form noValidate onSubmit={(event) => void form.submit(event)}>
      <Stack gap="4" pt="2">
        <Check name="enabled" checked={form.values.enabled === true} onChecked={(enabled) => form.set('enabled', enabled)}>{t('admin.enabled')}</Check>
        <Box display="grid" gap="4" gridTemplateColumns={{ base: '1fr 1fr', md: 'repeat(4, minmax(0, 1fr))' }}>
          <TextField name="model" label={t('admin.model')} value={form.values.model ?? ''} error={form.errors['model']} onValue={(model) => form.set('model', model)} />
          {NUMBERS.map((name) => <NumberField key={name} name={name} label={t(`admin.${name}`)} value={form.values[name] ?? null} error={form.errors[name]} onValue={(value) => form.set(name, value)} />)}
        </Box>
        <ProblemNotice error={form.failure ?? trial.error} />
        {trial.data !== undefined && (
          <Notice tone={trial.data.ok ? 'good' : 'danger'} title={trial.data.ok ? t('admin.testOk') : t('admin.testFailed')}>
            {trial.data.ok ? t('admin.testDetail', { ms: number(trial.data.latency_ms, 0), cost: money(trial.data.cost_usd) }) : trial.data.error}
          </Notice>
        )}
        <Row>
          <Button type="submit" busy={form.busy}>{t('action.save')}</Button>
          <Button look="outline" busy={trial.isPending} onClick={() => trial.mutate()}>{t('admin.test')}</Button>
        </Row>
      </Stack>
    </chakra.form>
  );
}

/** Only what differs is sent, so that a new model can bring its own prices along. */
function changesOf(provider: Provider, values: Values): ProviderChange {
  const pairs = Object.entries(values).filter(([name, value]) => value !== provider[name as keyof Values] && value !== undefined);
  return Object.fromEntries(pairs.map(([name, value]) => [name, name === 'priority' && typeof value === 'number' ? Math.round(value) : value]));
}
