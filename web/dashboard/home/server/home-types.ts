// What the home page shows: plain data, amounts as decimal strings of coin (USDT and USDC count alike).

import type { IntentStatusName } from '#domain/status.ts';

export type HomeRangeName = 'today' | '7' | '30' | '90' | 'month' | 'own';

export interface HomeFigures {
  /** What paid orders received, the platform's fee, and the rest; all before refunds. */
  gross: string;
  fee: string;
  net: string;
  /** Refunds that were confirmed in the range, fees included, of orders of any day. Negative when more were removed than confirmed. */
  refunded: string;
  netAfterRefunds: string;
  orders: number;
  paid: number;
  /** Paid orders among those that have ended, in percent with one decimal; null when none has. */
  successPercent: number | null;
}

/** Against the previous period, in percent with one decimal; null without a value to compare with. */
export type HomeChange = Record<'gross' | 'fee' | 'net' | 'orders', number | null>;

export interface HomeDay {
  /** `2026-11-22`. */
  day: string;
  gross: string;
  /** The gross of the day that is as far into the period before. */
  before: string;
  net: string;
  /** Confirmed on this day, of orders of any day; negative when more was removed by a reorganisation than confirmed. */
  refunded: string;
  orders: number;
  paid: number;
}

export interface HomeSplit {
  coin: string;
  network: string;
  orders: number;
  gross: string;
  /** Of the gross, in percent with one decimal. */
  share: number;
}

export interface HomeView {
  /** When the figures were read, ISO-8601. */
  readAt: string;
  range: { name: HomeRangeName; from: string; to: string; problem: string | null };
  /** First and last day of the period before. */
  before: { from: string; to: string };
  /** What the amounts are in: the coins that were paid or refunded, such as `USDT + USDC`. */
  unit: string;
  days: HomeDay[];
  current: HomeFigures;
  previous: HomeFigures;
  change: HomeChange;
  /** Largest first. */
  splits: HomeSplit[];
  /** Most orders first. */
  statuses: { status: IntentStatusName; orders: number }[];
}

export type AttentionKind = 'review' | 'stray' | 'refund' | 'webhook' | 'endpoint' | 'change' | 'invoice';

/** Something that waits for a person, with the page where it is done. */
export interface AttentionItem {
  /** Unique within the list. */
  key: string;
  kind: AttentionKind;
  title: string;
  detail: string;
  /** ISO-8601: since when it waits; null when it is not known. */
  since: string | null;
  /** ISO-8601: until when it can be done; null when there is no end. */
  until: string | null;
  action: { label: string; path: string };
}

export interface AttentionView {
  /** Most urgent first. */
  items: AttentionItem[];
  /** Of `items`. */
  count: number;
  /** More wait than `items` has. */
  isMore: boolean;
}
