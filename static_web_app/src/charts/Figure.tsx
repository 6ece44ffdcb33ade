/** The frame of every picture of numbers: a sentence that says what it shows, and the same numbers as a table to read or copy. */
import { Box, chakra } from '@chakra-ui/react';
import { ChartNoAxesColumn, Copy, Table2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { progressWords } from '../i18n/progress';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Muted, Row } from '../ui/layout';
import { say } from '../ui/toast';

export interface Column {
  head: string;
  /** One cell for each row. */
  cells: readonly string[];
}

interface FigureProps {
  title: string;
  /** What the numbers say, in one sentence. */
  summary: string;
  columns: readonly Column[];
  /** What stands out, beside the switch to the table. */
  reading?: ReactNode;
  children: ReactNode;
}

export function Figure({ title, summary, columns, reading, children }: FigureProps): ReactNode {
  const { t } = useWords(progressWords);
  const [asTable, setAsTable] = useState(false);
  return (
    <Box as="figure" m="0" minW="0">
      <Box as="figcaption">
        <Row justifyContent="space-between" alignItems="flex-start" flexWrap="nowrap" gap="3">
          <Box minW="0" flex="1">{reading ?? <Muted>{summary}</Muted>}</Box>
          <Row gap="1" flexShrink="0" mt="-1.5" me="-2">
            {asTable && (
              <Button look="ghost" size="sm" px="2.5" aria-label={t('chart.copy')} title={t('chart.copy')} onClick={() => void copy(columns).then(() => say(t('chart.copied')))}>
                <Copy size={17} aria-hidden="true" />
              </Button>
            )}
            <Button look="ghost" size="sm" px="2.5" color="muted" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {asTable ? <ChartNoAxesColumn size={17} aria-hidden="true" /> : <Table2 size={17} aria-hidden="true" />}
              {asTable ? t('chart.asChart') : t('chart.asTable')}
            </Button>
          </Row>
        </Row>
        {reading !== undefined && <Muted mt="1">{summary}</Muted>}
      </Box>
      <Box mt="3">{asTable ? <DataTable caption={title} columns={columns} /> : children}</Box>
    </Box>
  );
}

/** Rows with tabs between, as spreadsheets take them. */
export function asText(columns: readonly Column[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map((column) => column.cells[row] ?? '')) ?? [];
  return [columns.map((column) => column.head), ...rows].map((row) => row.join('\t')).join('\n');
}

function copy(columns: readonly Column[]): Promise<void> {
  return navigator.clipboard.writeText(asText(columns));
}

function DataTable({ caption, columns }: { caption: string; columns: readonly Column[] }): ReactNode {
  const rows = columns[0]?.cells.length ?? 0;
  return (
    <Box overflowX="auto" maxH="22rem" overflowY="auto" tabIndex={0} role="region" aria-label={caption} rounded="md">
      <chakra.table w="full" fontSize="sm" fontVariantNumeric="tabular-nums" css={{ borderCollapse: 'collapse', '& th, & td': { px: '3', py: '2', textAlign: 'start', borderBottom: '1px solid', borderColor: 'line' }, '& thead th': { color: 'muted', fontWeight: '620', position: 'sticky', top: 0, bg: 'surface' }, '& td': { whiteSpace: 'nowrap' } }}>
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <th key={column.head} scope="col">{column.head}</th>)}</tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>{columns.map((column) => <td key={column.head}>{column.cells[row]}</td>)}</tr>
          ))}
        </tbody>
      </chakra.table>
    </Box>
  );
}
