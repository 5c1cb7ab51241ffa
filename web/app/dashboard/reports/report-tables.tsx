// A report's orders by status, and its money by coin and network with a bar for each share.
import type { ReportTotals } from '#db/queries/reports.ts';
import { findChain } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { statusName } from '#domain/status.ts';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Money } from '../ui/money.tsx';
import { Share } from '../ui/share.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

type CoinRow = ReportTotals['byCoinAndNetwork'][number];
type StatusRow = ReportTotals['byStatus'][number];

const STATUS_COLUMNS: Column<StatusRow>[] = [
  {
    key: 'status',
    header: 'Status',
    rowHeader: true,
    cell: ({ status }) => <StatusBadge status={statusName(status)} />,
  },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders },
];

const coinColumns = (gross: string): Column<CoinRow>[] => [
  {
    key: 'coin',
    header: 'Coin and network',
    rowHeader: true,
    cell: ({ coin, chainId }) => `${coinSymbol(coin)}, ${findChain(chainId)?.name ?? chainId}`,
  },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders },
  { key: 'gross', header: 'Gross', align: 'end', cell: (row) => <Money amount={row.gross} /> },
  { key: 'fee', header: 'Fee', align: 'end', wideOnly: true, cell: ({ fee }) => <Money amount={fee} /> },
  { key: 'net', header: 'Net', align: 'end', wideOnly: true, cell: ({ net }) => <Money amount={net} /> },
  {
    key: 'share',
    header: 'Share',
    align: 'end',
    wideOnly: true,
    cell: (row) => <Share percent={Number(gross) > 0 ? (Number(row.gross) / Number(gross)) * 100 : 0} />,
  },
];

export function ReportTables({ totals }: { totals: ReportTotals }) {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,3fr)]">
      <Card title="Orders created in the period" lead="By their status when the report was made." flush>
        <DataTable
          caption="Orders by status"
          columns={STATUS_COLUMNS}
          rows={totals.byStatus}
          rowKey={({ status }) => String(status)}
          empty={<EmptyState title="None" />}
        />
      </Card>
      <Card title="Paid in the period" lead="By coin and network." flush>
        <DataTable
          caption="Paid orders by coin and network"
          columns={coinColumns(totals.sums.gross)}
          rows={totals.byCoinAndNetwork}
          rowKey={({ coin, chainId }) => `${coin}-${chainId}`}
          empty={<EmptyState title="No payments" />}
        />
      </Card>
    </div>
  );
}
