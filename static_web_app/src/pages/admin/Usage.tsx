/** What the coach was used for and what it cost, by day, model and tier. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { answerOf, client } from '../../api/client';
import type { UsageRow } from '../../api/types';
import { BarChart } from '../../charts/BarChart';
import { adminWords } from '../../i18n/admin';
import { progressWords } from '../../i18n/progress';
import { both, useWords } from '../../i18n/text';
import { daysAgo } from '../../lib/dates';
import { Choice } from '../../ui/Field';
import { Empty, Loaded } from '../../ui/feedback';
import { Card, Grid, H2, Muted, Num, Stack, Stat } from '../../ui/layout';
import { Table, withParam } from './Table';

const SPANS = ['7', '28', '90'] as const;
const words = both(adminWords, progressWords);

export function Usage(): ReactNode {
  const { t, plural } = useWords(words);
  const [params, setParams] = useSearchParams();
  const span = SPANS.find((days) => days === params.get('days')) ?? '7';
  const query = useQuery({
    queryKey: ['manage', 'usage', span],
    queryFn: ({ signal }) => answerOf(client.GET('/api/manage/usage', { signal, params: { query: { from: daysAgo(Number(span)) } } })),
  });
  return (
    <Stack>
      <Choice legend={t('progress.span')} name="days" value={span} options={SPANS.map((days) => ({ value: days, label: plural('count.days', Number(days)) }))} onValue={(days) => setParams((before) => withParam(before, 'days', days), { replace: true })} />
      <Loaded query={query}>{({ items, parked = [] }) => (
        <>
          {items.length === 0 ? <Empty title={t('admin.noUsage')}>{t('admin.noUsageBody')}</Empty> : <Content rows={items} days={Number(span)} />}
          <Parked kinds={parked.filter(({ state }) => state === 'parked').map(({ kind }) => kind)} />
        </>
      )}</Loaded>
    </Stack>
  );
}

function Parked({ kinds }: { kinds: readonly string[] }): ReactNode {
  const { t } = useWords(words);
  return kinds.length > 0 && <Muted>{t('admin.parked', { kinds: [...new Set(kinds)].join(', ') })}</Muted>;
}

const sum = (rows: readonly UsageRow[], of: (row: UsageRow) => number): number => rows.reduce((total, row) => total + of(row), 0);

function Content({ rows, days }: { rows: readonly UsageRow[]; days: number }): ReactNode {
  const { t, number, money, percent, date } = useWords(words);
  const requests = sum(rows, (row) => row.requests);
  const cost = sum(rows, (row) => row.cost_usd);
  // Days without a request are bars too, of no height.
  const perDay = (of: (row: UsageRow) => number) => Array.from({ length: days }, (_, index) => daysAgo(days - 1 - index))
    .map((day) => ({ label: date(day, 'short'), value: sum(rows.filter((row) => row.day === day), of) }));
  const count = (value: number): string => number(value, 0);
  return (
    <>
      <Card>
        <Box display="grid" gap="5" gridTemplateColumns={{ base: 'repeat(2, minmax(0, 1fr))', md: 'repeat(4, minmax(0, 1fr))' }}>
          <Stat value={count(requests)} label={t('admin.requests')} />
          <Stat value={money(cost)} label={t('admin.cost')} />
          <Stat value={percent(requests === 0 ? 0 : sum(rows, (row) => row.fallbacks) / requests)} label={t('admin.fallbacks')} />
          <Stat value={count(sum(rows, (row) => row.tokens_in + row.tokens_out))} label={t('admin.tokensUsed')} />
        </Box>
      </Card>
      <Grid>
        <Card><H2 mb="3">{t('admin.requests')}</H2><BarChart title={t('admin.requests')} head={t('chart.date')} summary={t('admin.inDays', { value: count(requests), days })} bars={perDay((row) => row.requests)} format={count} /></Card>
        <Card><H2 mb="3">{t('admin.cost')}</H2><BarChart title={t('admin.cost')} head={t('chart.date')} summary={t('admin.inDays', { value: money(cost), days })} bars={perDay((row) => row.cost_usd)} format={money} /></Card>
      </Grid>
      <Card>
        <Table label={t('admin.usage')} rows={rows} keyOf={(row) => `${row.day}-${row.provider}-${row.model}-${row.tier}`} columns={[
          { name: 'day', head: t('chart.date'), sortBy: (row) => row.day, cell: (row) => <Num>{date(row.day, 'short')}</Num> },
          { name: 'model', head: t('admin.model'), sortBy: (row) => row.model, cell: (row) => row.model },
          { name: 'tier', head: t('admin.tier'), sortBy: (row) => row.tier, cell: (row) => t(`tier.${row.tier}`) },
          ...([['requests', 'requests', count], ['fallbacks', 'fallbacks', count], ['repairs', 'repairs', count], ['tokensIn', 'tokens_in', count], ['tokensOut', 'tokens_out', count], ['cost', 'cost_usd', money], ['p50', 'p50_ms', (ms: number) => `${count(ms)} ms`], ['p95', 'p95_ms', (ms: number) => `${count(ms)} ms`]] as const)
            .map(([name, field, write]) => ({ name, head: t(`admin.${name}`), numeric: true, sortBy: (row: UsageRow) => row[field], cell: (row: UsageRow) => write(row[field]) })),
        ]} />
      </Card>
    </>
  );
}
