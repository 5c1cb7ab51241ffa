// "3 new orders" above the list: new rows appear only on a click. Changes of shown rows are announced to screen readers.
import { Link } from '@remix-run/react';
import { countChanges, type ShownPage } from './count-changes.ts';
import type { LiveOrders } from './use-live-orders.ts';

/** Larger counts are shown as 50+: the server returns at most two pages of the newest. */
const MAX_COUNT = 50;

interface OrdersChangesProps extends Pick<LiveOrders, 'newest' | 'announced'> {
  /** The URL of the first page. */
  to: string;
  page: ShownPage;
}

export function OrdersChanges({ newest, announced, to, page }: OrdersChangesProps) {
  const count = countChanges(newest, page);
  const message = `${count >= MAX_COUNT ? `${MAX_COUNT}+` : count} new ${count === 1 ? 'order' : 'orders'}`;
  return (
    <>
      {/* Always rendered, so that its content is announced. It covers the table's head, so that no row moves. */}
      <div role="status" className="relative z-10 -mt-3 h-0">
        {count > 0 ? (
          <Link
            to={to}
            className="button absolute top-0 left-1/2 -translate-x-1/2 text-sm whitespace-nowrap shadow-lg"
            preventScrollReset
            data-testid="orders-changes"
          >
            {message}: show
          </Link>
        ) : null}
      </div>
      {/* With a new key the same message is announced again. */}
      <p role="status" className="sr-only" data-testid="orders-said">
        {announced.message ? <span key={announced.turn}>{announced.message}</span> : null}
      </p>
    </>
  );
}
