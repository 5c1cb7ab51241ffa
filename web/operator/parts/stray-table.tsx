// Open money that is none of our coins. Its order's page and `admin -- stray` say how it is released.
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import type { StrayItemView } from '../server/operator-types.ts';
import { AmountCell, CONSOLE_ZONE, OrderCell } from './console-parts.tsx';

export function StrayTable({ rows }: { rows: readonly StrayItemView[] }) {
  if (rows.length === 0) return null;
  return (
    <Card
      title="Other money"
      lead="Native coin and unknown tokens at deposit addresses. The receiver releases it: see `admin -- stray order`."
      flush
    >
      <DataTable
        stacked
        caption="Other money at deposit addresses"
        rows={rows}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          { key: 'what', header: 'What', rowHeader: true, cell: ({ id, what }) => `${what}, no. ${id}` },
          {
            key: 'amount',
            header: 'Amount',
            align: 'end',
            cell: (item) => <AmountCell {...item} />,
          },
          {
            key: 'store',
            header: 'Store',
            cell: ({ storeName, storeIsTest }) => <StoreName name={storeName} isTest={storeIsTest} />,
          },
          {
            key: 'order',
            header: 'Order',
            cell: (item) => <OrderCell {...item} />,
          },
          {
            key: 'found',
            header: 'Found',
            cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />,
          },
        ]}
      />
    </Card>
  );
}
