/** Weights between kilograms, in which everything is kept, and the unit a person reads. */

export type WeightUnit = 'kg' | 'lb';

const KG_PER_LB = 0.45359237;

/** Kilograms as the number to show in `unit`, rounded to what a gym can load (0.25 kg, 0.5 lb). */
export function toDisplay(kg: number, unit: WeightUnit): number {
  return unit === 'kg' ? round(kg, 0.25) : round(kg / KG_PER_LB, 0.5);
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
