/** A table that reads well and scrolls by itself on a phone. */
import { Box, chakra } from '@chakra-ui/react';
import type { ReactNode } from 'react';

export const Cells = chakra('table', {
  base: {
    w: 'full', fontSize: 'sm', fontVariantNumeric: 'tabular-nums', borderCollapse: 'collapse',
    '& th, & td': { px: '3', py: '2.5', textAlign: 'start', borderBottom: '1px solid', borderColor: 'line', verticalAlign: 'middle' },
    '& thead th': { color: 'muted', fontWeight: '620', whiteSpace: 'nowrap', bg: 'surface' },
    '& tbody tr:hover': { bg: 'sunken' },
    '& .num': { textAlign: 'end', whiteSpace: 'nowrap' },
  },
});

export function Scroll({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Box overflowX="auto" tabIndex={0} role="region" aria-label={label} mx={{ base: '-4', md: '-5' }} px={{ base: '1', md: '2' }}>
      {children}
    </Box>
  );
}
