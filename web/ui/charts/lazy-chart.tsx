// Charts for pages. Drawn in the browser only, after hydration: the server knows no width. Every chart has a table beside it, which
// works without JavaScript.
import type { ComponentProps, ReactNode } from 'react';
import { LazyBoundary, lazyScript } from '../lazy-boundary.tsx';
import { useHydrated } from '../use-hydrated.ts';

const BarsOverTime = lazyScript(() => import('./bars-over-time.tsx'));
const BarsByName = lazyScript(() => import('./bars-by-name.tsx'));

export function TimeChart(props: ComponentProps<typeof BarsOverTime>) {
  const { name, beforeName, bars } = props;
  // Axes without a bar look like a chart that failed to load.
  if (bars.every(({ amount, before }) => isNothing(amount) && isNothing(before))) {
    return <p className="text-sm text-ink-2">Nothing to draw: every amount is zero.</p>;
  }
  return (
    <div className="grid gap-3">
      {beforeName === undefined ? null : <Legend name={name} beforeName={beforeName} />}
      <WhenHydrated waiting={<div className="min-h-60" />}>
        <BarsOverTime {...props} />
      </WhenHydrated>
    </div>
  );
}

export function NameChart(props: ComponentProps<typeof BarsByName>) {
  return (
    <WhenHydrated waiting={props.bars.map(({ name }) => <div key={name} className="min-h-10" />)}>
      <BarsByName {...props} />
    </WhenHydrated>
  );
}

/** @param waiting as high as the chart, by classes: the CSP allows no inline styles */
function WhenHydrated({ waiting, children }: { waiting: ReactNode; children: ReactNode }) {
  const hydrated = useHydrated();
  return hydrated ? <LazyBoundary fallback={waiting}>{children}</LazyBoundary> : waiting;
}

const isNothing = (amount: string | null): boolean => Number(amount ?? 0) === 0;

/** Explains the bars and the dashed line. */
function Legend({ name, beforeName }: { name: string; beforeName: string }) {
  return (
    <p className="flex flex-wrap gap-x-5 gap-y-1 text-xs text-ink-2">
      <span className="flex items-center gap-2">
        <svg viewBox="0 0 12 12" className="size-3 flex-none" aria-hidden="true">
          <rect width="12" height="12" rx="2" fill="var(--brand)" />
        </svg>
        {name}
      </span>
      <span className="flex items-center gap-2">
        <svg viewBox="0 0 24 12" className="h-3 w-6 flex-none" aria-hidden="true">
          <line x1="0" y1="6" x2="24" y2="6" stroke="var(--ink)" strokeWidth="1.5" strokeDasharray="5 3" />
        </svg>
        {beforeName}
      </span>
    </p>
  );
}
