// The orders of a payment link or an invoice.
import { Link } from '@remix-run/react';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import type { SourcedOrderLine } from '../server/links-types.ts';

interface SourcedOrdersProps {
  orders: readonly SourcedOrderLine[];
  storeId: string;
  timeZone: string;
  empty: string;
}

export function SourcedOrders({ orders, storeId, timeZone, empty }: SourcedOrdersProps) {
  return (
    <Card flush title="Orders">
      <DataTable
        stacked
        caption="List of its orders"
        columns={columns(storeId, timeZone)}
        rows={orders}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No orders yet">{empty}</EmptyState>}
      />
    </Card>
  );
}

const columns = (storeId: string, timeZone: string): Column<SourcedOrderLine>[] => [
  {
    key: 'order',
    header: 'Order',
    rowHeader: true,
    cell: ({ id, orderId }) => (
      <Link className="link wrap-anywhere" to={`/dashboard/${storeId}/orders/${id}`}>
        {orderId ?? id}
      </Link>
    ),
  },
  { key: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { key: 'quantity', header: 'Quantity', align: 'end', cell: ({ quantity }) => quantity },
  { key: 'amount', header: 'Price', align: 'end', cell: ({ amount, coin }) => <Money amount={amount} unit={coin} /> },
  { key: 'created', header: 'Created', cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={timeZone} /> },
];
