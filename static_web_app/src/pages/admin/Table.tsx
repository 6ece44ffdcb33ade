/** A table that sorts by its heads, keeps that in the address, and becomes a list of cards on a phone. */
import { Box, chakra } from '@chakra-ui/react';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Field, NativeSelect } from '../../ui/Field';

export interface TableColumn<Row> {
  name: string;
  head: string;
  /** What rows are ordered by; a column without it cannot be sorted. */
  sortBy?: (row: Row) => string | number;
  numeric?: boolean;
  cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  label: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

const Cells = chakra('table', {
  base: {
    w: 'full', fontSize: 'sm', fontVariantNumeric: 'tabular-nums', borderCollapse: 'collapse',
    '& th, & td': { textAlign: 'start', verticalAlign: 'middle' },
    '& thead th': { color: 'muted', fontWeight: '620', whiteSpace: 'nowrap' },
    mdDown: {
      display: 'block',
      '& tbody': { display: 'block' },
      '& thead': { display: 'none' },
      '& tbody tr': { display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', gap: '3', py: '4', borderTop: '1px solid', borderColor: 'line' },
      '& tbody th': { gridColumn: '1 / -1' },
      '& td[data-head]::before': { content: 'attr(data-head)', display: 'block', color: 'muted', fontSize: 'xs', fontWeight: '620', mb: '1' },
    },
    md: {
      '& th, & td': { px: '2.5', py: '2.5', borderBottom: '1px solid', borderColor: 'line' },
      '& tbody tr:hover': { bg: 'sunken' },
      '& .num': { textAlign: 'end', whiteSpace: 'nowrap' },
    },
  },
});

const HeadButton = chakra('button', {
  base: { display: 'inline-flex', alignItems: 'center', gap: '1', minH: '9', px: '1', mx: '-1', rounded: 'sm', fontWeight: '620', cursor: 'pointer', _hover: { color: 'ink' } },
});

export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>): ReactNode {
  const { t, locale } = useWords(adminWords);
  const [sort, setSort] = useSort(columns);
  const by = columns.find((column) => column.name === sort.by)?.sortBy;
  const ordered = by === undefined ? rows : rows.toSorted((a, b) => compare(by(a), by(b), locale) * (sort.down ? -1 : 1));
  return (
    <>
      <Box display={{ md: 'none' }}>
        <Field label={t('table.sort')}>
          {(described) => (
            <NativeSelect {...described} value={`${sort.by} ${sort.down ? 'down' : 'up'}`}
              onChange={(event) => {
                const [name = '', way] = event.target.value.split(' ');
                setSort(name, way === 'down');
              }}>
              {sort.by === '' && <option value=" up">–</option>}
              {columns.filter((column) => column.sortBy !== undefined).flatMap(({ name, head }) => ['up', 'down'].map((way) => (
                <option key={`${name} ${way}`} value={`${name} ${way}`}>{t(way === 'up' ? 'table.up' : 'table.down', { name: head })}</option>
              )))}
            </NativeSelect>
          )}
        </Field>
      </Box>
      <Box overflowX={{ md: 'auto' }} tabIndex={0} role="region" aria-label={label} mx={{ md: '-2' }}>
        {/* On a phone the rows are laid out as cards, which would take their roles away; so they are said. */}
        <Cells role="table">
          <thead>
            <tr role="row">
              {columns.map((column) => (
                <th key={column.name} role="columnheader" scope="col" className={column.numeric === true ? 'num' : undefined} aria-sort={column.sortBy === undefined ? undefined : column.name !== sort.by ? 'none' : sort.down ? 'descending' : 'ascending'}>
                  {column.sortBy === undefined ? column.head : (
                    <HeadButton type="button" onClick={() => setSort(column.name, column.name === sort.by && !sort.down)}>
                      {column.head}
                      {column.name !== sort.by ? <ChevronsUpDown size={14} aria-hidden="true" /> : sort.down ? <ArrowDown size={14} aria-hidden="true" /> : <ArrowUp size={14} aria-hidden="true" />}
                    </HeadButton>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ordered.map((row) => (
              <tr key={keyOf(row)} role="row">
                {columns.map((column, index) => index === 0
                  ? <th key={column.name} scope="row">{column.cell(row)}</th>
                  : <td key={column.name} data-head={column.head} className={column.numeric === true ? 'num' : undefined}>{column.cell(row)}</td>)}
              </tr>
            ))}
          </tbody>
        </Cells>
      </Box>
    </>
  );
}

function compare(a: string | number, b: string | number, locale: string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), locale);
}

/** `?sort=joined` or `?sort=-joined` of the address. */
function useSort<Row>(columns: readonly TableColumn<Row>[]) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('sort') ?? '';
  const known = columns.find((column) => column.sortBy !== undefined && column.name === asked.replace('-', ''));
  const set = (name: string, down: boolean): void => setParams((before) => withParam(before, 'sort', `${down ? '-' : ''}${name}`), { replace: true });
  return [{ by: known?.name ?? '', down: asked.startsWith('-') }, set] as const;
}

/** The parameters of an address with one changed; an empty value takes it out. */
export function withParam(before: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(before);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}
