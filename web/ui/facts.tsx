// Labelled values.
import type { ReactNode } from 'react';

/** Labels beside their values, in two columns; one below the other on phones. */
export function Facts({ rows }: { rows: readonly { label: string; value: ReactNode }[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[max-content_minmax(0,1fr)]">
      {rows.map(({ label, value }) => (
        <div key={label} className="grid gap-0.5 sm:contents">
          <dt className="text-ink-2">{label}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface FactListProps {
  /** Where a line is drawn besides those between the facts. */
  border?: 'none' | 'top' | 'both';
  testId?: string;
  children: ReactNode;
}

const BORDERS = { none: '', top: 'border-t border-line', both: 'border-y border-line' } as const;

/** Facts with a line between them: receipts, and what is approved. */
export function FactList({ border = 'top', testId, children }: FactListProps) {
  return (
    <dl className={`divide-y divide-line ${BORDERS[border]}`} data-testid={testId}>
      {children}
    </dl>
  );
}

interface FactProps {
  label: string;
  /** Label and value side by side on phones too, where the button below must stay in sight. */
  compact?: boolean;
  children: ReactNode;
}

/** An absent value has no line. */
export function Fact({ label, compact = false, children }: FactProps) {
  if (children === null || children === '') return null;
  return (
    <div
      className={
        compact
          ? 'grid grid-cols-[6.5rem_1fr] gap-3 py-1.5 text-sm sm:grid-cols-[8rem_1fr] sm:gap-4 sm:py-2.5 sm:text-base'
          : 'grid gap-0.5 py-2.5 sm:grid-cols-[8rem_1fr] sm:gap-4'
      }
    >
      <dt className="text-sm text-ink-2">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  );
}
