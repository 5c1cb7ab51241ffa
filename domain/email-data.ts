// The kinds of e-mails and the data of each, given by the code that causes it. Stored until the message is rendered: JSON-safe,
// amounts as decimal strings in coins, instants as ISO-8601 text, links absolute.
import type { Address } from './address.ts';
import type { SignedAuditHead } from './audit-head.ts';
import type { CoinId } from './coins.ts';
import type { AlertLine } from './operator-alerts.ts';
import type { ReviewKind } from './review-kinds.ts';
import type { IntentStatus } from './status.ts';
import type { ShopperReviewData } from './told-money.ts';

interface KindRules {
  /** Its link gives access, or ends or cancels something: its data and rendering are emptied once it is sent or given up. */
  isSecret: boolean;
  /** It tells people what they must be able to stop: sent whatever became of the store's earlier e-mails to the address. */
  isSecurity: boolean;
}

/** Every kind. */
const KINDS = {
  order_created: { isSecret: false, isSecurity: false },
  order_paid: { isSecret: false, isSecurity: false },
  order_attention: { isSecret: false, isSecurity: false },
  order_stray: { isSecret: false, isSecurity: false },
  order_refunded: { isSecret: false, isSecurity: false },
  order_refund_removed: { isSecret: false, isSecurity: false },
  receiver_failing: { isSecret: false, isSecurity: false },
  receiver_disabled: { isSecret: false, isSecurity: false },
  network_unusable: { isSecret: false, isSecurity: false },
  shopper_receipt: { isSecret: false, isSecurity: false },
  shopper_refund: { isSecret: false, isSecurity: false },
  shopper_review: { isSecret: false, isSecurity: false },
  shopper_refund_removed: { isSecret: false, isSecurity: false },
  invoice_sent: { isSecret: false, isSecurity: false },
  invoice_reminder: { isSecret: false, isSecurity: false },
  invitation: { isSecret: true, isSecurity: false },
  password_reset: { isSecret: true, isSecurity: true },
  email_verification: { isSecret: true, isSecurity: true },
  account_notice: { isSecret: true, isSecurity: true },
  new_key: { isSecret: true, isSecurity: true },
  new_device: { isSecret: true, isSecurity: true },
  log_in_attempts: { isSecret: true, isSecurity: true },
  settings_changed: { isSecret: true, isSecurity: true },
  change_waits: { isSecret: true, isSecurity: true },
  change_canceled: { isSecret: false, isSecurity: true },
  team_changed: { isSecret: true, isSecurity: true },
  membership_changed: { isSecret: false, isSecurity: true },
  store_activated: { isSecret: false, isSecurity: false },
  store_suspended: { isSecret: false, isSecurity: true },
  daily_report: { isSecret: false, isSecurity: false },
  monthly_report: { isSecret: false, isSecurity: false },
  audit_head: { isSecret: false, isSecurity: true },
  operator_alert: { isSecret: false, isSecurity: true },
} as const satisfies Record<string, KindRules>;

export type EmailKind = keyof typeof KINDS;
export const EMAIL_KINDS = Object.keys(KINDS) as EmailKind[];
export const SECRET_KINDS: readonly EmailKind[] = EMAIL_KINDS.filter((kind) => KINDS[kind].isSecret);

export const SECURITY_KINDS: readonly EmailKind[] = EMAIL_KINDS.filter((kind) => KINDS[kind].isSecurity);

/** Temporal's priority, 1 to 5. A log-in link must not wait behind a thousand reports. */
export const emailPriority = (kind: string): number => {
  if (SECRET_KINDS.some((secret) => secret === kind)) return 1;
  if (kind === 'operator_alert') return 2;
  return kind === 'daily_report' || kind === 'monthly_report' ? 5 : 3;
};

/** Nothing: the facts of the order are read when the message is rendered, in the first moments after its cause. */
export type OrderData = Record<string, never>;

/** A review row: which transfer waits for a person, and why. */
export interface AttentionData {
  review: ReviewKind;
  amount: string;
  coin: CoinId;
  /** Absent in older messages. */
  token?: Address;
  chainId: number;
  txHash: string;
  from: string;
  blockTime: string;
}

/** Money at the order's address that is none of our coins. A token's own name is left out: anyone can call a token anything. */
export interface StrayData {
  /** The network's coin and its amount; null for a token that we do not know. */
  native: { amount: string; symbol: string } | null;
  token: string;
  chainId: number;
  txHash: string | null;
  from: string | null;
}

/** A confirmed refund. */
export interface RefundedData {
  /** What left, and what the payer got of it. */
  amount: string;
  net: string;
  coin: CoinId;
  /** Absent in older messages. */
  token?: Address;
  chainId: number;
  txHash: string;
  payer: string;
  to: string;
  /** ISO-8601. */
  confirmedAt: string;
}

/** A refund that a reorganisation removed after it was confirmed. */
export interface RemovedRefundData extends Omit<RefundedData, 'confirmedAt'> {
  /** It did not come back: it must be sent again. */
  isLost: boolean;
}

/** A price as it was set: two decimals, in a currency or a coin. */
export interface InvoicePrice {
  amount: string;
  unit: { fiat: string } | { coin: string };
}

/** An invoice to its customer. Its page is open to anyone with the link. */
export interface InvoiceData {
  number: string;
  customerName: string;
  total: InvoicePrice;
  /** `2026-11-22`. */
  dueDay: string;
  memo: string | null;
  lines: { description: string; quantity: number; total: InvoicePrice }[];
  link: string;
  /** Before, on or after the due day; null for the invoice itself. */
  reminder: 'before' | 'due' | 'after' | null;
  /** What its open order has received, and what is still due; null, and absent in older messages, while nothing has arrived. */
  part?: { received: InvoicePrice; due: InvoicePrice } | null;
}

export interface ReceiverFailingData {
  url: string;
  /** When it is a webhook endpoint (`whe_…`); absent for the store's webhook URL. */
  endpointId?: string;
  /** Of the event whose delivery fails. */
  webhookId: string;
  attempts: number;
  /** Of the last response. Null, or absent in older messages, when there was none. */
  responseStatus?: number | null;
  /** Why the last attempt failed, in English. */
  lastError: string;
}

export interface ReceiverDisabledData {
  url: string;
  /** When it is a webhook endpoint (`whe_…`); absent for the store's webhook URL. */
  endpointId?: string;
}

/**
 * `off`: the system has no provider for it any more. `no_code`: a contract wallet that does not exist there. `token`: a token's contract.
 * `changed_token`: a coin's contract there is not what it was, so payments in it are found and not counted.
 */
export type NetworkProblem = 'off' | 'no_code' | 'token' | 'changed_token';

export interface NetworkUnusableData {
  /** At least one; names for people. */
  networks: { name: string; problem: NetworkProblem }[];
}

export interface InvitationData {
  merchantName: string;
  role: 'owner' | 'manager' | 'viewer';
  /** E-mail address of the person who invites. */
  invitedBy: string;
  /** Contains a secret. It is deleted from the database once the message is sent. */
  link: string;
  expiresAt: string;
}

/** A link that gives access to an account: a secret, like an invitation's. */
export interface AccountLinkData {
  link: string;
  expiresAt: string;
}

/** Path of "This was not me" for the account that did it (db/accounts/mailed-links.ts). Null when no account did, absent in older messages. */
export type NotMePath = string | null;

export interface NewKeyData {
  keyName: string;
  /** The public identifier, `st_…`; never the secret. */
  apiKey: string;
  /** E-mail address of the person who made it, or null for a command. */
  createdBy: string | null;
  createdAt: string;
  /** To the store's keys. */
  link: string;
  notMe?: NotMePath;
}

export interface NewDeviceData {
  at: string;
  /** The browser and operating system, as "Firefox on Linux". */
  device: string;
  ipAddress: string;
  /** To the account's sessions. */
  link: string;
  notMe?: NotMePath;
}

/** Many wrong passwords or codes for an account, or a log-in while strangers had used up the limits over all accounts. */
export interface LogInAttemptsData {
  /** `code`: the password was right, the second factor was not. `none`: nothing was checked. */
  wrong: 'password' | 'code' | 'none';
  attempts: number;
  at: string;
  /** To the account's log-in methods. */
  link: string;
  /** Path of the page that lets a browser log in (db/accounts/mailed-links.ts). Absent in older messages. */
  letIn?: string;
}

/** Settings of a store that decide where money or notifications go. */
export type WatchedSetting = 'receiver' | 'webhook' | 'endpoint' | 'endpoint_secret';

export interface SettingsChangedData {
  /** At least one; values shortened for people (`db/merchants/settings-changes.ts`), null for none. A new secret has its URL in `to`. */
  changes: { setting: WatchedSetting; from: string | null; to: string | null }[];
  /** E-mail address of the person or id of the API key that did it, or null for a command. */
  changedBy: string | null;
  at: string;
  notMe?: NotMePath;
}

/** A change of where money goes that waits. */
export interface ChangeSummary {
  kind: 'receiver' | 'owner_invitation' | 'owner_role' | 'webhook_secret';
  /** The new receiving address, the e-mail address of the person, or the name of the key. */
  subject: string;
  /** The present receiving address. */
  from: string | null;
}

export interface ChangeWaitsData {
  change: ChangeSummary;
  /** E-mail address of the person who asked for it; null for a command. */
  requestedBy: string | null;
  appliesAt: string;
  /** Cancels it. Contains a secret. */
  link: string;
  notMe?: NotMePath;
}

export interface ChangeCanceledData {
  change: ChangeSummary;
  /** E-mail address of the person; null when the system found that it cannot be made any more. */
  canceledBy: string | null;
  at: string;
}

export interface TeamChangedData {
  event: 'invited' | 'joined' | 'role' | 'removed';
  /** E-mail address of the person whose place in the team changed. */
  person: string;
  /** Of the person; the former one after a removal. */
  role: InvitationData['role'];
  /** E-mail address of the person who did it, or null for a command. */
  changedBy: string | null;
  at: string;
  notMe?: NotMePath;
}

/** For the person whose place in the team changed. */
export interface MembershipChangedData {
  event: 'role' | 'removed';
  /** The new one; the former one after a removal. */
  role: InvitationData['role'];
  /** E-mail address of the person who did it, or null for a command. */
  changedBy: string | null;
  at: string;
}

export interface StoreActivatedData {
  /** To the dashboard. */
  link: string;
}

export interface StoreSuspendedData {
  /** A text that the merchant may read. */
  reason: string;
  link: string;
}

/** Sums of a report; coins of one dollar are added up as they are. */
export interface ReportSums {
  orders: number;
  paidOrders: number;
  gross: string;
  fee: string;
  net: string;
  refunds: string;
}

/** What was booked in one token. */
export interface ReportPart {
  coin: CoinId;
  chainId: number;
  /** Absent in reports that were made when tokens of one coin on one network were one row. */
  token?: Address | undefined;
  orders: number;
  gross: string;
  fee: string;
  net: string;
}

export interface ReportData {
  /** The local day or month: `2026-11-22` or `2026-11`. */
  period: string;
  timeZone: string;
  startsAt: string;
  /** Exclusive. */
  endsAt: string;
  sums: ReportSums;
  /** The period before, or null when the store is younger. */
  before: ReportSums | null;
  byStatus: { status: IntentStatus; orders: number }[];
  byCoinAndNetwork: ReportPart[];
  /** To the report in the dashboard. */
  link: string;
  /** Signed and expiring, when the CSV is too large to be attached; else null. */
  csvLink: string | null;
  /** Where a click or a mail program's own button ends these reports (RFC 8058). */
  unsubscribeLink: string;
}

/** The figures that a report keeps, as they were sent. */
export type ReportTotals = Pick<ReportData, 'sums' | 'before' | 'byStatus' | 'byCoinAndNetwork'>;

/** Something happened, or is about to happen, to an account's log-in or address. */
export interface AccountNotice {
  event:
    | 'sign_up'
    | 'sign_up_known'
    | 'passkey_reset'
    | 'operator_reset'
    | 'recovery_started'
    | 'recovery_link'
    | 'recovery_stopped'
    | 'recovery_done'
    | 'email_confirm'
    | 'email_asked'
    | 'email_changed'
    | 'email_undone'
    | 'password_changed'
    | 'factors_changed';
  /** Null when there is nothing to open. */
  link: string | null;
  /** When it happens, or until when the link is valid; ISO-8601. */
  time: string | null;
  /** The e-mail address that it is about. */
  email: string;
}

/** Alerts of the platform's operators. All lists are empty for a test. */
export interface OperatorAlertData {
  began: AlertLine[];
  /** They go on for another day. */
  reminded: AlertLine[];
  ended: AlertLine[];
  isTest: boolean;
  /** To the console. */
  link: string;
}

/** What each kind is queued with (`queueEmail`). */
export interface EmailData {
  order_created: OrderData;
  order_paid: OrderData;
  order_attention: AttentionData;
  order_stray: StrayData;
  order_refunded: RefundedData;
  order_refund_removed: RemovedRefundData;
  receiver_failing: ReceiverFailingData;
  receiver_disabled: ReceiverDisabledData;
  network_unusable: NetworkUnusableData;
  shopper_receipt: OrderData;
  shopper_refund: RefundedData;
  shopper_refund_removed: RemovedRefundData;
  shopper_review: ShopperReviewData;
  invoice_sent: InvoiceData;
  invoice_reminder: InvoiceData;
  invitation: InvitationData;
  password_reset: AccountLinkData;
  email_verification: AccountLinkData;
  account_notice: AccountNotice;
  new_key: NewKeyData;
  new_device: NewDeviceData;
  log_in_attempts: LogInAttemptsData;
  settings_changed: SettingsChangedData;
  change_waits: ChangeWaitsData;
  change_canceled: ChangeCanceledData;
  team_changed: TeamChangedData;
  membership_changed: MembershipChangedData;
  store_activated: StoreActivatedData;
  store_suspended: StoreSuspendedData;
  daily_report: ReportData;
  monthly_report: ReportData;
  audit_head: SignedAuditHead;
  operator_alert: OperatorAlertData;
}
