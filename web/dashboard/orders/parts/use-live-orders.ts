// Keeps the list that is on the screen current: what is new to it, and how its rows stand, by one question every few seconds.
import { useState } from 'react';
import { INTENT_WORDS } from '#web/ui/status-badge.tsx';
import { type Trouble, usePoll } from '#web/ui/use-poll.ts';
import type { OrderLine, OrdersNews, OrdersView } from '../server/orders-types.ts';
import { changeWords, type ShownLine, withLive } from './live-lines.ts';

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
  said: { words: string; turn: number };
}

const wordsOf = ({ status, hasOpenReview }: OrderLine): string => {
  const { words } = INTENT_WORDS[status];
  return hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? `${words}, to decide` : words;
};

/** @param url where to ask: the news of the list's filter, and `ids` with those of the view; null asks nothing */
export const useLiveOrders = (view: OrdersView, url: string | null): LiveOrders => {
  const [live, setLive] = useState<{ view: OrdersView; news: OrdersNews } | null>(null);
  const [said, setSaid] = useState({ words: '', turn: 0 });
  // A list that was loaded since knows better.
  const news = live?.view === view ? live.news : null;
  const lines = withLive(view.lines, news?.lines ?? []);
  const trouble = usePoll<OrdersNews>(url, ASK_AGAIN_MS, (answer) => {
    setLive({ view, news: answer });
    const words = changeWords(lines, withLive(view.lines, answer.lines), wordsOf);
    if (words) setSaid(({ turn }) => ({ words, turn: turn + 1 }));
  });
  return { lines, newest: news?.newest ?? NONE, readAt: news?.readAt ?? view.readAt, trouble, said };
};
