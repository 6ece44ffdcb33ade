/** One bar a week or a day. */
import { scaleBand, scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Axis, roomFor, ticksOf } from './Axis';
import { Chart } from './Chart';

export interface Bar {
  label: string;
  value: number;
}

interface BarChartProps {
  title: string;
  summary: string;
  /** What the labels are: weeks, days. */
  head: string;
  bars: readonly Bar[];
  format: (value: number) => string;
}

const PAD = { top: 12, right: 10, bottom: 26 };
const WIDEST = 44;

export function BarChart({ title, summary, head, bars, format }: BarChartProps): ReactNode {
  const { number } = useText();
  const y = scaleLinear().domain([0, Math.max(...bars.map((bar) => bar.value)) || 1]).nice(4);
  const ticks = ticksOf(y, number);
  const left = roomFor(ticks.map((tick) => tick.label));
  const band = (width: number) => scaleBand<number>().domain(bars.map((_, index) => index)).range([left, width - PAD.right]).paddingInner(0.35).paddingOuter(0.1);
  const middles = (width: number): number[] => {
    const x = band(width);
    return bars.map((_, index) => (x(index) ?? 0) + x.bandwidth() / 2);
  };
  return (
    <Chart title={title} summary={summary} places={middles} readings={bars.map((bar) => ({ label: bar.label, value: format(bar.value) }))}
      columns={[{ head, cells: bars.map((bar) => bar.label) }, { head: title, cells: bars.map((bar) => format(bar.value)) }]}>
      {(width, height, chosen) => {
        y.range([height - PAD.bottom, PAD.top]);
        const thick = Math.min(WIDEST, band(width).bandwidth());
        const every = Math.ceil(bars.length / Math.max(1, Math.floor((width - left) / 64)));
        return (
          <>
            <Axis ticks={ticks} scale={y} left={left} right={width - PAD.right} />
            {middles(width).map((middle, index) => {
              const bar = bars[index];
              return bar === undefined ? null : (
                <g key={index}>
                  <rect x={middle - thick / 2} y={y(bar.value)} width={thick} height={Math.max(0, height - PAD.bottom - y(bar.value))} rx={Math.min(6, thick / 3)} fill="var(--chakra-colors-chart1)" opacity={index === chosen ? 1 : 0.55} />
                  {(bars.length - 1 - index) % every === 0 && <text x={middle} y={height - 6} textAnchor="middle" fill="var(--chakra-colors-muted)">{bar.label}</text>}
                </g>
              );
            })}
          </>
        );
      }}
    </Chart>
  );
}
