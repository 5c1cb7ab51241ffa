// The store's daily and monthly reports, newest first.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { parseDay } from '#domain/local-days.ts';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { TimeChart } from '#web/ui/charts/lazy-chart.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { dayText, dayTick } from '#web/ui/days.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { oneOf, unknownParts } from '#web/ui/unknown-parts.ts';
import { storeTitle } from '../../frame/store-title.ts';
import { ReportTabs } from '../parts/report-tabs.tsx';
import type { ReportLine } from '../server/reports-types.ts';

export const meta = storeTitle('Reports');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const kind = searchParams.get('kind') === 'monthly' ? 'monthly' : 'daily';
  const given = searchParams.get('before') ?? '';
  const before = isPeriod(given) ? given : null;
  const view = await args.context.dashboard.reports.list(store.id, kind, before);
  const unknown = unknownParts(searchParams, {
    kind: oneOf(['daily', 'monthly']),
    before: isPeriod,
  });
  return { ...view, unknown, isFirst: before === null, storeId: store.id, timeZone: store.timeZone };
};

/** A day, or a month: `2026-11`. */
const isPeriod = (text: string): boolean => (parseDay(text) ?? parseDay(`${text}-01`)) !== undefined;

export default function ReportsPage() {
  const { kind, lines, unknown, older, isFirst, storeId, timeZone } = useLoaderData<typeof loader>();
  const here = `/dashboard/${storeId}/reports`;
  const columns: Column<ReportLine>[] = [
    {
      key: 'period',
      header: kind === 'daily' ? 'Day' : 'Month',
      rowHeader: true,
      cell: ({ id, period }) => (
        <Link className="link" to={`${here}/${id}`}>
          {dayText(period)}
        </Link>
      ),
    },
    { key: 'paid', header: 'Paid orders', align: 'end', cell: ({ paidOrders }) => paidOrders },
    { key: 'orders', header: 'Orders created', align: 'end', wideOnly: true, cell: ({ orders }) => orders },
    {
      key: 'gross',
      header: 'Gross',
      align: 'end',
      cell: ({ gross }) => <Money amount={gross} unit="USD" places={2} />,
    },
    {
      key: 'net',
      header: 'Net',
      align: 'end',
      wideOnly: true,
      cell: ({ net }) => <Money amount={net} unit="USD" places={2} />,
    },
    {
      key: 'refunded',
      header: 'Refunded',
      align: 'end',
      cell: ({ refunded }) => <Money amount={refunded} unit="USD" places={2} />,
    },
    {
      key: 'made',
      header: 'Created',
      wideOnly: true,
      cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={timeZone} />,
    },
  ];
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Reports"
        lead={`Each order counts for the day it was paid, in ${timeZone}. Each coin counts as one dollar. Gross and net are before refunds, which count for the day they were confirmed.`}
        actions={<LinkButton to={`/dashboard/${storeId}/settings/notifications`}>Recipients</LinkButton>}
      />
      <ReportTabs reports={here} current={kind} />
      <UnknownNotice unknown={unknown} base={here} rows="reports" />
      {lines.length > 1 ? (
        <Card title={kind === 'daily' ? 'Gross by day' : 'Gross by month'} lead="The reports of this page.">
          <TimeChart
            name="Gross"
            bars={[...lines].reverse().map(({ period, gross }) => ({
              label: dayText(period),
              tick: dayTick(period),
              amount: gross,
              before: null,
            }))}
          />
        </Card>
      ) : null}
      <Card flush>
        <DataTable
          stacked
          caption={kind === 'daily' ? 'Daily reports' : 'Monthly reports'}
          columns={columns}
          rows={lines}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No reports yet">
              {kind === 'daily'
                ? 'The first one is created a few minutes after midnight, in the time zone of the store.'
                : 'The first one is created a few minutes after the month has ended, in the time zone of the store.'}
            </EmptyState>
          }
        />
      </Card>
      <Pager
        label="Reports"
        newer={isFirst ? null : `${here}?kind=${kind}`}
        older={older && `${here}?${new URLSearchParams({ kind, before: older })}`}
      />
    </div>
  );
}
