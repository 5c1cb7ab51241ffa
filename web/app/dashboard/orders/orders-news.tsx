// "3 new orders": asks every few seconds while the page is looked at, and only says so. The list moves when its reader wants it to.
import { Link } from '@remix-run/react';
import { useEffect, useState } from 'react';

const ASK_AGAIN_MS = 8_000;
const MOST = 100;

interface OrdersNewsProps {
  /** Where to ask: the list's address with its filter, and the first order that is shown. */
  url: string;
  /** The first page again. */
  to: string;
}

export function OrdersNews({ url, to }: OrdersNewsProps) {
  const count = useNewsCount(url);
  const words = `${count >= MOST ? `${MOST - 1}+` : count} new ${count === 1 ? 'order' : 'orders'}`;
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

const useNewsCount = (url: string): number => {
  const [news, setNews] = useState({ url, count: 0 });
  useEffect(() => {
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        const answer = await fetch(url, { signal: controller.signal });
        if (!answer.ok) return;
        const { count } = (await answer.json()) as { count: number };
        setNews({ url, count });
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
  return news.url === url ? news.count : 0;
};
