// Home: figures of the last days against the days before, by day, coin and network; and the first-run checklist.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { TimeChart } from '#web/ui/charts/lazy-chart.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Share } from '#web/ui/share.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { FirstRunChecklist } from '../parts/first-run.tsx';
import { HomeFigures } from '../parts/home-figures.tsx';
import type { HomeDay, HomeSplit, HomeView } from '../server/home-types.ts';

export const meta: MetaFunction = () => [{ title: 'Home' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const { home, firstRun } = args.context.dashboard;
  const [view, checklist] = await Promise.all([home.figures(store), firstRun.read(store.id)]);
  return { view, checklist, storeId: store.id, name: store.name, timeZone: store.timeZone };
};

export default function HomePage() {
  const { view, checklist, storeId, name, timeZone } = useLoaderData<typeof loader>();
  const orders = `/dashboard/${storeId}/orders`;
  const { days } = view;
  return (
    <>
      <PageHeader
        title={name}
        lead={
          <>
            The last {days.length} days, today included, in {timeZone}, as of{' '}
            <LocalTime iso={view.readAt} timeZone={timeZone} />. Amounts are coin: USDT and USDC together.
          </>
        }
        actions={<LinkButton to={orders}>All orders</LinkButton>}
      />
      {checklist ? <FirstRunChecklist firstRun={checklist} storeId={storeId} /> : null}
      <StrayNotice orders={orders} strays={view.strayOrders} />
      <HomeFigures view={view} days={days.length} />
      <Card title="Gross by day" lead="Orders count for the day they were created.">
        <div className="grid gap-4">
          <TimeChart
            name="Gross"
            bars={days.map(({ day, gross }) => ({ label: day, tick: day.slice(5), amount: gross, before: null }))}
          />
          <details>
            <Summary>Show as a table</Summary>
            <DataTable
              caption="Gross, net and orders by day"
              columns={dayColumns(orders)}
              rows={[...days].reverse()}
              rowKey={({ day }) => day}
              empty={null}
            />
          </details>
        </div>
      </Card>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title="By coin and network" flush>
          <DataTable
            caption="Paid orders by coin and network"
            columns={SPLIT_COLUMNS}
            rows={view.splits}
            rowKey={({ coin, network }) => `${coin} ${network}`}
            empty={<EmptyState title="No payments in this period" />}
          />
        </Card>
        <Card title="By status" flush>
          <DataTable
            caption="Orders by status"
            columns={statusColumns(`${orders}?from=${days[0]?.day}&to=${days.at(-1)?.day}`)}
            rows={view.statuses}
            rowKey={({ status }) => status}
            empty={<EmptyState title="No orders in this period" />}
          />
        </Card>
      </div>
    </>
  );
}

/** Money that pays no order by itself and waits for a decision. */
function StrayNotice({ orders, strays }: { orders: string; strays: HomeView['strayOrders'] }) {
  if (strays.length === 0) return null;
  return (
    <Notice tone="warn" title="Other money is at the addresses of these orders">
      <p>
        A network’s own coin, or a token that we do not know. It stays there until you release it or close the case.
      </p>
      <ul className="flex flex-wrap gap-x-4">
        {strays.map(({ intentId, name }) => (
          <li key={intentId}>
            <Link className="link" to={`${orders}/${intentId}`}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

const dayColumns = (orders: string): Column<HomeDay>[] => [
  {
    key: 'day',
    header: 'Day',
    rowHeader: true,
    cell: ({ day }) => (
      <Link className="link whitespace-nowrap" to={`${orders}?from=${day}&to=${day}`}>
        {day}
      </Link>
    ),
  },
  { key: 'gross', header: 'Gross', align: 'end', cell: ({ gross }) => <Money amount={gross} short /> },
  { key: 'net', header: 'Net', align: 'end', cell: ({ net }) => <Money amount={net} short /> },
  { key: 'orders', header: 'Orders', align: 'end', cell: (day) => day.orders },
  { key: 'paid', header: 'Paid', align: 'end', cell: ({ paid }) => paid },
];

const SPLIT_COLUMNS: Column<HomeSplit>[] = [
  { key: 'what', header: 'Paid in', rowHeader: true, cell: ({ coin, network }) => `${coin} on ${network}` },
  { key: 'orders', header: 'Orders', align: 'end', cell: ({ orders }) => orders.toLocaleString('en-US') },
  { key: 'gross', header: 'Gross', align: 'end', cell: ({ gross }) => <Money amount={gross} short /> },
  {
    key: 'share',
    header: 'Share',
    align: 'end',
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
