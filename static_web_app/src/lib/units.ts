/** Weights between kilograms, in which everything is kept, and the unit a person reads. */

export type WeightUnit = 'kg' | 'lb';

const KG_PER_LB = 0.45359237;
/** Weights are kept to the gram, so that what was entered in pounds comes back with an error of about half of this. */
const ENTERED_WITHIN = 0.002;

/**
 * Kilograms as the number to show in `unit`: what was logged, to two decimals at most. What somebody may have entered
 * (whole twentieths) is shown as it was entered.
 */
export function toDisplay(kg: number, unit: WeightUnit): number {
  const exact = unit === 'kg' ? kg : kg / KG_PER_LB;
  const entered = round(exact, 0.05);
  return Math.abs(entered - exact) < ENTERED_WITHIN ? entered : round(exact, 0.01);
}

/** Kilograms as the number to load in `unit`: as `toDisplay`, but what comes out of kilograms in pounds is to half a pound. */
export function toLoad(kg: number, unit: WeightUnit): number {
  const shown = toDisplay(kg, unit);
  return unit === 'kg' || round(shown, 0.05) === shown ? shown : round(shown, 0.5);
}

/** Kilograms as scales or a sum would say it in `unit`, to a tenth. */
export function toReading(kg: number, unit: WeightUnit): number {
  return round(unit === 'kg' ? kg : kg / KG_PER_LB, 0.1);
}

/** What a person entered in `unit` as kilograms, to the gram, so that showing it again gives the same number. */
export function toKg(entered: number, unit: WeightUnit): number {
  return unit === 'kg' ? round(entered, 0.001) : round(entered * KG_PER_LB, 0.001);
}

/** The step of the plus and minus keys, in the person's unit. */
export function stepOf(unit: WeightUnit): number {
  return unit === 'kg' ? 2.5 : 5;
}

/**
 * Reads a number as a person may type it: `62,5`, `62.5`, `1.250,5` or `-10`.
 * An empty text is null; a text that is no number is NaN, so that the field can say so.
 */
export function readNumber(text: string): number | null {
  const compact = text.replace(/[\s\u00a0\u202f']/g, '').replace('\u2212', '-');
  if (compact === '') return null;
  const lastComma = compact.lastIndexOf(',');
  const lastDot = compact.lastIndexOf('.');
  let plain = compact;
  if (lastComma >= 0 && lastDot >= 0) {
    const grouping = lastComma > lastDot ? '.' : ',';
    plain = compact.replaceAll(grouping, '').replace(',', '.');
  } else if (lastComma >= 0) {
    plain = compact.replace(',', '.');
  }
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** Rounds to the nearest multiple of `step`, free of binary dust. */
export function round(value: number, step: number): number {
  return Number((Math.round(value / step + Number.EPSILON) * step).toFixed(4));
}
