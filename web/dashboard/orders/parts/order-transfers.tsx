// Every token transfer to the order's deposit address.

import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import type { OrderTransfer } from '../server/orders-types.ts';

const STATES = {
  seen: { tone: 'busy', label: 'Confirming' },
  confirmed: { tone: 'ok', label: 'Confirmed' },
  orphaned: { tone: 'warn', label: 'Orphaned' },
} as const;

const columnsOf = (timeZone: string): Column<OrderTransfer>[] => [
  { key: 'time', header: 'Time', cell: ({ blockTime }) => <LocalTime iso={blockTime} timeZone={timeZone} /> },
  {
    key: 'amount',
    header: 'Amount',
    cell: ({ amount, coin, network }) => (
      <span className="grid">
        <Money amount={amount} unit={coin} />
        <span className="text-xs whitespace-nowrap text-ink-2">{network}</span>
      </span>
    ),
  },
  {
    key: 'hash',
    header: 'Transaction',
    rowHeader: true,
    cell: ({ txHash, explorerUrl }) => {
      const short = (
        <span className="font-mono text-xs whitespace-nowrap">{`${txHash.slice(0, 6)}…${txHash.slice(-4)}`}</span>
      );
      return explorerUrl ? (
        <a className="link" href={explorerUrl} rel="noreferrer" target="_blank" title={txHash}>
          {short}
        </a>
      ) : (
        <span title={txHash}>{short}</span>
      );
    },
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ state, inPayment }) => (
      <span className="flex flex-wrap gap-1">
        <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>
        {inPayment ? <Badge tone="ok">Counted</Badge> : null}
      </span>
    ),
  },
];

export function OrderTransfers({ transfers, timeZone }: { transfers: readonly OrderTransfer[]; timeZone: string }) {
  if (transfers.length === 0) return null;
  return (
    <Card title="Transfers" flush>
      <DataTable
        stacked
        caption="Transfers to this order"
        columns={columnsOf(timeZone)}
        rows={transfers}
        rowKey={({ id }) => id}
        empty={null}
      />
    </Card>
  );
}
