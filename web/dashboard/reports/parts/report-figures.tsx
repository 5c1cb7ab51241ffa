// The main figures of a report, each against the previous period.
import type { ReportTotals } from '#domain/email-data.ts';
import { amountLeft } from '#domain/money.ts';
import { Money } from '#web/ui/money.tsx';
import { changeText } from './change-text.ts';

type Sums = ReportTotals['sums'];

const AMOUNTS = [
  ['gross', 'Gross', 'before fees and refunds'],
  ['fee', 'Fee', null],
  ['net', 'Net', 'after fees, before refunds'],
  ['refunds', 'Refunded', 'confirmed in this period'],
] as const;

export function ReportFigures({ totals: { sums, before } }: { totals: ReportTotals }) {
  const change = (of: (sums: Sums) => number): string | null => before && changeText(of(sums), of(before));
  return (
    <dl className="grid gap-3 min-[360px]:grid-cols-2 lg:grid-cols-3">
      {AMOUNTS.map(([name, label, of]) => (
        <Figure key={name} label={label} of={of} change={change((of) => Number(of[name]))}>
          <Money amount={sums[name]} unit="USD" places={2} />
        </Figure>
      ))}
      <Figure
        label="Net after refunds"
        of="net less refunded"
        change={change(({ net, refunds }) => Number(amountLeft(net, refunds)))}
      >
        <Money amount={amountLeft(sums.net, sums.refunds)} unit="USD" places={2} />
      </Figure>
      <Figure label="Paid orders" of={null} change={change(({ paidOrders }) => paidOrders)}>
        <span className="tabular-nums">{sums.paidOrders.toLocaleString('en-US')}</span>
      </Figure>
    </dl>
  );
}

interface FigureProps {
  label: string;
  /** What it is before or after. */
  of: string | null;
  change: string | null;
  children: React.ReactNode;
}

function Figure({ label, of, change, children }: FigureProps) {
  return (
    <div className="card min-w-0 p-4">
      <dt className="text-sm text-ink-2">{label}</dt>
      <dd className="mt-1 text-lg font-semibold wrap-anywhere">{children}</dd>
      {of ? <dd className="mt-1 text-xs text-ink-2">{of}</dd> : null}
      {change ? <dd className="mt-1 text-xs text-ink-2">{change}</dd> : null}
    </div>
  );
}
