/** A value over time. */
import { scaleLinear, scaleTime } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import { useId, type ReactNode } from 'react';
import { progressWords } from '../i18n/progress';
import { useWords } from '../i18n/text';
import { dayOf } from '../lib/dates';
import { Axis, roomFor, ticksOf } from './Axis';
import { Chart } from './Chart';
import { extent } from './extent';

export interface Point {
  /** ISO date. */
  date: string;
  /** In the unit that `format` writes. */
  value: number;
}

interface LineChartProps {
  title: string;
  points: readonly Point[];
  /** How a value reads, with its unit. */
  format: (value: number) => string;
}

const PAD = { top: 14, right: 12, bottom: 26 };
/** Beyond so many points, dots would only thicken the line. */
const DOTTED = 40;

export function LineChart({ title, points, format }: LineChartProps): ReactNode {
  const { t, date, number } = useWords(progressWords);
  const id = useId();
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const [low, high] = extent(points.map((point) => point.value));
  const y = scaleLinear().domain(low === high ? [low - 1, high + 1] : [low, high]).nice(4);
  const ticks = ticksOf(y, number);
  const left = roomFor(ticks.map((tick) => tick.label));
  const across = (width: number) => scaleTime().domain([dayOf(first.date), dayOf(last.date)]).range([left + 6, width - PAD.right]);
  const places = (width: number): number[] => points.map((point) => (points.length === 1 ? (width + left) / 2 : across(width)(dayOf(point.date))));
  const summary = points.length === 1
    ? t('chart.one', { value: format(first.value), date: date(first.date, 'short') })
    : t('chart.fromTo', { first: format(first.value), last: format(last.value), since: date(first.date, 'short'), low: format(low), high: format(high) });
  return (
    <Chart title={title} summary={summary} places={places} readings={points.map((point) => ({ label: date(point.date, 'long'), value: format(point.value) }))}
      columns={[{ head: t('chart.date'), cells: points.map((point) => date(point.date, 'long')) }, { head: title, cells: points.map((point) => format(point.value)) }]}>
      {(width, height, chosen) => {
        y.range([height - PAD.bottom, PAD.top]);
        const xs = places(width);
        const spots = points.map((point, index) => ({ x: xs[index] ?? 0, y: y(point.value) }));
        const x = (spot: { x: number }): number => spot.x;
        const path = line<{ x: number; y: number }>(x, (spot) => spot.y).curve(curveMonotoneX)(spots) ?? '';
        const below = area<{ x: number; y: number }>(x, height - PAD.bottom, (spot) => spot.y).curve(curveMonotoneX)(spots) ?? '';
        const spot = spots[chosen];
        return (
          <>
            <defs>
              <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
                <stop offset="0" stopColor="var(--chakra-colors-chart1)" stopOpacity="0.22" />
                <stop offset="1" stopColor="var(--chakra-colors-chart1)" stopOpacity="0" />
              </linearGradient>
            </defs>
            <Axis ticks={ticks} scale={y} left={left} right={width - PAD.right} />
            {points.length > 1 && across(width).ticks(Math.max(2, Math.floor(width / 120))).map((tick) => (
              <text key={tick.toISOString()} x={across(width)(tick)} y={height - 6} textAnchor="middle" fill="var(--chakra-colors-muted)">{date(tick, 'short')}</text>
            ))}
            {points.length > 1 && <path d={below} fill={`url(#${id})`} />}
            <path d={path} fill="none" stroke="var(--chakra-colors-chart1)" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round" />
            {points.length <= DOTTED && spots.map((one, index) => <circle key={index} cx={one.x} cy={one.y} r="3" fill="var(--chakra-colors-surface)" stroke="var(--chakra-colors-chart1)" strokeWidth="2" />)}
            {spot !== undefined && (
              <>
                <line x1={spot.x} x2={spot.x} y1={PAD.top} y2={height - PAD.bottom} stroke="var(--chakra-colors-edge)" strokeDasharray="2 3" />
                <circle cx={spot.x} cy={spot.y} r="6" fill="var(--chakra-colors-chart1)" stroke="var(--chakra-colors-surface)" strokeWidth="2.5" />
              </>
            )}
          </>
        );
      }}
    </Chart>
  );
}
