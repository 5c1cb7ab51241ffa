// Home: what waits for a person, the first-run checklist, and the figures of some days against the days before, by day, coin and network.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { TimeChart } from '#web/ui/charts/lazy-chart.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { daysText, dayText, dayTick } from '#web/ui/days.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Share } from '#web/ui/share.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { AttentionList } from '../parts/attention-list.tsx';
import { FirstRunChecklist } from '../parts/first-run.tsx';
import { HomeFigures } from '../parts/home-figures.tsx';
import { RangePicker } from '../parts/range-picker.tsx';
import { requestAttention } from '../parts/request-attention.server.ts';
import type { HomeDay, HomeSplit, HomeView } from '../server/home-types.ts';

/** The browser's tab shows how much waits. */
export const meta = storeTitle('Home');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const { home, firstRun } = args.context.dashboard;
  const [view, attention, checklist] = await Promise.all([
    home.figures(store, new URL(args.request.url).searchParams),
    requestAttention(args.context, store),
    firstRun.read(store.id),
  ]);
  return { view, attention, checklist, storeId: store.id, name: store.name, timeZone: store.timeZone };
};

export default function HomePage() {
  const { view, attention, checklist, storeId, name, timeZone } = useLoaderData<typeof loader>();
  const base = `/dashboard/${storeId}`;
  const orders = `${base}/orders`;
  const isNew = checklist?.steps.some(({ id, done }) => id === 'order' && !done) ?? false;
  return (
    <>
      <PageHeader title={name} actions={<LinkButton to={orders}>All orders</LinkButton>} />
      <AttentionList {...{ attention, base, timeZone }} />
      {checklist ? <FirstRunChecklist firstRun={checklist} storeId={storeId} /> : null}
      {isNew ? <BeforeFirstOrder base={base} /> : <Figures {...{ view, base, timeZone }} />}
    </>
  );
}

/** In place of empty charts. */
function BeforeFirstOrder({ base }: { base: string }) {
  return (
    <Card title="Your figures appear here with the first order">
      <div className="grid gap-4">
        <p className="max-w-prose text-ink-2">
          What you took, what arrived after fees, how many orders were paid, and from which coins and networks: for
          today, the last days or a month, each against the days before.
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <span className="w-full text-sm text-ink-2 sm:w-28">Without code</span>
          <LinkButton to={`${base}/links`}>Payment links</LinkButton>
          <LinkButton to={`${base}/invoices`}>Invoices</LinkButton>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <span className="w-full text-sm text-ink-2 sm:w-28">With your shop</span>
          <LinkButton to={`${base}/developers`}>Create an API key</LinkButton>
          <LinkButton to="/docs/quick-start">Read the quick start</LinkButton>
        </div>
      </div>
    </Card>
  );
}

function Figures({ view, base, timeZone }: { view: HomeView; base: string; timeZone: string }) {
  const { days, range, before, unit } = view;
  const orders = `${base}/orders`;
  const inRange = `from=${range.from}&to=${range.to}`;
  return (
    <>
      <div className="grid gap-2">
        <RangePicker range={range} base={base} />
        <p className="text-sm text-ink-2">
          {daysText(range)}, in {timeZone}, as of <LocalTime iso={view.readAt} timeZone={timeZone} />. Orders count for
          the day they were created, refunds for the day they were confirmed.
        </p>
      </div>
      <HomeFigures view={view} />
      {days.length > 1 ? (
        <Card title={`Gross by day, in ${unit}, before refunds`}>
          <div className="grid gap-4">
            <TimeChart
              name="Gross"
              beforeName={daysText(before)}
              bars={days.map(({ day, gross, before: amount }) => ({
                ...{ label: dayText(day), tick: dayTick(day), amount: gross, before: amount },
              }))}
            />
            <details>
              <Summary>Show as a table</Summary>
              <DataTable
                stacked
                caption="Gross, net, refunds and orders by day"
                columns={dayColumns(orders, unit)}
                rows={[...days].reverse()}
                rowKey={({ day }) => day}
                empty={null}
              />
            </details>
          </div>
        </Card>
      ) : null}
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title="By coin and network" flush>
          <DataTable
            caption="Paid orders by coin and network"
            columns={SPLIT_COLUMNS}
            rows={view.splits}
            rowKey={({ coin, network }) => `${coin} ${network}`}
            empty={<EmptyState title="No payments in these days">Choose more days above.</EmptyState>}
          />
        </Card>
        <Card title="By status" flush>
          <DataTable
            caption="Orders by status"
            columns={statusColumns(`${orders}?${inRange}`)}
            rows={view.statuses}
            rowKey={({ status }) => status}
            empty={<EmptyState title="No orders in these days">Choose more days above.</EmptyState>}
          />
        </Card>
      </div>
    </>
  );
}

const dayColumns = (orders: string, unit: string): Column<HomeDay>[] => [
  {
    key: 'day',
    header: 'Day',
    rowHeader: true,
    cell: ({ day }) => (
      <Link className="link whitespace-nowrap" to={`${orders}?from=${day}&to=${day}`}>
        {dayText(day)}
      </Link>
    ),
  },
  { key: 'gross', header: 'Gross', align: 'end', cell: ({ gross }) => <Money amount={gross} unit={unit} places={2} /> },
  { key: 'net', header: 'Net', align: 'end', cell: ({ net }) => <Money amount={net} unit={unit} places={2} /> },
  {
    key: 'refunded',
    header: 'Refunded',
    align: 'end',
    cell: ({ refunded }) => <Money amount={refunded} unit={unit} places={2} />,
  },
  { key: 'orders', header: 'Orders', align: 'end', cell: (day) => day.orders },
  { key: 'paid', header: 'Paid', align: 'end', cell: ({ paid }) => paid },
];

const SPLIT_COLUMNS: Column<HomeSplit>[] = [
  { key: 'what', header: 'Paid in', rowHeader: true, cell: ({ coin, network }) => `${coin} on ${network}` },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders.toLocaleString('en-US') },
  {
    key: 'gross',
    header: 'Gross',
    align: 'end',
    cell: ({ gross, coin }) => <Money amount={gross} unit={coin} places={2} />,
  },
  {
    key: 'share',
    header: 'Share',
    align: 'end',
    wideOnly: true,
    cell: ({ share }) => <Share percent={share} />,
  },
];

/** @param ordersOfDays URL of the list of the counted orders */
const statusColumns = (
  ordersOfDays: string,
): Column<{ status: Parameters<typeof StatusBadge>[0]['status']; orders: number }>[] => [
  {
    key: 'status',
    header: 'Status',
    rowHeader: true,
    cell: ({ status }) => (
      <Link to={`${ordersOfDays}&status=${status}`}>
        <StatusBadge status={status} />
      </Link>
    ),
  },
  { key: 'orders', header: 'Orders', align: 'end', cell: (row) => row.orders.toLocaleString('en-US') },
];
