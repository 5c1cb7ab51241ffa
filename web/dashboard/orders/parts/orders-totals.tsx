// What was booked for all orders of the filter, and refunded of them, by coin and network.
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Money } from '#web/ui/money.tsx';
import type { OrdersTotals } from '../server/orders-types.ts';

type Part = OrdersTotals['parts'][number];

const COLUMNS: Column<Part>[] = [
  { key: 'what', header: 'Paid in', rowHeader: true, cell: ({ coin, network }) => `${coin} on ${network}` },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders.toLocaleString('en-US') },
  { key: 'gross', header: 'Gross', align: 'end', cell: ({ gross, coin }) => <Money amount={gross} unit={coin} /> },
  {
    key: 'fee',
    header: 'Fee',
    align: 'end',
    cell: ({ fee, coin }) => <Money amount={fee} unit={coin} />,
  },
  {
    key: 'net',
    header: 'Net',
    align: 'end',
    cell: ({ net, coin }) => <Money amount={net} unit={coin} />,
  },
  {
    key: 'refunded',
    header: 'Refunded',
    align: 'end',
    cell: ({ refunded, coin }) => <Money amount={refunded} unit={coin} />,
  },
];

export function OrdersTotalsCard({ totals }: { totals: OrdersTotals }) {
  const { orders, parts } = totals;
  return (
    <Card title="Totals of these orders" lead={`${countText(orders, 'order')}, paid or not.`} flush>
      <DataTable
        stacked
        caption="What these orders were paid, by coin and network"
        columns={COLUMNS}
        rows={parts}
        rowKey={({ coin, network }) => `${coin} ${network}`}
        empty={<EmptyState title="None of them is paid" />}
      />
    </Card>
  );
}
