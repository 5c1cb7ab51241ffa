// What waits for a person, at the top of Home: each with one link to where it is done.
import { Link } from '@remix-run/react';
import {
  ArrowLeftRight,
  CircleHelp,
  Coins,
  Hourglass,
  type LucideIcon,
  ReceiptText,
  Undo2,
  Webhook,
} from 'lucide-react';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { AttentionKind, AttentionView } from '../server/home-types.ts';

const ICONS: Record<AttentionKind, LucideIcon> = {
  review: CircleHelp,
  stray: Coins,
  invoice: ReceiptText,
  refund: Undo2,
  webhook: Webhook,
  endpoint: ArrowLeftRight,
  change: Hourglass,
};

/** The rest is folded, so that the store's figures stay in sight. */
const SHOWN = 5;

interface AttentionListProps {
  attention: AttentionView;
  /** The URL of the store's pages. */
  base: string;
  timeZone: string;
}

export function AttentionList({ attention, base, timeZone }: AttentionListProps) {
  const { items, count, isMore } = attention;
  if (items.length === 0) return null;
  return (
    <Card
      title={`Needs your attention (${isMore ? `${count}+` : count})`}
      lead="No money is lost while these wait. Each link leads to where you decide."
      flush
    >
      <div className="border-t border-line" data-testid="attention">
        <Items items={items.slice(0, SHOWN)} base={base} timeZone={timeZone} />
        {items.length > SHOWN ? (
          <details className="border-t border-line">
            <Summary className="px-4 sm:px-5">Show {items.length - SHOWN} more</Summary>
            <div className="border-t border-line">
              <Items items={items.slice(SHOWN)} base={base} timeZone={timeZone} />
            </div>
          </details>
        ) : null}
      </div>
      {isMore ? (
        <p className="border-t border-line px-4 py-3 text-sm sm:px-5">
          There are more.{' '}
          <Link className="link" to={`${base}/orders?tab=attention`}>
            All orders that need attention
          </Link>
        </p>
      ) : null}
    </Card>
  );
}

function Items({ items, base, timeZone }: Omit<AttentionListProps, 'attention'> & { items: AttentionView['items'] }) {
  return (
    <ul className="divide-y divide-line">
      {items.map(({ key, kind, title, detail, since, until, action }) => {
        const Icon = ICONS[kind];
        return (
          <li key={key} data-kind={kind} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
            <Icon size={20} aria-hidden className="flex-none text-warn" />
            <div className="grid min-w-0 flex-1 basis-60 gap-0.5">
              <p className="font-semibold wrap-anywhere">{title}</p>
              <p className="text-sm text-ink-2 wrap-anywhere">{detail}</p>
              {since || until ? (
                <p className="flex flex-wrap gap-x-3 text-xs text-ink-2">
                  {since ? (
                    <span>
                      Since <LocalTime iso={since} timeZone={timeZone} />
                    </span>
                  ) : null}
                  {until ? (
                    <span>
                      Takes effect <LocalTime iso={until} timeZone={timeZone} />
                    </span>
                  ) : null}
                </p>
              ) : null}
            </div>
            <Link to={`${base}${action.path}`} className="button px-3 text-sm max-sm:ml-9">
              {action.label}
              <span className="sr-only">: {title}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
