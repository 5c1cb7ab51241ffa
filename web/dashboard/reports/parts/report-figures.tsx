// The main figures of a report, each against the previous period.
import type { ReportTotals } from '#domain/email-data.ts';
import { Money } from '#web/ui/money.tsx';

type Sums = ReportTotals['sums'];

const AMOUNTS = [
  ['gross', 'Gross'],
  ['fee', 'Fee'],
  ['net', 'Net'],
  ['refunds', 'Refunded'],
] as const;

/** As text, not by colour or arrow alone. */
const changeText = (now: number, before: number): string => {
  if (now === before) return 'as before';
  if (before === 0) return 'nothing before';
  const percent = ((now - before) / before) * 100;
  return `${percent > 0 ? 'up' : 'down'} ${Math.abs(percent).toLocaleString('en-US', { maximumFractionDigits: 1 })}%`;
};

export function ReportFigures({ totals: { sums, before } }: { totals: ReportTotals }) {
  const change = (of: (sums: Sums) => number): string | null => before && changeText(of(sums), of(before));
  return (
    <dl className="grid gap-3 min-[360px]:grid-cols-2 lg:grid-cols-5">
      {AMOUNTS.map(([name, label]) => (
        <Figure key={name} label={label} change={change((of) => Number(of[name]))}>
          <Money amount={sums[name]} unit="USD" places={2} />
        </Figure>
      ))}
      <Figure label="Paid orders" wide change={change(({ paidOrders }) => paidOrders)}>
        <span className="tabular-nums">{sums.paidOrders.toLocaleString('en-US')}</span>
      </Figure>
    </dl>
  );
}

interface FigureProps {
  label: string;
  change: string | null;
  /** The last of an odd number. */
  wide?: boolean;
  children: React.ReactNode;
}

function Figure({ label, change, wide = false, children }: FigureProps) {
  return (
    <div className={`card min-w-0 p-4 ${wide ? 'min-[360px]:col-span-2 lg:col-span-1' : ''}`}>
      <dt className="text-sm text-ink-2">{label}</dt>
      <dd className="mt-1 text-lg font-semibold wrap-anywhere">{children}</dd>
      {change ? <dd className="mt-1 text-xs text-ink-2">{change}</dd> : null}
    </div>
  );
}
