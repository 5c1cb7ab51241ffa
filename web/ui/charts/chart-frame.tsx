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

export const shortAmount = (value: number): string =>
  new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);

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
