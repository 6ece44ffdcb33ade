/** The colours, as light and dark pairs; a test holds every text pair to its contrast. */

export interface Pair {
  light: string;
  dark: string;
}

const pair = (light: string, dark: string): Pair => ({ light, dark });

export const palette = {
  canvas: pair('#f6f5f1', '#0e1311'),
  surface: pair('#ffffff', '#161d19'),
  sunken: pair('#eeece5', '#1d2521'),
  ink: pair('#141d18', '#edf3ee'),
  muted: pair('#545f58', '#a4b0a8'),
  line: pair('#e2dfd6', '#29322d'),
  edge: pair('#868d86', '#6f7b74'),
  brand: pair('#0d5a42', '#c6f35f'),
  onBrand: pair('#ffffff', '#15210d'),
  brandText: pair('#0b5a41', '#c6f35f'),
  brandSoft: pair('#dcece3', '#22301c'),
  good: pair('#17663a', '#82dfa0'),
  goodSoft: pair('#def1e4', '#14301f'),
  warn: pair('#7d4600', '#f4c26d'),
  warnSoft: pair('#fdefd5', '#33270f'),
  danger: pair('#a3261b', '#ff9e91'),
  dangerSoft: pair('#fbe6e2', '#3b1a16'),
  onDanger: pair('#ffffff', '#2a0b07'),
  info: pair('#1c4f86', '#93c5fb'),
  infoSoft: pair('#e2edf9', '#13283f'),
  hero: pair('#0c2c21', '#13291f'),
  onHero: pair('#f2f7f3', '#f2f7f3'),
  heroMuted: pair('#b3cabd', '#b3cabd'),
  volt: pair('#c6f35f', '#c6f35f'),
  focus: pair('#0b6e99', '#8fd3ff'),
  chart1: pair('#0d6b4e', '#c6f35f'),
  chart2: pair('#b4540a', '#ffb066'),
  chart3: pair('#2b62a8', '#8dbdf5'),
} as const;

export type Colour = keyof typeof palette;

/** Which text stands on which ground, and the ratio it must reach. */
export const TEXT_ON: readonly (readonly [Colour, Colour, number])[] = [
  ['ink', 'canvas', 7], ['ink', 'surface', 7], ['ink', 'sunken', 7],
  ['muted', 'canvas', 4.5], ['muted', 'surface', 4.5], ['muted', 'sunken', 4.5],
  ['onBrand', 'brand', 4.5], ['brandText', 'canvas', 4.5], ['brandText', 'surface', 4.5], ['brandText', 'brandSoft', 4.5],
  ['brandText', 'sunken', 4.5], ['ink', 'brandSoft', 7],
  ['good', 'goodSoft', 4.5], ['good', 'surface', 4.5], ['warn', 'warnSoft', 4.5], ['warn', 'surface', 4.5],
  ['danger', 'dangerSoft', 4.5], ['danger', 'surface', 4.5], ['danger', 'canvas', 4.5], ['onDanger', 'danger', 4.5],
  ['info', 'infoSoft', 4.5], ['info', 'surface', 4.5],
  ['onHero', 'hero', 7], ['heroMuted', 'hero', 4.5], ['volt', 'hero', 4.5],
  ['edge', 'surface', 3], ['edge', 'canvas', 3], ['focus', 'canvas', 3], ['focus', 'surface', 3],
  ['chart1', 'surface', 3], ['chart2', 'surface', 3], ['chart3', 'surface', 3],
];
