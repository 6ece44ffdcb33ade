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

/** Weights as whole hundredths, so that sums are exact. */
const FINE = 100;

/** The heaviest loading that does not exceed `wanted`, with the fewest plates; null where it is lighter than the bar. */
export function loadBar(wanted: number, bar: number, plates: readonly number[]): Loading | null {
  if (!Number.isFinite(wanted) || wanted < bar) return null;
  const sizes = [...new Set(plates.map((plate) => Math.round(plate * FINE)))].filter((size) => size > 0).sort((a, b) => b - a);
  const perSide = fill(Math.floor(((wanted - bar) / 2) * FINE + 1e-6), sizes).map((size) => size / FINE);
  const total = bar + 2 * perSide.reduce((sum, plate) => sum + plate, 0);
  return { perSide, total, missing: Number((wanted - total).toFixed(3)) };
}

/** Sizes, largest first, that come nearest to `room` from below: largest first is best for usual plates, but not for all. */
function fill(room: number, sizes: readonly number[]): number[] {
  const greedy: number[] = [];
  let left = room;
  for (const size of sizes) {
    for (; left >= size; left -= size) greedy.push(size);
  }
  if (left === 0) return greedy;
  // last[sum]: the plate that completes `sum` with the fewest plates; 0 where it cannot be built.
  const last = new Array<number>(room + 1).fill(0);
  const count = new Array<number>(room + 1).fill(Infinity);
  count[0] = 0;
  for (let sum = 1; sum <= room; sum += 1) {
    for (const size of sizes) {
      const fewer = (count[sum - size] ?? Infinity) + 1;
      if (fewer < (count[sum] ?? Infinity)) [count[sum], last[sum]] = [fewer, size];
    }
  }
  let sum = count.findLastIndex((plates) => plates < Infinity);
  const chosen: number[] = [];
  for (; sum > 0; sum -= last[sum] ?? sum) chosen.push(last[sum] ?? sum);
  return chosen.sort((a, b) => b - a);
}
