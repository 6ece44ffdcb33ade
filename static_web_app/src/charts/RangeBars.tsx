/** Each muscle's weekly sets against its range: a bar, the band it should reach, and the verdict in words. */
import { Box } from '@chakra-ui/react';
import { useState, type ReactNode } from 'react';
import { progressWords } from '../i18n/progress';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Badge, Num, P, Row, Rows, Stack } from '../ui/layout';
import { Figure } from './Figure';

export interface RangeRow {
  name: string;
  value: number;
  low: number;
  high: number;
}

const SHOWN = 8;
const TONES = { above: 'warn', below: 'info', within: 'good' } as const;
type Verdict = keyof typeof TONES;

const verdictOf = ({ value, low, high }: RangeRow): Verdict => (value < low ? 'below' : value > high ? 'above' : 'within');

/** What needs a look comes first, then the most trained. */
export function RangeBars({ title, rows }: { title: string; rows: readonly RangeRow[] }): ReactNode {
  const { t, number, list } = useWords(progressWords);
  const [all, setAll] = useState(false);
  const ordered = rows.toSorted((a, b) => Number(verdictOf(a) === 'within') - Number(verdictOf(b) === 'within') || b.value - a.value);
  const most = Math.max(1, ...rows.map((row) => Math.max(row.high, row.value))) * 1.08;
  const named = (verdict: Verdict): string => list(ordered.filter((row) => verdictOf(row) === verdict).map((row) => row.name));
  const summary = [
    t('range.summary', { n: rows.filter((row) => verdictOf(row) === 'within').length, of: rows.length }),
    ...(['above', 'below'] as const).filter((verdict) => rows.some((row) => verdictOf(row) === verdict)).map((verdict) => t(`range.${verdict}Named`, { names: named(verdict) })),
  ].join(' ');
  const columns = [
    { head: t('range.muscle'), cells: ordered.map((row) => row.name) },
    { head: t('range.sets'), cells: ordered.map((row) => number(row.value)) },
    { head: t('range.range'), cells: ordered.map((row) => `${number(row.low)}–${number(row.high)}`) },
    { head: t('range.verdict'), cells: ordered.map((row) => t(`range.${verdictOf(row)}`)) },
  ];
  return (
    <Figure title={title} summary={summary} columns={columns}>
      <Stack gap="4">
        <Rows gap="4">
          {ordered.slice(0, all ? undefined : SHOWN).map((row) => <Bar key={row.name} row={row} most={most} />)}
        </Rows>
        {rows.length > SHOWN && (
          <Button look="ghost" size="sm" alignSelf="flex-start" ms="-3" color="brandText" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('range.fewer') : t('range.all', { n: rows.length })}
          </Button>
        )}
      </Stack>
    </Figure>
  );
}

function Bar({ row, most }: { row: RangeRow; most: number }): ReactNode {
  const { t, number } = useWords(progressWords);
  const verdict = verdictOf(row);
  const share = (value: number): string => `${String(Math.min(100, (value / most) * 100))}%`;
  return (
    <li>
      <Row justifyContent="space-between" columnGap="2" rowGap="0">
        <P fontWeight="620" fontSize="sm">{row.name}</P>
        <Row gap="2" ms="auto">
          <Num fontSize="sm" color="muted">{t('range.of', { value: number(row.value), low: number(row.low), high: number(row.high) })}</Num>
          <Badge tone={TONES[verdict]}>{t(`range.${verdict}`)}</Badge>
        </Row>
      </Row>
      <Box aria-hidden="true" position="relative" h="3" mt="1.5" rounded="full" bg="sunken" overflow="hidden">
        <Box position="absolute" insetY="0" bg="brandSoft" style={{ left: share(row.low), width: share(row.high - row.low) }} />
        <Box position="absolute" insetY="0.5" insetStart="0" rounded="full" bg={verdict === 'above' ? 'chart2' : 'chart1'} style={{ width: share(row.value) }} />
      </Box>
    </li>
  );
}
