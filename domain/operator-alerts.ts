// What operators are told without asking: which conditions count, and when an alert begins, is repeated and ends (decision 0088). Pure.
import { findChain } from './chains.ts';
import { durationText } from './duration.ts';

/** Every kind of alert. */
export const ALERT_KINDS = [
  'chain_behind',
  'relayer_low',
  'review_old',
  'dispatch_waiting',
  'webhooks_waiting',
  'emails_waiting',
  'settlement_failing',
  'proposal_waiting',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** A watcher that heard of no head, or has not read it, for this long. */
export const CHAIN_BEHIND_SECONDS = 120;
/** The relayer's gas pays fewer settlements than this. */
export const FEW_SETTLEMENTS = 100;
export const REVIEW_OLD_SECONDS = 86_400;
export const DISPATCH_WAITING_SECONDS = 120;
export const WEBHOOKS_OVERDUE_SECONDS = 600;
/** E-mails that wait for more than 15 minutes. */
export const LATE_EMAILS = 5;
/** Past the time that was promised. */
export const SETTLEMENT_LATE_SECONDS = 3_600;

const MINUTE_MS = 60_000;
/** A condition that ends sooner is told to nobody. */
const HOLD_MS = MINUTE_MS;
/** How long a condition must be over before its alert ends; doubled for each end of the last day, so that one that comes and goes is told a few times. */
const CLEAR_MS = 10 * MINUTE_MS;
const CLEAR_MAX_MS = 6 * 60 * MINUTE_MS;
const REMIND_MS = 24 * 60 * MINUTE_MS;

/** A condition that holds now. */
export interface AlertFinding {
  kind: AlertKind;
  /** Null: not of one chain. */
  chainId: number | null;
  /** Seconds, settlements or messages, by kind. */
  figure: number;
}

/** An alert that has not ended. */
export interface OpenAlert {
  /** When its condition was first seen. */
  seenAt: Date;
  /** When it was told; null while it may still pass by itself. */
  beganAt: Date | null;
  lastTrueAt: Date;
  /** Of the last message that says that it goes on; null when there is none. */
  remindedAt: Date | null;
}

/** `forget`: it passed before anybody was told. */
export type AlertStep = 'begin' | 'remind' | 'end' | 'forget' | 'keep';

/**
 * What happens to an open alert now.
 * @param holds null: the condition could not be read, which neither begins nor ends anything
 * @param endsOfDay how often an alert of the same condition ended in the last 24 hours
 */
export const alertStep = (
  { seenAt, beganAt, lastTrueAt, remindedAt }: OpenAlert,
  holds: boolean | null,
  endsOfDay: number,
  now: Date,
): AlertStep => {
  if (holds === null) return 'keep';
  const since = (at: Date): number => now.getTime() - at.getTime();
  if (holds) {
    if (beganAt === null) return since(seenAt) >= HOLD_MS ? 'begin' : 'keep';
    return since(remindedAt ?? beganAt) >= REMIND_MS ? 'remind' : 'keep';
  }
  if (beganAt === null) return 'forget';
  return since(lastTrueAt) >= clearMs(endsOfDay) ? 'end' : 'keep';
};

const clearMs = (endsOfDay: number): number => Math.min(CLEAR_MS * 2 ** Math.min(endsOfDay, 10), CLEAR_MAX_MS);

/** One alert, as messages name it. Times are ISO-8601. */
export interface AlertLine extends AlertFinding {
  since: string;
  endedAt: string | null;
}

export const networkOf = (chainId: number | null): string =>
  chainId === null ? '' : (findChain(chainId)?.name ?? `Chain ${chainId}`);

/** One English sentence without a full stop, as the console and the webhook say it. */
export const alertText = ({ kind, chainId, figure }: AlertFinding): string => {
  const network = networkOf(chainId);
  switch (kind) {
    case 'chain_behind':
      return figure > 0
        ? `${network}: payments were not read for ${durationText(figure)}`
        : `${network}: payments were never read`;
    case 'relayer_low':
      return `${network}: the relayer’s gas pays ${figure} more settlements`;
    case 'review_old':
      return `A review has waited for ${durationText(figure)}`;
    case 'dispatch_waiting':
      return `Work has waited for Temporal for ${durationText(figure)}`;
    case 'webhooks_waiting':
      return `A webhook is overdue by ${durationText(figure)}`;
    case 'emails_waiting':
      return `${figure} e-mails are late`;
    case 'settlement_failing':
      return `${network}: settlements fail or wait, the oldest for ${durationText(figure)}`;
    case 'proposal_waiting':
      return `A proposal has waited for a second operator for ${durationText(figure)}`;
  }
};

/** Where an operator deals with it, below `/operator`. */
export const ALERT_PAGES: Readonly<Record<AlertKind, string>> = {
  chain_behind: '/chains',
  relayer_low: '/chains',
  review_old: '/reviews',
  dispatch_waiting: '/chains',
  webhooks_waiting: '/receivers',
  emails_waiting: '/emails?state=pending',
  settlement_failing: '/settlements?state=pending',
  proposal_waiting: '/proposals',
};
