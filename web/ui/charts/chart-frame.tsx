// The frame of a chart: the full width, a given height. Hidden from screen readers, which read the table below.
import { type CSSProperties, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

export interface ChartSize {
  width: number;
  height: number;
  style: CSSProperties;
}

export function ChartFrame({ height, children }: { height: number; children: (size: ChartSize) => ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  return (
    // Positioned over its frame: in the flow, its width would stop the frame from shrinking with the window.
    <div ref={frame} className="relative overflow-hidden text-xs" style={{ height }} aria-hidden="true">
      {width > 0 ? children({ width, height, style: { position: 'absolute', inset: 0 } }) : null}
    </div>
  );
}

export const TOOLTIP_LOOK = {
  cursor: { fill: 'var(--sunken)' },
  contentStyle: { background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 8 },
  labelStyle: { color: 'var(--ink)' },
  itemStyle: { color: 'var(--ink)' },
} as const;

/** Ticks from zero in steps of 1, 2, 2.5 or 5 times a power of ten, so that each can be written short and is still exact. */
export const axisTicks = (largest: number): number[] => {
  if (!(largest > 0)) return [0];
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(largest / step - 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
};

export const shortAmount = (value: number): string =>
  new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);

const useWidth = (frame: RefObject<HTMLElement>): number => {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
};
