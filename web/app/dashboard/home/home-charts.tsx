// The charts of the home page. Loaded when the page is awake: the library is large, and the table beside it says the same.

import { useEffect, useRef, useState } from 'react';
import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import type { HomeDay } from '#web/dashboard/home/home-types.ts';

const HEIGHT = 240;

export default function HomeCharts({ days }: { days: readonly HomeDay[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  // Numbers of pixels' precision; the table has every digit.
  const bars = days.map(({ day, gross, orders }) => ({ day, gross: Number(gross), orders }));
  return (
    // Laid over its frame: in the flow, its width would keep the frame from becoming narrower with the window.
    <div ref={frame} className="relative h-60 overflow-hidden text-xs" aria-hidden="true">
      {width > 0 ? (
        <BarChart
          style={{ position: 'absolute', inset: 0 }}
          width={width}
          height={HEIGHT}
          data={bars}
          margin={{ left: 0, right: 4, top: 4, bottom: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="day" tickFormatter={shortDay} stroke="var(--ink-3)" tickLine={false} minTickGap={24} />
          <YAxis stroke="var(--ink-3)" tickLine={false} axisLine={false} width={52} tickFormatter={shortAmount} />
          <Tooltip
            cursor={{ fill: 'var(--sunken)' }}
            contentStyle={{ background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 8 }}
            labelStyle={{ color: 'var(--ink)' }}
            itemStyle={{ color: 'var(--ink)' }}
            formatter={(value) => [Number(value).toLocaleString('en-US'), 'Gross']}
          />
          <Bar dataKey="gross" fill="var(--brand)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
        </BarChart>
      ) : null}
    </div>
  );
}

const shortDay = (day: string): string => day.slice(5);
const shortAmount = (value: number): string =>
  new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);

const useWidth = (frame: React.RefObject<HTMLElement>): number => {
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
