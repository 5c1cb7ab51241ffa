// A store's settings as its pages show and send them. Types only: bundled pages import this file.
import type { SubmissionResult } from '@conform-to/react';
import type { Address } from '#domain/address.ts';
import type { CoinId, CoinSymbol } from '#domain/coins.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';

export type SettingsSection = 'store' | 'payments' | 'receiver' | 'connection' | 'notifications';

/** A form's values by field name. */
export type FormValues = Record<string, string | string[] | undefined>;

export interface NetworkChoice {
  id: number;
  name: string;
  /** The network's own rule as text: "10 blocks, above 1,000 coins the chain's safe block". */
  rule: string;
  /** Why shoppers are not offered the network although the store accepts it; null when they are, or without a receiving address. */
  problem: string | null;
}

export interface SettingsView {
  section: SettingsSection;
  values: FormValues;
  storeName: string;
  logoUrl: string | null;
  isTest: boolean;
  networks: NetworkChoice[];
  coins: { id: CoinId; symbol: CoinSymbol }[];
  receiver: { address: Address | null; proof: { address: Address; signedAt: string } | null };
  webhook: { url: string | null; disabledAt: string | null; warnings: string[] };
  /** E-mail addresses of the merchant's owners, who get the mail while a list is empty. */
  owners: string[];
}

export type SaveOutcome =
  /** `waits`: the change takes effect later (decision 0062). `receiver`: the response of a new webhook URL; null: none was set. */
  | { saved: true; warnings: string[]; waits: boolean; receiver: ReceiverAnswer | null }
  /** What was typed, with a message for each wrong field. */
  | { saved: false; result: SubmissionResult<string[]> };

/** `status-404`, in the URL of the page after a save. */
export type ReceiverAnswer = 'not-found' | 'no-answer' | `status-${number}`;

export interface SettingsService {
  view(storeId: string, section: SettingsSection): Promise<SettingsView>;
  /** Never throws for wrong input: the outcome names fields and reasons. */
  save(visit: DashboardVisit, section: SettingsSection, form: FormData): Promise<SaveOutcome>;
}
