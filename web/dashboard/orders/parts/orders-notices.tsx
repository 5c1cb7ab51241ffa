// What the list of orders says of reads that took too long.
import { Link } from '@remix-run/react';
import { Notice } from '#web/ui/notice.tsx';
import type { OrdersView } from '../server/orders-types.ts';

/** What was stopped, and what to do. @param q the search, as typed */
export const slowText = (
  { what, seconds }: NonNullable<OrdersView['slow']>,
  q: string | undefined,
): { title: string; text: string } => {
  if (what === 'totals') {
    return {
      title: `The totals were stopped after ${seconds} seconds`,
      text: 'They add up every order of the filter. Choose fewer days, or one more filter.',
    };
  }
  return {
    title: `${q ? `The search for “${q}”` : 'This list'} was stopped after ${seconds} seconds`,
    text: q
      ? 'Orders may match all the same. Search for a longer or rarer part, best the whole order id, or choose fewer days.'
      : 'Orders may match all the same. Choose fewer days, or fewer filters.',
  };
};

interface SlowNoticeProps {
  view: Pick<OrdersView, 'slow' | 'typed' | 'presets'>;
  /** The list's URL with other parameters. */
  urlOf: (changes: Record<string, string | null>) => string;
}

export function SlowNotice({ view: { slow, typed, presets }, urlOf }: SlowNoticeProps) {
  if (!slow) return null;
  const { title, text } = slowText(slow, typed.q);
  const week = presets.find(({ label }) => label === 'Last 7 days');
  return (
    <Notice tone="warn" announced title={<span className="wrap-anywhere">{title}</span>}>
      <p>{text}</p>
      <p className="mt-1 flex flex-wrap gap-x-4">
        {week && !typed.from && !typed.to ? (
          <Link className="link inline-flex min-h-11 items-center" to={urlOf({ from: week.from, to: week.to })}>
            Only the last 7 days
          </Link>
        ) : null}
        <Link className="link inline-flex min-h-11 items-center" to={urlOf({})}>
          Try again
        </Link>
      </p>
    </Notice>
  );
}
