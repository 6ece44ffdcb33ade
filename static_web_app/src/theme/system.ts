/** The design system: Chakra's engine with our own few tokens, so that the shell stays small. */
import { createSystem, defaultBaseConfig, defineConfig } from '@chakra-ui/react';
import { palette } from './palette';

const px = (value: number): { value: string } => ({ value: `${String(value / 16)}rem` });

const scale: Record<string, { value: string }> = {
  '0': { value: '0' }, '0.5': px(2), '1': px(4), '1.5': px(6), '2': px(8), '2.5': px(10), '3': px(12), '3.5': px(14), '4': px(16),
  '5': px(20), '6': px(24), '7': px(28), '8': px(32), '10': px(40), '11': px(44), '12': px(48), '14': px(56), '16': px(64), '20': px(80), '24': px(96),
};

const config = defineConfig({
  preflight: true,
  cssVarsRoot: ':root',
  globalCss: {
    html: { colorScheme: 'light', scrollPaddingBlock: '5rem', textSizeAdjust: '100%', fontFeatureSettings: '"cv05", "ss03"' },
    'html.dark': { colorScheme: 'dark' },
    body: { bg: 'canvas', color: 'ink', fontFamily: 'body', fontSize: 'md', lineHeight: '1.5', overflowWrap: 'anywhere' },
    '*:focus-visible': { outline: '3px solid', outlineColor: 'focus', outlineOffset: '2px' },
    'h1:focus-visible, main:focus-visible': { outline: 'none' },
    '*::selection': { bg: 'volt', color: '#15210d' },
    'button, a, input, select, textarea, summary': { touchAction: 'manipulation' },
    dialog: { color: 'ink' },
  },
  theme: {
    breakpoints: { sm: '30rem', md: '48rem', lg: '62rem', xl: '80rem' },
    keyframes: {
      rise: { from: { opacity: '0', transform: 'translateY(6px)' }, to: { opacity: '1', transform: 'none' } },
      breathe: { '0%, 100%': { opacity: '1' }, '50%': { opacity: '0.45' } },
    },
    tokens: {
      fonts: { body: { value: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif" } },
      fontSizes: {
        xs: { value: '0.78rem' }, sm: { value: '0.875rem' }, md: { value: '1rem' }, lg: { value: '1.125rem' }, xl: { value: '1.3rem' },
        '2xl': { value: '1.6rem' }, '3xl': { value: '2rem' }, '4xl': { value: '2.6rem' }, '5xl': { value: '3.6rem' },
      },
      spacing: scale,
      sizes: { ...scale, full: { value: '100%' }, page: { value: '46rem' }, wide: { value: '68rem' } },
      radii: { sm: { value: '8px' }, md: { value: '12px' }, lg: { value: '18px' }, xl: { value: '26px' }, full: { value: '999px' } },
    },
    semanticTokens: {
      colors: Object.fromEntries(
        Object.entries(palette).map(([name, { light, dark }]) => [name, { value: { _light: light, _dark: dark } }]),
      ),
      shadows: {
        card: { value: { _light: '0 1px 2px rgb(20 29 24 / 0.05), 0 8px 24px -12px rgb(20 29 24 / 0.12)', _dark: '0 1px 0 rgb(255 255 255 / 0.03) inset' } },
        float: { value: { _light: '0 12px 40px -8px rgb(20 29 24 / 0.28)', _dark: '0 16px 48px -8px rgb(0 0 0 / 0.7)' } },
      },
    },
  },
});

export const system = createSystem(defaultBaseConfig, config);
