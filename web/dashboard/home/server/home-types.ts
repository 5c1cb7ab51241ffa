// What the home page shows: plain data, amounts as decimal strings of coin (USDT and USDC count alike).
import type { IntentStatusName } from '#domain/status.ts';

export interface HomeFigures {
  /** What paid orders received, the platform's fee, and the rest. */
  gross: string;
  fee: string;
  net: string;
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
  net: string;
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
  /** Orders with other money at their addresses that waits for a decision: at most a few, oldest first. */
  strayOrders: { intentId: string; name: string }[];
  days: HomeDay[];
  current: HomeFigures;
  previous: HomeFigures;
  change: HomeChange;
  /** Largest first. */
  splits: HomeSplit[];
  statuses: { status: IntentStatusName; orders: number }[];
}
