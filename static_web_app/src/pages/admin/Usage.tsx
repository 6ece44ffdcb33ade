/** What the coach was used for and what it cost, by day, model and tier. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { answerOf, client } from '../../api/client';
import type { UsageRow } from '../../api/types';
import { BarChart } from '../../charts/BarChart';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { daysAgo } from '../../lib/dates';
import { Choice } from '../../ui/Field';
import { Empty, Loaded } from '../../ui/feedback';
import { Card, Grid, H2, Row, Stack, Stat } from '../../ui/layout';
import { Cells, Scroll } from './Table';

const SPANS = ['7', '28', '90'] as const;

export function Usage(): ReactNode {
  const { t, plural } = useWords(adminWords);
  const [params, setParams] = useSearchParams();
  const span = SPANS.find((days) => days === params.get('days')) ?? '7';
  const query = useQuery({
    queryKey: ['manage', 'usage', span],
    queryFn: ({ signal }) => answerOf(client.GET('/api/manage/usage', { signal, params: { query: { from: daysAgo(Number(span)) } } })),
  });
  return (
    <Stack>
      <Choice legend={t('progress.span')} name="days" value={span} options={SPANS.map((days) => ({ value: days, label: plural('count.days', Number(days)) }))} onValue={(days) => setParams({ days }, { replace: true })} />
      <Loaded query={query}>{({ items }) => items.length === 0 ? <Empty title={t('admin.noUsage')}>{t('admin.noUsageBody')}</Empty> : <Content rows={items} />}</Loaded>
    </Stack>
  );
}

const sum = (rows: readonly UsageRow[], of: (row: UsageRow) => number): number => rows.reduce((total, row) => total + of(row), 0);

function Content({ rows }: { rows: readonly UsageRow[] }): ReactNode {
  const { t, number, money, percent, date } = useWords(adminWords);
  const days = [...Map.groupBy(rows, (row) => row.day)].toSorted(([a], [b]) => a.localeCompare(b));
  const requests = sum(rows, (row) => row.requests);
  const perDay = (of: (row: UsageRow) => number) => days.map(([day, members]) => ({ label: date(day, 'short'), value: sum(members, of) }));
  return (
    <>
      <Card>
        <Row gap="8">
          <Stat value={number(requests, 0)} label={t('admin.requests')} />
          <Stat value={money(sum(rows, (row) => row.cost_usd))} label={t('admin.cost')} />
          <Stat value={percent(requests === 0 ? 0 : sum(rows, (row) => row.fallbacks) / requests)} label={t('admin.fallbacks')} />
          <Stat value={number(sum(rows, (row) => row.tokens_in + row.tokens_out), 0)} label={t('admin.tokensUsed')} />
        </Row>
      </Card>
      <Grid>
        <Card><H2 mb="2">{t('admin.requests')}</H2><BarChart title={t('admin.requests')} head={t('chart.date')} summary={t('admin.perDay')} bars={perDay((row) => row.requests)} format={(value) => number(value, 0)} /></Card>
        <Card><H2 mb="2">{t('admin.cost')}</H2><BarChart title={t('admin.cost')} head={t('chart.date')} summary={t('admin.perDay')} bars={perDay((row) => row.cost_usd)} format={money} /></Card>
      </Grid>
      <Card>
        <Scroll label={t('admin.usage')}>
          <Cells>
            <thead>
              <tr>
                <th scope="col">{t('chart.date')}</th><th scope="col">{t('admin.model')}</th><th scope="col">{t('admin.tier')}</th>
                {(['requests', 'fallbacks', 'repairs', 'tokensIn', 'tokensOut', 'cost', 'p50', 'p95'] as const).map((name) => <th key={name} scope="col" className="num">{t(`admin.${name}`)}</th>)}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.day}-${row.provider}-${row.model}-${row.tier}`}>
                  <td>{date(row.day, 'short')}</td><td>{row.model}</td><td>{t(`tier.${row.tier}`)}</td>
                  {[row.requests, row.fallbacks, row.repairs, row.tokens_in, row.tokens_out].map((value, index) => <td key={index} className="num">{number(value, 0)}</td>)}
                  <td className="num">{money(row.cost_usd)}</td><td className="num">{number(row.p50_ms, 0)} ms</td><td className="num">{number(row.p95_ms, 0)} ms</td>
                </tr>
              ))}
            </tbody>
          </Cells>
        </Scroll>
      </Card>
    </>
  );
}
