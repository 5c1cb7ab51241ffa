// The top of a dashboard page: its h1, one line on what the page is for, and its actions.
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  lead?: ReactNode;
  /** Buttons and links, at the end of the line. */
  actions?: ReactNode;
}

export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-3">
      <div className="grid min-w-0 gap-1">
        <h1 className="text-xl font-semibold wrap-anywhere sm:text-2xl">{title}</h1>
        {lead ? <p className="max-w-prose text-pretty wrap-anywhere text-ink-2">{lead}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </header>
  );
}
