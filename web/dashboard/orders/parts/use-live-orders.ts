// Keeps the list that is on the screen current: what is new to it, and how its rows stand, by one question every few seconds.
import { useState } from 'react';
import { INTENT_LABELS } from '#web/ui/status-badge.tsx';
import { type Trouble, usePoll } from '#web/ui/use-poll.ts';
import type { OrderLine, OrdersChanges, OrdersView } from '../server/orders-types.ts';
import { changeText, type ShownLine, withLive } from './live-lines.ts';

const ASK_AGAIN_MS = 8_000;
const NONE: readonly string[] = [];

export interface LiveOrders {
  lines: ShownLine[];
  /** Ids of the newest orders of the list's filter; none until they were asked for. */
  newest: readonly string[];
  /** When it was read, Unix seconds. */
  readAt: number;
  trouble: Trouble | null;
  /** What became of the rows at last, and a number that is another for each. */
  said: { message: string; turn: number };
}

const messageOf = ({ status, hasOpenReview }: OrderLine): string => {
  const { message } = INTENT_LABELS[status];
  return hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? `${message}, to decide` : message;
};

/** @param url where to ask: the news of the list's filter, and `ids` with those of the view; null asks nothing */
export const useLiveOrders = (view: OrdersView, url: string | null): LiveOrders => {
  const [live, setLive] = useState<{ view: OrdersView; changes: OrdersChanges } | null>(null);
  const [said, setSaid] = useState({ message: '', turn: 0 });
  // A list that was loaded since knows better.
  const changes = live?.view === view ? live.changes : null;
  const lines = withLive(view.lines, changes?.lines ?? []);
  const trouble = usePoll<OrdersChanges>(url, ASK_AGAIN_MS, (response) => {
    setLive({ view, changes: response });
    const message = changeText(lines, withLive(view.lines, response.lines), messageOf);
    if (message) setSaid(({ turn }) => ({ message, turn: turn + 1 }));
  });
  return { lines, newest: changes?.newest ?? NONE, readAt: changes?.readAt ?? view.readAt, trouble, said };
};
