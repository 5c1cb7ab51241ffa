// The list of orders as a table.
import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Badge } from '#web/ui/badge.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import type { ShownLine } from './live-lines.ts';
import { ORDER_COLUMNS, type OrderColumn } from './order-columns.ts';
import { SELECTION_FORM } from './orders-selection.tsx';

/**
 * Phones show two columns: order and time, amount and status. The description stands under the order's id, where it takes no width of its
 * own: beside it, long ids would move it out of sight. Status and payment reserve the space for later values, so that live updates move
 * no row.
 */
const columnsOf = (base: string, timeZone: string, hasDescription: boolean): Column<ShownLine>[] => [
  {
    key: 'choose',
    header: <span className="sr-only">Chosen</span>,
    cell: ({ id, orderId }) => (
      <input
        type="checkbox"
        name="order"
        value={id}
        form={SELECTION_FORM}
        aria-label={`Choose ${orderId ?? id}`}
        className="m-1 size-6 accent-brand max-md:-mr-3"
      />
    ),
  },
  {
    key: 'time',
    header: 'Time',
    wideOnly: true,
    cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={timeZone} />,
  },
  {
    key: 'order',
    header: 'Order',
    rowHeader: true,
    cell: ({ id, orderId, createdAt, description }) => (
      // On the link, this minimum would be the whole width that the grid reserves, and an unbroken id would overflow.
      <span className="grid min-w-24 justify-items-start gap-1 md:min-w-28">
        <Link to={`${base}/${id}`} className={`link inline-block ${orderNameClass(orderId)}`}>
          {orderId ?? <span className="font-mono text-xs">{id}</span>}
        </Link>
        {hasDescription && description ? (
          <span
            className="line-clamp-2 max-w-56 text-xs text-ink-2 wrap-anywhere max-md:hidden"
            data-testid="description"
          >
            {description}
          </span>
        ) : null}
        <span className="text-xs text-ink-2 md:hidden [&_time]:whitespace-normal">
          <LocalTime iso={createdAt} timeZone={timeZone} />
        </span>
      </span>
    ),
  },
  { key: 'status', header: 'Status', wideOnly: true, cell: (line) => <OrderState {...line} mayLeave /> },
  {
    key: 'amount',
    header: 'Amount',
    align: 'end',
    cell: (line) => (
      <span className="grid justify-items-end gap-1 max-md:min-w-37">
        <Money amount={line.amount} unit={line.coin} />
        {line.fiat ? (
          <span className="text-xs text-ink-2">
            <Money amount={line.fiat.amount} unit={line.fiat.currency} />
          </span>
        ) : null}
        {/* A long state breaks into two lines, so that nothing is cut off beside a large amount. */}
        <span className="md:hidden [&_span]:text-left [&_span]:whitespace-normal">
          <OrderState {...line} />
        </span>
      </span>
    ),
  },
  {
    key: 'paid',
    header: 'Paid in',
    wideOnly: true,
    cell: ({ paid, method }) => (
      <span className="grid min-h-10 min-w-44 content-start gap-1">
        <PaidIn paid={paid} />
        {method ? <span className="text-xs whitespace-nowrap text-ink-2">{method}</span> : null}
      </span>
    ),
  },
];

/** Most ids fit on one line, where the table has the space. Only long ones are broken. */
const WHOLE_ID = 24;
const orderNameClass = (orderId: string | null): string =>
  (orderId?.length ?? 0) <= WHOLE_ID ? 'wrap-anywhere md:whitespace-nowrap' : 'wrap-anywhere';

/** Where it was paid. A payment in several coins or networks shows the amount of each. */
function PaidIn({ paid }: Pick<ShownLine, 'paid'>) {
  if (paid.length === 0) return <span>–</span>;
  return paid.map(({ amount, coin, network }) => (
    <span key={`${coin} ${network}`} className="whitespace-nowrap">
      {paid.length > 1 ? <Money amount={amount} unit={coin} /> : coin} on {network}
    </span>
  ));
}

interface OrderStateProps extends Pick<ShownLine, 'status' | 'hasOpenReview' | 'isListed'> {
  /** There is space to say that the list's filter no longer matches it. */
  mayLeave?: boolean;
}

function OrderState({ status, hasOpenReview, isListed, mayLeave = false }: OrderStateProps) {
  return (
    <span className="grid gap-1 md:min-w-40">
      <span className="flex flex-wrap justify-end gap-1 md:justify-start">
        <StatusBadge status={status} />
        {hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? <Badge tone="warn">Needs a decision</Badge> : null}
      </span>
      {mayLeave && !isListed ? (
        <span className="text-xs whitespace-nowrap text-ink-2">No longer in this list</span>
      ) : null}
    </span>
  );
}

interface OrdersTableProps {
  lines: readonly ShownLine[];
  /** URL of the list. */
  base: string;
  timeZone: string;
  /** Which columns are shown besides the order. */
  shown: readonly OrderColumn[];
  empty: ReactNode;
}

export function OrdersTable({ lines, base, timeZone, shown, empty }: OrdersTableProps) {
  const isShown = (key: string): boolean =>
    !ORDER_COLUMNS.some((known) => known === key) || shown.some((one) => one === key);
  return (
    <DataTable
      caption="Orders"
      columns={columnsOf(base, timeZone, shown.includes('description')).filter(({ key }) => isShown(key))}
      rows={lines}
      rowKey={({ id }) => id}
      empty={empty}
    />
  );
}
