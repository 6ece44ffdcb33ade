/** What line and bars share: their own width, and a point that is chosen by slider, by finger or by mouse and then read out. */
import { Box, chakra } from '@chakra-ui/react';
import { useCallback, useState, type PointerEvent, type ReactNode } from 'react';
import { progressWords } from '../i18n/progress';
import { useWords } from '../i18n/text';
import { Muted, Num } from '../ui/layout';
import { Figure, type Column } from './Figure';

/** A point as it reads: when or what, and how much. */
export interface Reading {
  label: string;
  value: string;
}

interface ChartProps {
  title: string;
  summary: string;
  columns: readonly Column[];
  readings: readonly Reading[];
  /** How far from the left each point stands, on a chart of this width. */
  places: (width: number) => readonly number[];
  children: (width: number, height: number, chosen: number) => ReactNode;
}

const HEIGHT = 190;

export function Chart({ title, summary, columns, readings, places, children }: ChartProps): ReactNode {
  const { t } = useWords(progressWords);
  const [frame, width] = useWidth();
  const [picked, setPicked] = useState<number | null>(null);
  const last = readings.length - 1;
  const at = Math.min(picked ?? last, last);
  const current = readings[at];
  if (current === undefined) return null;

  function point(event: PointerEvent<SVGSVGElement>): void {
    if (event.pointerType === 'mouse' || event.type === 'pointerdown') setPicked(nearest(places(width), event.clientX - event.currentTarget.getBoundingClientRect().left));
  }

  return (
    <Figure title={title} summary={summary} columns={columns}
      reading={
        <Box aria-hidden="true">
          <Num fontSize="2xl" fontWeight="740" letterSpacing="-0.03em" lineHeight="1.1">{current.value}</Num>
          <Muted as="span" ms="2" whiteSpace="nowrap">{current.label}</Muted>
        </Box>
      }>
      <Box ref={frame} minH={`${String(HEIGHT)}px`}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={`${title}. ${summary}`} style={{ display: 'block', overflow: 'visible', fontSize: '12px' }} onPointerDown={point} onPointerMove={point}>
            {children(width, HEIGHT, at)}
          </svg>
        )}
      </Box>
      {readings.length > 1 && (
        <chakra.input type="range" display="block" w="full" minH="11" accentColor="{colors.brand}" min={0} max={last} value={at} aria-label={t('chart.walk', { title })}
          aria-valuetext={`${current.label}, ${current.value}`} onChange={(event) => setPicked(Number(event.target.value))} />
      )}
    </Figure>
  );
}

/** Measured rather than scaled, so that labels keep their size on a phone. */
function useWidth() {
  const [width, setWidth] = useState(0);
  const frame = useCallback((element: HTMLDivElement) => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width] as const;
}

function nearest(places: readonly number[], x: number): number {
  return places.reduce((best, place, index) => (Math.abs(place - x) < Math.abs((places[best] ?? Infinity) - x) ? index : best), 0);
}
