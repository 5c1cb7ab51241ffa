// Small parts that the console's pages share.
import { Link, useSearchParams } from '@remix-run/react';
import type { ReactNode } from 'react';
import { REVIEW_LABELS } from '#web/text/review-titles.ts';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { countText } from '#web/ui/count-text.ts';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import type { OrderItem, OrderReview, ReviewOutcome } from '../server/operator-types.ts';

/** The console shows times in one zone, the one of logs, chains and Temporal's pages. */
export const CONSOLE_ZONE = 'UTC';

const OUTCOMES: Readonly<Record<ReviewOutcome, { label: string; tone: Tone }>> = {
  accepted: { label: 'Accepted', tone: 'ok' },
  sent_back: { label: 'Refunded', tone: 'ok' },
  closed: { label: 'Closed', tone: 'plain' },
};

export function ReviewStateBadge({ outcome }: { outcome: ReviewOutcome | null }) {
  if (outcome === null) return <Badge tone="warn">Open</Badge>;
  const { label, tone } = OUTCOMES[outcome];
  return <Badge tone={tone}>{label}</Badge>;
}

/** Confirms the action that `?done=` names. */
export function DoneNotice({ messages }: { messages: Readonly<Record<string, string>> }) {
  const [parameters] = useSearchParams();
  const done = messages[parameters.get('done') ?? ''];
  return done ? (
    <Notice tone="ok" announced>
      {done}
    </Notice>
  ) : null;
}

export function AmountCell({ amount, unit, network }: { amount: string; unit: string; network: string }) {
  return (
    <span className="grid justify-items-end">
      <Money amount={amount} unit={unit} />
      <span className="text-ink-2">{network}</span>
    </span>
  );
}

/** To the order's page in the console. */
export function OrderLink({ orderId, intentId }: Pick<OrderItem, 'orderId' | 'intentId'>) {
  return (
    <Link to={`/operator/orders/${intentId}`} className="font-mono text-xs text-brand underline wrap-anywhere">
      {orderId ?? intentId}
    </Link>
  );
}

export function OrderCell({
  orderId,
  intentId,
  intentStatus,
}: Pick<OrderItem, 'orderId' | 'intentId' | 'intentStatus'>) {
  return (
    <span className="grid justify-items-start gap-1">
      <OrderLink {...{ orderId, intentId }} />
      <StatusBadge status={intentStatus} />
    </span>
  );
}

export function ReviewLinks({ reviews }: { reviews: readonly OrderReview[] }) {
  return reviews.map(({ id, kind, state }, index) => (
    <span key={id}>
      {index > 0 ? ', ' : ''}
      <Link to={`/operator/reviews/${id}`} className="text-brand underline">
        {REVIEW_LABELS[kind]} ({state})
      </Link>
    </span>
  ));
}

interface StateWithErrorProps {
  label: string;
  tone: Tone;
  /** The last error, or null. */
  error: string | null;
  attempts: number;
}

export function StateWithError({ label, tone, error, attempts }: StateWithErrorProps) {
  return (
    <span className="grid max-w-sm justify-items-start gap-1">
      <Badge tone={tone}>{label}</Badge>
      {error ? (
        <span className="text-ink-2 wrap-anywhere">
          {error} ({countText(attempts, 'attempt')})
        </span>
      ) : null}
    </span>
  );
}

/** A link out of the console: an explorer, Temporal's pages. */
export function ExternalLink({ to, children }: { to: string | null; children: ReactNode }) {
  if (!to) return children;
  return (
    <a href={to} rel="noreferrer" className="text-brand underline">
      {children}
    </a>
  );
}

/** `0x1234…abcd`, with the whole value in the tooltip. */
export function ShortHex({ value }: { value: string }) {
  return (
    <span title={value} className="font-mono whitespace-nowrap">
      {shortHex(value)}
    </span>
  );
}

export const shortHex = (value: string): string =>
  value.length > 14 ? `${value.slice(0, 8)}…${value.slice(-6)}` : value;

/** The page's query with one parameter changed, for the next page of a filtered list. */
export const withParameter = (parameters: URLSearchParams, name: string, value: string): string => {
  const next = new URLSearchParams(parameters);
  next.set(name, value);
  next.delete('done');
  return `?${next}`;
};
