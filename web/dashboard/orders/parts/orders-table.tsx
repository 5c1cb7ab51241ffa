// The list of orders as a table.
import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { REFUNDED_LABELS } from '#web/text/refund-states.ts';
import { Badge } from '#web/ui/badge.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import type { ShownLine } from './live-lines.ts';
import { ORDER_COLUMNS, type OrderColumn } from './order-columns.ts';
import { SELECTION_FORM } from './orders-selection.tsx';

/**
 * Phones show one column: the order's id over the whole width, then time and amount, then its state. Beside an amount, ids and times
 * would break. The description stands under the order's id, where it takes no width of its own: beside it, long ids would move it out
 * of sight. Status and payment reserve the space for later values, so that live updates move no row.
 */
const columnsOf = (base: string, timeZone: string, isShown: (column: OrderColumn) => boolean): Column<ShownLine>[] => [
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
    cell: (line) => {
      const { id, orderId, createdAt, description } = line;
      return (
        // On the link, this minimum would be the whole width that the grid reserves, and an unbroken id would overflow.
        <span className="grid justify-items-start gap-1 md:min-w-28">
          <Link to={`${base}/${id}`} className={`link inline-block ${orderNameClass(orderId)}`}>
            {orderId ?? <span className="font-mono text-xs">{id}</span>}
          </Link>
          {isShown('description') && description ? (
            <span
              className="line-clamp-2 max-w-56 text-xs text-ink-2 wrap-anywhere max-md:hidden"
              data-testid="description"
            >
              {description}
            </span>
          ) : null}
          <span className="flex w-full flex-wrap items-baseline justify-between gap-x-3 md:hidden">
            <span className="text-xs text-ink-2">
              {isShown('time') ? <LocalTime iso={createdAt} timeZone={timeZone} /> : null}
            </span>
            {isShown('amount') ? <Price {...line} /> : null}
          </span>
          {isShown('status') ? (
            <span className="w-full md:hidden">
              <OrderState {...line} mayLeave />
            </span>
          ) : null}
        </span>
      );
    },
  },
  { key: 'status', header: 'Status', wideOnly: true, cell: (line) => <OrderState {...line} mayLeave /> },
  { key: 'amount', header: 'Amount', align: 'end', wideOnly: true, cell: (line) => <Price {...line} /> },
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

function Price({ amount, coin, fiat }: Pick<ShownLine, 'amount' | 'coin' | 'fiat'>) {
  return (
    <span className="ml-auto grid justify-items-end gap-1">
      <Money amount={amount} unit={coin} />
      {fiat ? (
        <span className="text-xs text-ink-2">
          <Money amount={fiat.amount} unit={fiat.currency} />
        </span>
      ) : null}
    </span>
  );
}

/** Where it was paid. A payment in several coins or networks shows the amount of each. */
function PaidIn({ paid }: Pick<ShownLine, 'paid'>) {
  if (paid.length === 0) return <span>–</span>;
  return paid.map(({ amount, coin, network }) => (
    <span key={`${coin} ${network}`} className="whitespace-nowrap">
      {paid.length > 1 ? <Money amount={amount} unit={coin} /> : coin} on {network}
    </span>
  ));
}

interface OrderStateProps extends Pick<ShownLine, 'status' | 'hasOpenReview' | 'refunded' | 'isListed'> {
  /** There is space to say that the list's filter no longer matches it. */
  mayLeave?: boolean;
}

function OrderState({ status, hasOpenReview, refunded, isListed, mayLeave = false }: OrderStateProps) {
  return (
    <span className="grid gap-1 md:min-w-40">
      <span className="flex flex-wrap gap-1">
        <StatusBadge status={status} />
        {hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? <Badge tone="warn">Needs a decision</Badge> : null}
        {refunded ? <Badge>{REFUNDED_LABELS[refunded]}</Badge> : null}
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
      columns={columnsOf(base, timeZone, isShown).filter(({ key }) => isShown(key))}
      rows={lines}
      rowKey={({ id }) => id}
      empty={empty}
    />
  );
}
