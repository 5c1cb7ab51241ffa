// "3 new orders": asks every few seconds while the page is looked at, and only says so. The list moves when its reader wants it to.
import { Link } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { OrdersNews as News } from '#web/dashboard/orders/orders-types.ts';
import { countNews, type ShownPage } from './count-news.ts';

const ASK_AGAIN_MS = 8_000;
/** More are not counted: the newest are asked for, and no more than twice a page of them. */
const MOST = 50;

interface OrdersNewsProps {
  /** Where to ask: the list's address with its filter. */
  url: string;
  /** The first page again. */
  to: string;
  page: ShownPage;
}

export function OrdersNews({ url, to, page }: OrdersNewsProps) {
  const count = countNews(useNewest(url), page);
  const words = `${count >= MOST ? `${MOST}+` : count} new ${count === 1 ? 'order' : 'orders'}`;
  return (
    // Always there, so that what comes into it is announced.
    // Over the list's head, not above it: nothing moves.
    <div role="status" className="relative z-10 -mt-3 h-0">
      {count > 0 ? (
        <Link
          to={to}
          className="button absolute top-0 left-1/2 -translate-x-1/2 text-sm whitespace-nowrap shadow-lg"
          preventScrollReset
          data-testid="orders-news"
        >
          {words}: show
        </Link>
      ) : null}
    </div>
  );
}

const NONE: readonly string[] = [];

const useNewest = (url: string): readonly string[] => {
  const [news, setNews] = useState({ url, newest: NONE });
  useEffect(() => {
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        const answer = await fetch(url, { signal: controller.signal });
        if (!answer.ok) return;
        const { newest } = (await answer.json()) as News;
        setNews({ url, newest });
      } catch {
        // Asked again soon.
      }
    };
    const timer = setInterval(() => void ask(), ASK_AGAIN_MS);
    const onVisible = (): void => void ask();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      controller.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [url]);
  return news.url === url ? news.newest : NONE;
};
