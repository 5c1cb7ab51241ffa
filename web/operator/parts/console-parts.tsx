// Small parts that the console's pages share.
import { useSearchParams } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { ReviewKind, ReviewOutcome } from '../server/operator-types.ts';

/** Operators work in one time zone: the one of logs, chains and Temporal's own pages. */
export const CONSOLE_ZONE = 'UTC';

export const KIND_LABELS: Readonly<Record<ReviewKind, string>> = {
  late: 'Late',
  underpaid: 'Too little',
  wrong_coin: 'Wrong coin',
  wrong_chain: 'Wrong network',
  second_payment: 'Second payment',
  reorg_after_confirmed: 'Reorganised after paid',
  screening: 'Refused payer',
};

const OUTCOME_WORDS: Readonly<Record<ReviewOutcome, { message: string; tone: Tone }>> = {
  accepted: { message: 'Accepted', tone: 'ok' },
  sent_back: { message: 'Sent back', tone: 'ok' },
  closed: { message: 'Closed', tone: 'plain' },
};

export function ReviewStateBadge({ outcome }: { outcome: ReviewOutcome | null }) {
  if (outcome === null) return <Badge tone="warn">Open</Badge>;
  const { message: words, tone } = OUTCOME_WORDS[outcome];
  return <Badge tone={tone}>{words}</Badge>;
}

/** What the address says was done a moment ago. */
export function DoneNotice({ message }: { message: Readonly<Record<string, string>> }) {
  const [parameters] = useSearchParams();
  const done = message[parameters.get('done') ?? ''];
  return done ? (
    <Notice tone="ok" announced>
      {done}
    </Notice>
  ) : null;
}

interface StateWithErrorProps {
  label: string;
  tone: Tone;
  /** What keeps it, or null when nothing does. */
  error: string | null;
  attempts: number;
}

export function StateWithError({ label, tone, error, attempts }: StateWithErrorProps) {
  return (
    <span className="grid max-w-sm justify-items-start gap-1">
      <Badge tone={tone}>{label}</Badge>
      {error ? (
        <span className="text-ink-2 wrap-anywhere">
          {error} ({attempts} attempts)
        </span>
      ) : null}
    </span>
  );
}

/** A link away from the console: an explorer, Temporal's pages. */
export function Outside({ to, children }: { to: string | null; children: ReactNode }) {
  if (!to) return children;
  return (
    <a href={to} rel="noreferrer" className="text-brand underline">
      {children}
    </a>
  );
}

/** `0x1234…abcd`, whole in the tooltip. */
export function ShortHex({ value }: { value: string }) {
  return (
    <span title={value} className="font-mono whitespace-nowrap">
      {value.length > 14 ? `${value.slice(0, 8)}…${value.slice(-6)}` : value}
    </span>
  );
}

/** The address of the next page of a list that is filtered by the rest of the address. */
export const withParameter = (parameters: URLSearchParams, name: string, value: string): string => {
  const next = new URLSearchParams(parameters);
  next.set(name, value);
  next.delete('done');
  return `?${next}`;
};
