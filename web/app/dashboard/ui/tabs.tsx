// Tabs that are links: each has an address, so back, reload and sharing work.
import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';

export interface Tab {
  to: string;
  label: ReactNode;
  current: boolean;
}

export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-1 border-b border-line text-sm">
      {tabs.map(({ to, label: words, current }) => (
        <Link
          key={to}
          to={to}
          aria-current={current ? 'page' : undefined}
          className={`-mb-px inline-flex min-h-11 items-center gap-2 border-b-2 px-3 ${current ? 'border-brand font-semibold text-ink' : 'border-transparent text-ink-2 hover:text-ink'}`}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
