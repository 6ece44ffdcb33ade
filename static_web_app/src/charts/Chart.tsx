/** The frame of every chart: a sentence that says what it shows, its own width, and the same numbers as a table. */
import { Box, chakra } from '@chakra-ui/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Button } from '../ui/Button';
import { Muted, Row } from '../ui/layout';

export interface Column {
  head: string;
  /** One cell for each row. */
  cells: readonly string[];
}

interface ChartProps {
  title: string;
  summary: string;
  columns: readonly Column[];
  height?: number;
  children: (width: number, height: number) => ReactNode;
}

export function Chart({ title, summary, columns, height = 200, children }: ChartProps): ReactNode {
  const { t } = useText();
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    // Measured rather than scaled, so that labels keep their size on a phone.
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <Box as="figure" m="0" minW="0">
      <Row as="figcaption" justifyContent="space-between" alignItems="flex-start" flexWrap="nowrap" gap="3">
        <Muted>{summary}</Muted>
        <Button look="ghost" size="sm" flexShrink="0" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t('chart.asChart') : t('chart.asTable')}
        </Button>
      </Row>
      <Box ref={frame} mt="2" minH={asTable ? undefined : `${String(height)}px`}>
        {asTable
          ? <DataTable caption={title} columns={columns} />
          : width > 0 && (
            <svg width={width} height={height} role="img" aria-label={`${title}. ${summary}`} style={{ display: 'block', overflow: 'visible' }}>
              {children(width, height)}
            </svg>
          )}
      </Box>
    </Box>
  );
}

export function DataTable({ caption, columns }: { caption: string; columns: readonly Column[] }): ReactNode {
  const rows = columns[0]?.cells.length ?? 0;
  return (
    <Box overflowX="auto" maxH="22rem" overflowY="auto" tabIndex={0} role="region" aria-label={caption} rounded="md">
      <chakra.table w="full" fontSize="sm" fontVariantNumeric="tabular-nums" css={{ borderCollapse: 'collapse', '& th, & td': { px: '3', py: '2', textAlign: 'start', borderBottom: '1px solid', borderColor: 'line', whiteSpace: 'nowrap' }, '& thead th': { color: 'muted', fontWeight: '620', position: 'sticky', top: 0, bg: 'surface' } }}>
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
