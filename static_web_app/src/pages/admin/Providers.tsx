/** The models: order, prices, budgets, health, and a try before a change. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../../api/client';
import type { Provider, ProviderChange } from '../../api/types';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Check, NumberField, TextField } from '../../ui/Field';
import { Empty, Loaded, Notice, ProblemNotice } from '../../ui/feedback';
import { Badge, Card, H2, Label, Meter, Muted, Num, P, Row, Stack } from '../../ui/layout';
import { More } from '../../ui/More';
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
      {({ items }) => items.length === 0 ? <Empty title={t('admin.noProviders')}>{t('admin.noProvidersBody')}</Empty> : <Stack>{items.toSorted((a, b) => a.priority - b.priority).map((one) => <ProviderCard key={one.name} provider={one} />)}</Stack>}
    </Loaded>
  );
}

const HEALTH = { closed: 'good', half_open: 'warn', open: 'danger' } as const;
const NEARLY_SPENT = 0.8;

/** Whether it is asked at all comes before how it fares. */
function State({ provider }: { provider: Provider }): ReactNode {
  const { t } = useWords(adminWords);
  if (!provider.enabled) return <Badge>{t('admin.off')}</Badge>;
  if (provider.obstacle !== null) return <Badge tone="warn">{t('admin.notReady')}</Badge>;
  return <Badge tone={HEALTH[provider.health.state]}>{t(`health.${provider.health.state}`)}</Badge>;
}

function ProviderCard({ provider }: { provider: Provider }): ReactNode {
  const { t, date } = useWords(adminWords);
  const { health, spent } = provider;
  return (
    <Card aria-labelledby={`provider-${provider.name}`}>
      <Row justifyContent="space-between" alignItems="flex-start" flexWrap="nowrap">
        <Box minW="0">
          <Row gap="2">
            <H2 id={`provider-${provider.name}`}>{provider.title}</H2>
            <State provider={provider} />
          </Row>
          <Muted>{provider.model}</Muted>
        </Box>
        <Badge>{t('admin.priorityOf', { n: provider.priority })}</Badge>
      </Row>
      <Box display="grid" gap={{ base: '3', md: '6' }} gridTemplateColumns={{ base: '1fr', md: '1fr 1fr' }} mt="4">
        <Budget label={t('admin.thisWeek')} spent={spent.week_usd} limit={provider.weekly_budget_usd} />
        <Budget label={t('admin.thisMonth')} spent={spent.month_usd} limit={provider.monthly_budget_usd} />
      </Box>
      <Stack gap="2" mt="3" _empty={{ display: 'none' }}>
        {provider.enabled && provider.obstacle !== null && <Notice tone="warn"><P lang="en">{provider.obstacle}</P></Notice>}
        {provider.note !== null && <Notice><P lang="en">{provider.note}</P></Notice>}
        {provider.warning !== null && <Notice tone="warn"><P lang="en">{provider.warning}</P></Notice>}
        {health.last_error !== null && <Notice tone="danger" title={health.since === null ? undefined : t('admin.since', { when: date(health.since, 'full') })}><P lang="en">{health.last_error}</P></Notice>}
        {provider.retires_on !== null && <Notice tone="warn">{t('admin.retires', { when: date(provider.retires_on, 'long'), successor: provider.successor ?? '–' })}</Notice>}
      </Stack>
      <More mt="2" summary={t('admin.settings')}><Settings provider={provider} /></More>
    </Card>
  );
}

function Budget({ label, spent, limit }: { label: string; spent: number; limit: number }): ReactNode {
  const { t, money } = useWords(adminWords);
  return (
    <Box>
      <Row justifyContent="space-between" gap="2" mb="1.5">
        <Label>{label}</Label>
        <Num fontSize="sm">{t('admin.spentOf', { spent: money(spent), limit: money(limit) })}</Num>
      </Row>
      <Meter ratio={limit === 0 ? 0 : spent / limit} tone={spent > limit * NEARLY_SPENT ? 'warn' : 'brand'} />
    </Box>
  );
}

function Settings({ provider }: { provider: Provider }): ReactNode {
  const { t, number, money } = useWords(adminWords);
  const queries = useQueryClient();
  const path = { name: provider.name };
  const [asking, setAsking] = useState(false);
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
    <chakra.form noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (takesAway(provider, form.values)) setAsking(true);
        else void form.submit();
      }}>
      <Stack gap="4" pt="2">
        <Check name="enabled" checked={form.values.enabled === true} onChecked={(enabled) => form.set('enabled', enabled)}>{t('admin.enabled')}</Check>
        <Box display="grid" gap="4" alignItems="end" gridTemplateColumns={{ base: 'repeat(2, minmax(0, 1fr))', md: 'repeat(4, minmax(0, 1fr))' }}>
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
      {asking && (
        <Confirm title={t('admin.takesAwayTitle', { name: provider.title })} word={provider.name} action={t('action.save')} onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void form.submit();
          }}>
          <P>{t('admin.takesAway')}</P>
        </Confirm>
      )}
    </chakra.form>
  );
}

/** Whether people get less by it: the provider is switched off, or may cost less than before. */
function takesAway(provider: Provider, values: Values): boolean {
  return (provider.enabled && values.enabled === false)
    || (['weekly_budget_usd', 'monthly_budget_usd'] as const).some((name) => (values[name] ?? provider[name]) < provider[name]);
}

/** Only what differs is sent, so that a new model can bring its own prices along. */
function changesOf(provider: Provider, values: Values): ProviderChange {
  const pairs = Object.entries(values).filter(([name, value]) => value !== provider[name as keyof Values] && value !== undefined);
  return Object.fromEntries(pairs.map(([name, value]) => [name, name === 'priority' && typeof value === 'number' ? Math.round(value) : value]));
}
