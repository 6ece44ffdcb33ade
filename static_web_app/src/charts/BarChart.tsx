/** One bar a week. */
import { scaleBand, scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Chart } from './Chart';

export interface Bar {
  label: string;
  value: number;
}

interface BarChartProps {
  title: string;
  summary: string;
  head: string;
  bars: readonly Bar[];
  format: (value: number) => string;
}

const PAD = { top: 12, right: 4, bottom: 26, left: 52 };

export function BarChart({ title, summary, head, bars, format }: BarChartProps): ReactNode {
  const { number } = useText();
  return (
    <Chart title={title} summary={summary} height={190} columns={[{ head, cells: bars.map((bar) => bar.label) }, { head: title, cells: bars.map((bar) => format(bar.value)) }]}>
      {(width, height) => {
        const x = scaleBand<number>().domain(bars.map((_, index) => index)).range([PAD.left, width - PAD.right]).paddingInner(0.35).paddingOuter(0.1);
        const y = scaleLinear().domain([0, Math.max(1, ...bars.map((bar) => bar.value))]).nice(4).range([height - PAD.bottom, PAD.top]);
        const every = Math.ceil(bars.length / Math.max(1, Math.floor((width - PAD.left) / 64)));
        return (
          <>
            {y.ticks(4).map((tick) => (
              <g key={tick}>
                <line x1={PAD.left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} stroke="var(--chakra-colors-line)" />
                <text x={PAD.left - 8} y={y(tick) + 4} textAnchor="end" fontSize="12" fill="var(--chakra-colors-muted)">{number(tick, 0)}</text>
              </g>
            ))}
            {bars.map((bar, index) => (
              <g key={bar.label}>
                <rect x={x(index)} y={y(bar.value)} width={x.bandwidth()} height={Math.max(0, height - PAD.bottom - y(bar.value))} rx={Math.min(6, x.bandwidth() / 3)} fill="var(--chakra-colors-chart1)" opacity={index === bars.length - 1 ? 1 : 0.62}>
                  <title>{`${bar.label}: ${format(bar.value)}`}</title>
                </rect>
                {index % every === 0 && <text x={(x(index) ?? 0) + x.bandwidth() / 2} y={height - 6} textAnchor="middle" fontSize="12" fill="var(--chakra-colors-muted)">{bar.label}</text>}
              </g>
            ))}
          </>
        );
      }}
    </Chart>
  );
}
