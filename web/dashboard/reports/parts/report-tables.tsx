// A report's orders by status, and its money by coin and network: a chart and a table each.

import type { ReportTotals } from '#domain/email-data.ts';
import { statusName } from '#domain/status.ts';
import { Card } from '#web/ui/card.tsx';
import type { NamedBar } from '#web/ui/charts/bars-by-name.tsx';
import { NameChart } from '#web/ui/charts/lazy-chart.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Money } from '#web/ui/money.tsx';
import { percentText } from '#web/ui/percent.ts';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';

/** `place`: "USDT0 on Optimism". */
type CoinRow = ReportTotals['byCoinAndNetwork'][number] & { place: string };
type StatusRow = ReportTotals['byStatus'][number];

const STATUS_COLUMNS: Column<StatusRow>[] = [
  {
    key: 'status',
    header: 'Status',
    rowHeader: true,
    cell: ({ status }) => <StatusBadge status={statusName(status)} />,
  },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders.toLocaleString('en-US') },
];

const percentOf = (part: string, whole: string): string =>
  percentText(Number(whole) > 0 ? (Number(part) / Number(whole)) * 100 : 0);

const coinColumns = (gross: string): Column<CoinRow>[] => [
  {
    key: 'coin',
    header: 'Coin and network',
    rowHeader: true,
    cell: ({ place }) => place,
  },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders.toLocaleString('en-US') },
  { key: 'gross', header: 'Gross', align: 'end', cell: (row) => <Money amount={row.gross} places={2} /> },
  { key: 'fee', header: 'Fee', align: 'end', wideOnly: true, cell: ({ fee }) => <Money amount={fee} places={2} /> },
  { key: 'net', header: 'Net', align: 'end', wideOnly: true, cell: ({ net }) => <Money amount={net} places={2} /> },
  {
    key: 'share',
    header: 'Share',
    align: 'end',
    wideOnly: true,
    cell: (row) => <span className="whitespace-nowrap tabular-nums">{percentOf(row.gross, gross)}</span>,
  },
];

interface ReportTablesProps {
  totals: ReportTotals;
  places: readonly CoinRow[];
}

export function ReportTables({ totals: { sums, byStatus }, places: unsorted }: ReportTablesProps) {
  const places = [...unsorted].sort((a, b) => Number(b.gross) - Number(a.gross));
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Card title="Orders created in the period" lead="By status when the report was created." flush>
        <Bars
          bars={byStatus.map(({ status, orders }) => ({
            name: INTENT_LABELS[statusName(status)].message,
            value: orders,
            figure: orders.toLocaleString('en-US'),
          }))}
        />
        <DataTable
          caption="Orders by status"
          columns={STATUS_COLUMNS}
          rows={byStatus}
          rowKey={({ status }) => String(status)}
          empty={<EmptyState title="None" />}
        />
      </Card>
      <Card title="Paid in the period" lead="By coin and network, before refunds." flush>
        <Bars
          bars={places.map((row) => ({
            name: row.place,
            value: Number(row.gross),
            figure: percentOf(row.gross, sums.gross),
          }))}
        />
        <DataTable
          caption="Paid orders by coin and network"
          columns={coinColumns(sums.gross)}
          rows={places}
          rowKey={({ coin, chainId, token }) => `${coin}-${chainId}-${token}`}
          empty={<EmptyState title="No payments" />}
        />
      </Card>
    </div>
  );
}

function Bars({ bars }: { bars: readonly NamedBar[] }) {
  if (bars.length === 0) return null;
  return (
    <div className="px-4 pb-3 sm:px-5">
      <NameChart bars={bars} />
    </div>
  );
}
