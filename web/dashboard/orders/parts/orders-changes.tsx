// "3 new orders" over the list, which moves when its reader wants it to; and a word for screen readers when its rows change in place.
import { Link } from '@remix-run/react';
import { countChanges, type ShownPage } from './count-changes.ts';
import type { LiveOrders } from './use-live-orders.ts';

/** More are not counted: the newest are asked for, and no more than twice a page of them. */
const MOST = 50;

interface OrdersNewsProps extends Pick<LiveOrders, 'newest' | 'said'> {
  /** The first page again. */
  to: string;
  page: ShownPage;
}

export function OrdersChanges({ newest, said, to, page }: OrdersNewsProps) {
  const count = countChanges(newest, page);
  const message = `${count >= MOST ? `${MOST}+` : count} new ${count === 1 ? 'order' : 'orders'}`;
  return (
    <>
      {/* Always there, so that what comes into it is announced; over the list's head, not above it: nothing moves. */}
      <div role="status" className="relative z-10 -mt-3 h-0">
        {count > 0 ? (
          <Link
            to={to}
            className="button absolute top-0 left-1/2 -translate-x-1/2 text-sm whitespace-nowrap shadow-lg"
            preventScrollReset
            data-testid="orders-news"
          >
            {message}: show
          </Link>
        ) : null}
      </div>
      {/* The key: the same words a second time are news again. */}
      <p role="status" className="sr-only" data-testid="orders-said">
        {said.message ? <span key={said.turn}>{said.message}</span> : null}
      </p>
    </>
  );
}
