/** What not everybody wants to read: a line that opens on the browser's own element, by tap or by keyboard. */
import { Box, chakra } from '@chakra-ui/react';
import { ChevronRight } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

export const Details = chakra('details', {
  base: { minW: '0', '& > summary > .chevron': { transition: 'transform 0.15s', flexShrink: 0 }, '&[open] > summary > .chevron': { transform: 'rotate(90deg)' } },
});

export const Summary = chakra('summary', {
  base: { display: 'flex', alignItems: 'center', minH: '11', cursor: 'pointer', rounded: 'md', '&::-webkit-details-marker': { display: 'none' } },
});

/** Points the way: right while closed, down while open. */
export function Chevron({ size = 18 }: { size?: number }): ReactNode {
  return <ChevronRight className="chevron" size={size} aria-hidden="true" />;
}

/** A line of accent text with its chevron, and what it opens. */
export function More({ summary, children, ...rest }: Omit<ComponentProps<typeof Details>, 'summary'> & { summary: ReactNode }): ReactNode {
  return (
    <Details {...rest}>
      <Summary gap="1" fontWeight="640" fontSize="sm" color="brandText">
        <Chevron size={16} />
        {summary}
      </Summary>
      <Box pt="1">{children}</Box>
    </Details>
  );
}
