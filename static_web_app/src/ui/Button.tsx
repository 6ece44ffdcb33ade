/** Buttons and links that look like buttons; never smaller than 44 pixels. */
import { chakra } from '@chakra-ui/react';
import type { ComponentProps, ReactNode } from 'react';
import { Link } from 'react-router';

const base = {
  display: 'inline-flex', alignItems: 'center', justifyContent: 'center', gap: '2', minH: '11', minW: '11', px: '5', py: '2',
  rounded: 'full', fontWeight: '620', fontSize: 'md', lineHeight: '1.2', letterSpacing: '-0.01em', cursor: 'pointer', userSelect: 'none',
  border: '1px solid transparent', textAlign: 'center', transition: 'background-color 0.15s, border-color 0.15s, transform 0.1s',
  _active: { transform: 'scale(0.98)' },
  _disabled: { opacity: 0.55, cursor: 'not-allowed', transform: 'none' },
} as const;

const recipe = {
  base,
  variants: {
    look: {
      solid: { bg: 'brand', color: 'onBrand', _hover: { filter: 'brightness(1.08)' } },
      volt: { bg: 'volt', color: '#15210d', _hover: { filter: 'brightness(1.05)' } },
      soft: { bg: 'brandSoft', color: 'brandText', _hover: { borderColor: 'brandText' } },
      outline: { borderColor: 'edge', color: 'ink', bg: 'transparent', _hover: { bg: 'sunken' } },
      ghost: { color: 'ink', bg: 'transparent', _hover: { bg: 'sunken' } },
      heroGhost: { color: 'onHero', bg: 'rgb(255 255 255 / 0.1)', _hover: { bg: 'rgb(255 255 255 / 0.18)' } },
      danger: { bg: 'danger', color: 'onDanger', _hover: { filter: 'brightness(1.08)' } },
      dangerGhost: { color: 'danger', bg: 'transparent', _hover: { bg: 'dangerSoft' } },
    },
    size: {
      md: {},
      lg: { minH: '14', px: '7', fontSize: 'lg' },
      sm: { fontSize: 'sm', px: '3.5' },
      icon: { px: '0', w: '11', h: '11' },
    },
    wide: { true: { w: 'full' } },
  },
  defaultVariants: { look: 'solid', size: 'md' },
} as const;

const Base = chakra('button', recipe);
const BaseLink = chakra(Link, recipe);

export type Look = keyof typeof recipe.variants.look;

type ButtonProps = ComponentProps<typeof Base> & { busy?: boolean };

/** A button; `busy` keeps its width and says so to screen readers. */
export function Button({ busy = false, disabled, children, type = 'button', ...rest }: ButtonProps): ReactNode {
  return (
    <Base type={type} disabled={busy || disabled} aria-busy={busy || undefined} {...rest}>
      {busy && <Spinner />}
      {children}
    </Base>
  );
}

export const LinkButton = BaseLink;

/** A button that is only an icon; `label` is its name. */
export function IconButton({ label, ...rest }: ButtonProps & { label: string }): ReactNode {
  return <Button aria-label={label} title={label} size="icon" look="ghost" {...rest} />;
}

const Ring = chakra('span', {
  base: {
    w: '1.1em', h: '1.1em', rounded: 'full', border: '2px solid currentColor', borderInlineEndColor: 'transparent', flexShrink: 0,
  },
});

export function Spinner(): ReactNode {
  return <Ring aria-hidden="true" className="vigor-spin" />;
}
