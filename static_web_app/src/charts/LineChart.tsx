/** A value over time, with a slider to walk its points by keyboard or thumb. */
import { chakra } from '@chakra-ui/react';
import { extent } from './extent';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import { useId, useState, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import { Num } from '../ui/layout';
import { Chart } from './Chart';

export interface Point {
  /** ISO date. */
  date: string;
  value: number;
}

interface LineChartProps {
  title: string;
  points: readonly Point[];
  /** How a value reads, with its unit. */
  format: (value: number) => string;
}

const PAD = { top: 14, right: 12, bottom: 26, left: 46 };

export function LineChart({ title, points, format }: LineChartProps): ReactNode {
  const { t, date, number } = useText();
  const id = useId();
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? points.length - 1, points.length - 1);
  const first = points[0];
  const last = points.at(-1);
  const current = points[at];
  if (first === undefined || last === undefined || current === undefined) return null;
  const summary = points.length === 1
    ? t('chart.one', { value: format(first.value), date: date(first.date, 'short') })
    : t('chart.fromTo', { first: format(first.value), last: format(last.value), since: date(first.date, 'short') });
  return (
    <>
      <Chart title={title} summary={summary} columns={[{ head: t('chart.date'), cells: points.map((point) => date(point.date, 'long')) }, { head: title, cells: points.map((point) => format(point.value)) }]}>
        {(width, height) => {
          const x = scaleUtc().domain([new Date(first.date), new Date(last.date)]).range([PAD.left, width - PAD.right]);
          const [low, high] = extent(points.map((point) => point.value));
          const y = scaleLinear().domain(low === high ? [low * 0.9, high * 1.1 + 1] : [low, high]).nice(4).range([height - PAD.bottom, PAD.top]);
          const px = (point: Point): number => (points.length === 1 ? (width + PAD.left) / 2 : x(new Date(point.date)));
          const path = line<Point>(px, (point) => y(point.value)).curve(curveMonotoneX)([...points]) ?? '';
          const below = area<Point>(px, height - PAD.bottom, (point) => y(point.value)).curve(curveMonotoneX)([...points]) ?? '';
          return (
            <>
              <defs>
                <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
                  <stop offset="0" stopColor="var(--chakra-colors-chart1)" stopOpacity="0.22" />
                  <stop offset="1" stopColor="var(--chakra-colors-chart1)" stopOpacity="0" />
                </linearGradient>
              </defs>
              {y.ticks(4).map((tick) => (
                <g key={tick}>
                  <line x1={PAD.left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} stroke="var(--chakra-colors-line)" />
                  <text x={PAD.left - 8} y={y(tick) + 4} textAnchor="end" fontSize="12" fill="var(--chakra-colors-muted)">{number(tick)}</text>
                </g>
              ))}
              {points.length > 1 && x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => (
                <text key={tick.toISOString()} x={x(tick)} y={height - 6} textAnchor="middle" fontSize="12" fill="var(--chakra-colors-muted)">{date(tick, 'short')}</text>
              ))}
              {points.length > 1 && <path d={below} fill={`url(#${id})`} />}
              <path d={path} fill="none" stroke="var(--chakra-colors-chart1)" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round" />
              {points.length <= 40 && points.map((point) => <circle key={point.date} cx={px(point)} cy={y(point.value)} r="3" fill="var(--chakra-colors-surface)" stroke="var(--chakra-colors-chart1)" strokeWidth="2" />)}
              <circle cx={px(current)} cy={y(current.value)} r="6" fill="var(--chakra-colors-chart1)" stroke="var(--chakra-colors-surface)" strokeWidth="2.5" />
            </>
          );
        }}
      </Chart>
      {points.length > 1 && (
        <chakra.label display="flex" alignItems="center" gap="3" minH="11" fontSize="sm">
          <chakra.input type="range" flex="1" minH="11" accentColor="{colors.brand}" min={0} max={points.length - 1} value={at} aria-label={t('chart.walk', { title })}
            aria-valuetext={`${date(current.date, 'long')}, ${format(current.value)}`} onChange={(event) => setChosen(Number(event.target.value))} />
          <Num minW="9.5rem" textAlign="end" fontWeight="620">{`${date(current.date, 'short')} · ${format(current.value)}`}</Num>
        </chakra.label>
      )}
    </>
  );
}
