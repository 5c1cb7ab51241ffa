// A section of a page with its own heading. `flush` lets a table reach the edges.
import { type ReactNode, useId } from 'react';

interface CardProps {
  title?: ReactNode;
  /** Under the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  /** For links to this part. */
  id?: string;
  className?: string;
  children?: ReactNode;
}

export function Card({ title, lead, actions, flush = false, id, className = '', children }: CardProps) {
  const heading = useId();
  return (
    <section id={id} className={`card min-w-0 ${className}`} aria-labelledby={title ? heading : undefined}>
      {title || actions ? (
        <div className="flex flex-wrap items-start justify-between gap-3 px-4 pt-4 sm:px-5 sm:pt-5">
          <div className="grid min-w-0 gap-1">
            {title ? (
              <h2 id={heading} className="font-semibold">
                {title}
              </h2>
            ) : null}
            {lead ? <p className="max-w-prose text-sm text-ink-2">{lead}</p> : null}
          </div>
          {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
        </div>
      ) : null}
      <div className={flush ? 'pt-3' : 'p-4 sm:p-5'}>{children}</div>
    </section>
  );
}
