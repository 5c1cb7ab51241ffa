// The refunds of an order: what went back or is on its way, to whom, and in which transaction.
import { REFUND_STATES } from '#web/text/refund-states.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import type { OrderRefund } from '../server/orders-types.ts';

const columnsOf = (timeZone: string): Column<OrderRefund>[] => [
  {
    key: 'time',
    header: 'Time',
    rowHeader: true,
    cell: ({ at }) => <LocalTime iso={at} timeZone={timeZone} />,
  },
  {
    key: 'amount',
    header: 'Amount',
    cell: ({ amount, coin, network }) => (
      <span className="grid">
        <Money amount={amount} unit={coin} />
        <span className="text-xs text-ink-2">{network}</span>
      </span>
    ),
  },
  {
    key: 'transaction',
    header: 'Transaction',
    cell: ({ txHash, explorerUrl }) => <Transaction {...{ txHash, explorerUrl }} />,
  },
  { key: 'state', header: 'State', cell: (refund) => <State {...refund} /> },
];

const short = (hash: string): string => `${hash.slice(0, 6)}…${hash.slice(-4)}`;

function Transaction({ txHash, explorerUrl }: Pick<OrderRefund, 'txHash' | 'explorerUrl'>) {
  if (txHash === null) return <span className="text-ink-2">Not sent yet</span>;
  const text = (
    <span className="font-mono text-xs" title={txHash}>
      {short(txHash)}
    </span>
  );
  return explorerUrl ? (
    <a className="link" href={explorerUrl} rel="noreferrer" target="_blank">
      {text}
    </a>
  ) : (
    text
  );
}

function State({ state, isWithdrawn }: Pick<OrderRefund, 'state' | 'isWithdrawn'>) {
  if (isWithdrawn) return <Badge tone="plain">Withdrawn</Badge>;
  const { label, tone } = REFUND_STATES[state];
  return <Badge tone={tone}>{label}</Badge>;
}

export function OrderRefunds({ refunds, timeZone }: { refunds: readonly OrderRefund[]; timeZone: string }) {
  if (refunds.length === 0) return null;
  return (
    <Card title="Refunds" flush>
      <DataTable
        stacked
        caption="Refunds of this order"
        columns={columnsOf(timeZone)}
        rows={refunds}
        rowKey={({ id }) => id}
        empty={null}
      />
    </Card>
  );
}
