/** Pages, cards and text: the few building blocks every screen is made of. */
import { Box, chakra } from '@chakra-ui/react';
import { useEffect, useRef, type ReactNode } from 'react';

export const Card = chakra('section', {
  base: { bg: 'surface', rounded: 'lg', p: { base: '4', md: '5' }, boxShadow: 'card', border: '1px solid', borderColor: 'line', minW: '0' },
  variants: {
    tone: {
      plain: {},
      hero: { bg: 'hero', color: 'onHero', borderColor: 'transparent', p: { base: '5', md: '7' }, rounded: 'xl' },
      quiet: { bg: 'sunken', borderColor: 'transparent', boxShadow: 'none' },
    },
  },
  defaultVariants: { tone: 'plain' },
});

const Title = chakra('h1', { base: { fontSize: { base: '2xl', md: '3xl' }, fontWeight: '760', letterSpacing: '-0.035em', lineHeight: '1.1', textWrap: 'balance' } });
export const H2 = chakra('h2', { base: { fontSize: 'lg', fontWeight: '700', letterSpacing: '-0.02em', lineHeight: '1.25', textWrap: 'balance' } });
export const H3 = chakra('h3', { base: { fontSize: 'md', fontWeight: '660', letterSpacing: '-0.01em', lineHeight: '1.3' } });
export const P = chakra('p', { base: { textWrap: 'pretty' } });
export const Muted = chakra('p', { base: { color: 'muted', fontSize: 'sm', textWrap: 'pretty' } });
export const Label = chakra('span', { base: { color: 'muted', fontSize: 'xs', fontWeight: '620', letterSpacing: '0.01em' } });
export const Num = chakra('span', { base: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } });
export const Stack = chakra('div', { base: { display: 'flex', flexDirection: 'column', gap: '4', minW: '0' } });
export const Row = chakra('div', { base: { display: 'flex', alignItems: 'center', gap: '3', flexWrap: 'wrap', minW: '0' } });
export const Grid = chakra('div', { base: { display: 'grid', gap: '4', gridTemplateColumns: { base: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' } } });
export const Rows = chakra('ul', { base: { listStyle: 'none', display: 'flex', flexDirection: 'column', gap: '2', p: '0' } });
export const Eyebrow = chakra('p', { base: { fontSize: 'sm', fontWeight: '620', color: 'brandText', mb: '1' } });

export const Badge = chakra('span', {
  base: { display: 'inline-flex', alignItems: 'center', gap: '1', px: '2.5', py: '0.5', rounded: 'full', fontSize: 'xs', fontWeight: '640', whiteSpace: 'nowrap', lineHeight: '1.5' },
  variants: {
    tone: {
      plain: { bg: 'sunken', color: 'muted' }, brand: { bg: 'brandSoft', color: 'brandText' }, good: { bg: 'goodSoft', color: 'good' },
      warn: { bg: 'warnSoft', color: 'warn' }, danger: { bg: 'dangerSoft', color: 'danger' }, info: { bg: 'infoSoft', color: 'info' },
      hero: { bg: 'rgb(255 255 255 / 0.12)', color: 'onHero' },
    },
  },
  defaultVariants: { tone: 'plain' },
});

interface PageProps {
  title: string;
  eyebrow?: ReactNode;
  /** Beside the title: the page's own actions. */
  actions?: ReactNode;
  width?: 'page' | 'wide';
  children: ReactNode;
}

/** A page under its heading; the heading takes the focus when the route changes, so that readers hear where they are. */
export function Page({ title, eyebrow, actions, width = 'page', children }: PageProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Vigor`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    globalThis.scrollTo(0, 0);
  }, []);
  return (
    <Box w="full" maxW={width} mx="auto" animation="rise 0.25s ease-out">
      <Row justifyContent="space-between" alignItems="center" flexWrap="nowrap" mb={{ base: '5', md: '7' }}>
        <Box minW="0">
          {eyebrow !== undefined && <Eyebrow>{eyebrow}</Eyebrow>}
          <Title ref={heading} tabIndex={-1}>
            {title}
          </Title>
        </Box>
        {actions !== undefined && <Row gap="2" flexShrink="0">{actions}</Row>}
      </Row>
      <Stack gap={{ base: '4', md: '5' }}>{children}</Stack>
    </Box>
  );
}

/** A number with what it counts beneath. */
export function Stat({ value, label, hint, tone = 'plain' }: { value: ReactNode; label: ReactNode; hint?: ReactNode; tone?: 'plain' | 'hero' }): ReactNode {
  return (
    <Box minW="0">
      <Num display="block" whiteSpace="normal" fontSize={{ base: 'xl', sm: '2xl' }} fontWeight="720" letterSpacing="-0.03em" lineHeight="1.15">
        {value}
      </Num>
      <Label display="block" mt="1" color={tone === 'hero' ? 'heroMuted' : 'muted'}>
        {label}
      </Label>
      {hint !== undefined && <Muted fontSize="xs">{hint}</Muted>}
    </Box>
  );
}

/** A bar that fills; its text stands beside it, so it is hidden from readers. */
export function Meter({ ratio, tone = 'brand' }: { ratio: number; tone?: 'brand' | 'warn' | 'volt' }): ReactNode {
  const colour = tone === 'brand' ? 'brand' : tone;
  return (
    <Box aria-hidden="true" h="2" rounded="full" bg={tone === 'volt' ? 'rgb(255 255 255 / 0.16)' : 'sunken'} overflow="hidden">
      <Box h="full" rounded="full" bg={colour} style={{ width: `${String(Math.round(Math.min(1, Math.max(0, ratio)) * 100))}%` }} transition="width 0.3s" />
    </Box>
  );
}
