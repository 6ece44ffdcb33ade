/** The upright axis: its lines, its numbers, and how much room they take. */
import type { ScaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';

const TICKS = 4;
/** Width of a digit at twelve pixels, and the gap to the plot. */
const DIGIT = 7.2;
const GAP = 10;

/** As many decimals as tell neighbouring ticks apart. */
export function digitsOf(scale: ScaleLinear<number, number>): number {
  const [first = 0, second = 1] = scale.ticks(TICKS);
  const step = Math.abs(second - first);
  return step >= 1 || step === 0 ? 0 : Math.ceil(-Math.log10(step) - 1e-9);
}

/** How far the plot keeps from the left for these labels. */
export function roomFor(labels: readonly string[]): number {
  return Math.ceil(Math.max(...labels.map((label) => label.length), 1) * DIGIT) + GAP;
}

/** The words of every tick. */
export function ticksOf(scale: ScaleLinear<number, number>, write: (value: number, digits: number) => string): { at: number; label: string }[] {
  const digits = digitsOf(scale);
  return scale.ticks(TICKS).map((at) => ({ at, label: write(at, digits) }));
}

export function Axis({ ticks, scale, left, right }: { ticks: readonly { at: number; label: string }[]; scale: ScaleLinear<number, number>; left: number; right: number }): ReactNode {
  return ticks.map(({ at, label }) => (
    <g key={at}>
      <line x1={left} x2={right} y1={scale(at)} y2={scale(at)} stroke="var(--chakra-colors-line)" />
      <text x={left - GAP + 2} y={scale(at) + 4} textAnchor="end" fill="var(--chakra-colors-muted)">{label}</text>
    </g>
  ));
}
