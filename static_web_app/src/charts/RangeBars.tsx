/** Each muscle's weekly sets against its range: a bar, the band it should reach, and the verdict in words. */
import { Box } from '@chakra-ui/react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Badge, Num, P, Row, Rows } from '../ui/layout';

export interface RangeRow {
  name: string;
  value: number;
  low: number;
  high: number;
}

export function RangeBars({ rows }: { rows: readonly RangeRow[] }): ReactNode {
  const { t, number } = useText();
  const most = Math.max(1, ...rows.map((row) => Math.max(row.high, row.value))) * 1.08;
  const share = (value: number): string => `${String(Math.min(100, (value / most) * 100))}%`;
  return (
    <Rows gap="4">
      {rows.map((row) => {
        const verdict = row.value < row.low ? 'below' : row.value > row.high ? 'above' : 'within';
        return (
          <li key={row.name}>
            <Row justifyContent="space-between" gap="2" flexWrap="nowrap">
              <P fontWeight="620" fontSize="sm">{row.name}</P>
              <Row gap="2" flexWrap="nowrap">
                <Num fontSize="sm" color="muted">{t('range.of', { value: number(row.value), low: number(row.low), high: number(row.high) })}</Num>
                <Badge tone={verdict === 'within' ? 'good' : verdict === 'below' ? 'info' : 'warn'}>{t(`range.${verdict}`)}</Badge>
              </Row>
            </Row>
            <Box aria-hidden="true" position="relative" h="3" mt="1.5" rounded="full" bg="sunken" overflow="hidden">
              <Box position="absolute" insetY="0" bg="brandSoft" style={{ left: share(row.low), width: share(row.high - row.low) }} />
              <Box position="absolute" insetY="0.5" insetStart="0" rounded="full" bg={verdict === 'above' ? 'chart2' : 'chart1'} style={{ width: share(row.value) }} />
            </Box>
          </li>
        );
      })}
    </Rows>
  );
}
