// A report over time: gross by hour or by day, beside the previous period. The table below has the same figures, with links to the
// reports of a month's days.
import { Link } from '@remix-run/react';
import { Card } from '#web/ui/card.tsx';
import { TimeChart } from '#web/ui/charts/lazy-chart.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { dayText } from '#web/ui/days.ts';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { ReportSeriesRow, ReportView } from '../server/reports-types.ts';

const LABELS = {
  daily: { slot: 'Hour', period: 'this day', before: 'the day before' },
  monthly: { slot: 'Day', period: 'this month', before: 'the month before' },
} as const;

interface ReportChartProps {
  report: Pick<ReportView, 'kind' | 'series' | 'timeZone' | 'totals'>;
  /** URL of the store's reports. */
  reports: string;
}

export function ReportChart({ report: { kind, series, timeZone, totals }, reports }: ReportChartProps) {
  const labels = LABELS[kind];
  const title = `Gross by ${labels.slot.toLowerCase()}`;
  if (series.state === 'differs')
    return (
      <Card title={title}>
        <Notice tone="bad" title="The ledger no longer adds up to this report">
          A chart of it would contradict the figures above, which are as they were sent. Run the report again, and tell
          the operator.
        </Notice>
      </Card>
    );
  const { rows, isCompared } = series;
  const uncompared = totals.before
    ? ` Not compared with ${labels.before}: the time zone was changed, and the two periods differ in length.`
    : '';
  return (
    <Card
      title={title}
      lead={`Times in ${timeZone}. An order counts when its payment was confirmed; refunds are not taken off.${isCompared ? '' : uncompared}`}
    >
      <div className="grid gap-4">
        <TimeChart
          bars={rows.map(({ label, place, isMissing, gross, before }) => ({
            label: isMissing ? `${slotText(kind, label)} (only ${labels.before})` : slotText(kind, label),
            tick: place,
            amount: isMissing ? null : gross,
            before,
          }))}
          name={`Gross, ${labels.period}`}
          {...(isCompared ? { beforeName: `Gross, ${labels.before}` } : {})}
        />
        <details>
          <Summary>Show as a table</Summary>
          <DataTable
            caption={`${title}, every figure`}
            columns={columnsOf(kind, isCompared, reports)}
            rows={rows}
            rowKey={({ place }) => place}
            empty={null}
          />
        </details>
      </div>
    </Card>
  );
}

/** An hour, or a day. */
const slotText = (kind: ReportView['kind'], label: string): string => (kind === 'monthly' ? dayText(label) : label);

const columnsOf = (kind: ReportView['kind'], isCompared: boolean, reports: string): Column<ReportSeriesRow>[] => {
  const { slot, before } = LABELS[kind];
  return [
    {
      key: 'slot',
      header: slot,
      rowHeader: true,
      cell: ({ label, isMissing, reportId }) => {
        const text = slotText(kind, label);
        if (isMissing) return `${text} (only ${before})`;
        return reportId === null ? (
          text
        ) : (
          <Link className="link whitespace-nowrap" to={`${reports}/${reportId}`}>
            {text}
          </Link>
        );
      },
    },
    {
      key: 'orders',
      header: 'Paid orders',
      align: 'end',
      wideOnly: true,
      cell: ({ isMissing, orders }) => (isMissing ? '–' : orders.toLocaleString('en-US')),
    },
    {
      key: 'gross',
      header: 'Gross',
      align: 'end',
      cell: ({ isMissing, gross }) => (isMissing ? '–' : <Money amount={gross} />),
    },
    {
      key: 'net',
      header: 'Net',
      align: 'end',
      wideOnly: true,
      cell: ({ isMissing, net }) => (isMissing ? '–' : <Money amount={net} />),
    },
    ...(isCompared ? [beforeColumn(before)] : []),
  ];
};

const beforeColumn = (before: string): Column<ReportSeriesRow> => ({
  key: 'before',
  header: `Gross, ${before}`,
  align: 'end',
  cell: (row) => (row.before === null ? '–' : <Money amount={row.before} />),
});
