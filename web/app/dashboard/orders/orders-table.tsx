// The list of orders as a table.
import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import type { OrderLine } from '#web/dashboard/orders/orders-types.ts';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LocalTime } from '../ui/local-time.tsx';
import { Money } from '../ui/money.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

const columnsOf = (base: string, timeZone: string): Column<OrderLine>[] => [
  { key: 'time', header: 'Time', cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={timeZone} /> },
  {
    key: 'order',
    header: 'Order',
    rowHeader: true,
    cell: ({ id, orderId }) => (
      <Link to={`${base}/${id}`} className="link inline-block min-w-28 wrap-anywhere">
        {orderId ?? <span className="font-mono text-xs">{id}</span>}
      </Link>
    ),
  },
  {
    key: 'description',
    header: 'Description',
    wideOnly: true,
    cell: ({ description }) => <span className="line-clamp-2 max-w-64 min-w-32 text-ink-2">{description ?? '–'}</span>,
  },
  { key: 'amount', header: 'Amount', align: 'end', cell: ({ amount, coin }) => <Money amount={amount} unit={coin} /> },
  {
    key: 'fiat',
    header: 'Fiat',
    align: 'end',
    wideOnly: true,
    cell: ({ fiat }) => (fiat ? <Money amount={fiat.amount} unit={fiat.currency} /> : '–'),
  },
  {
    key: 'paid',
    header: 'Paid in',
    cell: ({ paid }) => (paid ? <span className="whitespace-nowrap">{`${paid.coin} on ${paid.network}`}</span> : '–'),
  },
  {
    key: 'status',
    header: 'Status',
    cell: ({ status, hasOpenReview }) => (
      <span className="flex flex-wrap gap-1">
        <StatusBadge status={status} />
        {hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? <Badge tone="warn">To decide</Badge> : null}
      </span>
    ),
  },
  {
    key: 'method',
    header: 'Method',
    wideOnly: true,
    cell: ({ method }) => <span className="whitespace-nowrap">{method ?? '–'}</span>,
  },
];

interface OrdersTableProps {
  lines: readonly OrderLine[];
  /** Address of the list. */
  base: string;
  timeZone: string;
  empty: ReactNode;
}

export function OrdersTable({ lines, base, timeZone, empty }: OrdersTableProps) {
  return (
    <DataTable
      caption="Orders"
      columns={columnsOf(base, timeZone)}
      rows={lines}
      rowKey={({ id }) => id}
      empty={empty}
    />
  );
}
