// Intent statuses (docs/open-api.md section 9) and the table of moves between them. A test enumerates every pair.

export const IntentStatus = {
  TIMEOUT: -5,
  CANCELED: -4,
  UNDERPAID: -3,
  REJECTED: -2,
  FAILED: -1,
  CREATED: 1,
  PAYING: 2,
  TEMP_WALLET_RECEIVED: 3,
  PENDING_MANUAL_OPERATION: 4,
  SEND_BACK: 5,
  ON_CHAIN: 10,
  CONFIRMED: 20,
} as const;

export type IntentStatus = (typeof IntentStatus)[keyof typeof IntentStatus];
export type IntentStatusName = keyof typeof IntentStatus;

export const INTENT_STATUSES = Object.values(IntentStatus) as readonly IntentStatus[];

const names = new Map(Object.entries(IntentStatus).map(([name, status]) => [status, name as IntentStatusName]));

export const statusName = (status: IntentStatus): IntentStatusName => {
  const name = names.get(status);
  if (!name) throw new RangeError(`Unknown status ${status}`);
  return name;
};

export const isIntentStatus = (value: unknown): value is IntentStatus => names.has(value as IntentStatus);

const S = IntentStatus;

const TERMINAL: ReadonlySet<IntentStatus> = new Set([
  S.TIMEOUT,
  S.CANCELED,
  S.UNDERPAID,
  S.REJECTED,
  S.FAILED,
  S.CONFIRMED,
]);

/** Statuses that end an intent. */
export const TERMINAL_STATUSES: readonly IntentStatus[] = [...TERMINAL];
/** Statuses of intents whose workflow still runs. */
export const OPEN_STATUSES: readonly IntentStatus[] = INTENT_STATUSES.filter((status) => !TERMINAL.has(status));

export const isTerminal = (status: IntentStatus): boolean => TERMINAL.has(status);

/** Statuses in which the checkout waits for money that no block has shown yet. */
export const isAwaitingPayment = (status: IntentStatus): boolean =>
  status === S.CREATED || status === S.PAYING || status === S.TEMP_WALLET_RECEIVED;

const closings = [S.TIMEOUT, S.CANCELED, S.UNDERPAID, S.REJECTED, S.FAILED, S.PENDING_MANUAL_OPERATION] as const;

/**
 * Every allowed move. Terminal statuses may only move to SEND_BACK, while a refund is under way, and, except CONFIRMED, to
 * PENDING_MANUAL_OPERATION (money that arrived later). SEND_BACK returns to what stood before. A reorganisation takes ON_CHAIN back to TEMP_WALLET_RECEIVED, and a manual case back to the verdict
 * that stood before the money that vanished.
 */
export const TRANSITIONS: Readonly<Record<IntentStatus, readonly IntentStatus[]>> = {
  [S.CREATED]: [S.PAYING, S.TEMP_WALLET_RECEIVED, S.ON_CHAIN, S.CONFIRMED, ...closings],
  [S.PAYING]: [S.TEMP_WALLET_RECEIVED, S.ON_CHAIN, S.CONFIRMED, ...closings],
  [S.TEMP_WALLET_RECEIVED]: [S.ON_CHAIN, S.CONFIRMED, ...closings],
  [S.ON_CHAIN]: [S.TEMP_WALLET_RECEIVED, S.CONFIRMED, S.PENDING_MANUAL_OPERATION, S.FAILED],
  [S.PENDING_MANUAL_OPERATION]: [
    S.CONFIRMED,
    S.SEND_BACK,
    S.TEMP_WALLET_RECEIVED,
    S.TIMEOUT,
    S.CANCELED,
    S.UNDERPAID,
    S.REJECTED,
    S.FAILED,
  ],
  [S.SEND_BACK]: [S.PENDING_MANUAL_OPERATION, S.TIMEOUT, S.CANCELED, S.UNDERPAID, S.REJECTED, S.FAILED, S.CONFIRMED],
  [S.TIMEOUT]: [S.PENDING_MANUAL_OPERATION, S.SEND_BACK],
  [S.CANCELED]: [S.PENDING_MANUAL_OPERATION, S.SEND_BACK],
  [S.UNDERPAID]: [S.PENDING_MANUAL_OPERATION, S.SEND_BACK],
  [S.REJECTED]: [S.PENDING_MANUAL_OPERATION, S.SEND_BACK],
  [S.FAILED]: [S.PENDING_MANUAL_OPERATION, S.SEND_BACK],
  [S.CONFIRMED]: [S.SEND_BACK],
};

export const canTransition = (from: IntentStatus, to: IntentStatus): boolean => TRANSITIONS[from].includes(to);

/** Whether money of an order in this status can be refunded: not while it still waits for its payment. */
export const isRefundable = (status: IntentStatus): boolean =>
  status === S.SEND_BACK || canTransition(status, S.SEND_BACK);

/** The moves that a checkout page may make by itself; everything else is the workflow's (docs/architecture.md section 4). */
export const canPageTransition = (from: IntentStatus, to: IntentStatus): boolean =>
  (to === S.PAYING && from === S.CREATED) ||
  (to === S.TEMP_WALLET_RECEIVED && (from === S.CREATED || from === S.PAYING));

export const PaymentMethod = { UNKNOWN: 0, WALLET_SCAN: 1, WALLET_CONNECT: 2, ALL_SCALE_PAY: 3 } as const;
export type PaymentMethod = (typeof PaymentMethod)[keyof typeof PaymentMethod];
