// Tabs that are links: each has a URL, so back, reload and sharing work. Tabs that do not fit scroll sideways.
import { Link } from '@remix-run/react';
import { type ReactNode, useEffect, useRef } from 'react';

export interface Tab {
  to: string;
  label: ReactNode;
  current: boolean;
}

/** Pixels of the tab before the current one that stay visible. */
const PREVIOUS_TAB_PX = 48;

export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const bar = useRef<HTMLElement>(null);
  const current = tabs.find((tab) => tab.current)?.to;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect reads the current tab from the page
  useEffect(() => {
    const link = bar.current?.querySelector<HTMLElement>('[aria-current]');
    if (bar.current && link) bar.current.scrollLeft = link.offsetLeft - bar.current.offsetLeft - PREVIOUS_TAB_PX;
  }, [current]);
  return (
    <nav ref={bar} aria-label={label} className="flex gap-1 overflow-x-auto text-sm shadow-[inset_0_-1px_var(--line)]">
      {tabs.map(({ to, label, current }) => (
        <Link
          key={to}
          to={to}
          aria-current={current ? 'page' : undefined}
          className={`inline-flex min-h-11 flex-none items-center gap-2 border-b-2 px-3 whitespace-nowrap -outline-offset-2 ${current ? 'border-brand font-semibold text-ink' : 'border-transparent text-ink-2 hover:text-ink'}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
