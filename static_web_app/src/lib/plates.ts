/** Which plates go on each side of a bar for a wanted weight, in kilograms or pounds alike. */

export interface Loading {
  /** Heaviest first, for one side. */
  perSide: number[];
  /** What bar and plates come to; nearest from below where the exact weight cannot be built. */
  total: number;
  /** How much is missing to the wanted weight. */
  missing: number;
}

export const KG_PLATES = [25, 20, 15, 10, 5, 2.5, 1.25] as const;
export const LB_PLATES = [45, 35, 25, 10, 5, 2.5] as const;

/** The heaviest loading that does not exceed `wanted`; null where it is lighter than the bar. */
export function loadBar(wanted: number, bar: number, plates: readonly number[]): Loading | null {
  if (!Number.isFinite(wanted) || wanted < bar) return null;
  const perSide: number[] = [];
  let left = (wanted - bar) / 2;
  for (const plate of [...plates].sort((a, b) => b - a)) {
    while (plate > 0 && left >= plate - 1e-9) {
      perSide.push(plate);
      left -= plate;
    }
  }
  const total = bar + 2 * perSide.reduce((sum, plate) => sum + plate, 0);
  return { perSide, total, missing: Number((wanted - total).toFixed(3)) };
}
