// Polls for changes of the open list: orders that are new to it, and the current state of its rows.
import { useState } from 'react';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';
import { type Trouble, usePoll } from '#web/ui/use-poll.ts';
import type { OrderLine, OrdersChanges, OrdersView } from '../server/orders-types.ts';
import { changeText, type ShownLine, withLive } from './live-lines.ts';

const POLL_MS = 8_000;
const NONE: readonly string[] = [];

export interface LiveOrders {
  lines: ShownLine[];
  /** Ids of the newest orders of the list's filter; none before the first poll. */
  newest: readonly string[];
  /** When it was read, Unix seconds. */
  readAt: number;
  trouble: Trouble | null;
  /** The last change of the rows, with a sequence number. */
  announced: { message: string; turn: number };
}

const messageOf = ({ status, hasOpenReview }: OrderLine): string => {
  const { message } = INTENT_LABELS[status];
  return hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? `${message}, needs a decision` : message;
};

/** @param url where to poll: the changes of the list's filter, with the view's ids as `ids`; null disables polling */
export const useLiveOrders = (view: OrdersView, url: string | null): LiveOrders => {
  const [live, setLive] = useState<{ view: OrdersView; changes: OrdersChanges } | null>(null);
  const [announced, setAnnounced] = useState({ message: '', turn: 0 });
  // Changes of an earlier view are outdated.
  const changes = live?.view === view ? live.changes : null;
  const lines = withLive(view.lines, changes?.lines ?? []);
  const trouble = usePoll<OrdersChanges>(url, POLL_MS, (response) => {
    setLive({ view, changes: response });
    const message = changeText(lines, withLive(view.lines, response.lines), messageOf);
    if (message) setAnnounced(({ turn }) => ({ message, turn: turn + 1 }));
  });
  return { lines, newest: changes?.newest ?? NONE, readAt: changes?.readAt ?? view.readAt, trouble, announced };
};
