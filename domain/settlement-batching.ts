// When a batch of settlements is sent, and when it waits for company or cheaper gas (decision 0100). Pure.
import { type Cents, sum, type Units, type Wei } from './money.ts';

/** A settlement that is due. */
export interface WaitingSettlement {
  /** What its deposit holds, by the ledger. */
  valueUnits: Units;
  /** Since it was owed. */
  waitedMs: number;
  /** How often it failed. */
  attempts: number;
}

interface GasMarket {
  /** Of the moment. */
  gasPrice: Wei;
  /** The median of the last day; null while too little is known. */
  usualGasPrice: Wei | null;
  /** What one native coin is worth; 0 where coins have no price. */
  nativeUsdCents: Cents;
}

/** Items of one transaction (docs/chains.md section 2: the price of an item hardly falls beyond). */
export const BATCH_ITEMS = 50;

/** Of a transaction, and of each settlement in it that deploys its deposit: docs/chains.md section 2. */
const BATCH_GAS = 37_000n;
const ITEM_GAS = 56_000n;
/** Gas may cost one part in this many of what a batch pays out. */
const GAS_SHARE = 100n;
/** Gas is cheap at three quarters of its usual price. */
const CHEAP_PARTS = { of: 4n, paid: 3n };
/** A batch leaves this long before the promised time: it must be mined and confirmed. At most a quarter of the promise. */
const LEAD_MS = 5 * 60_000;

type BatchReason = 'no promise' | 'full' | 'tried before' | 'time is up' | 'worth its gas' | 'cheap gas';

/**
 * Why the batch goes now; null: it waits.
 * @param promiseMs within which a settlement is promised; 0: at once
 */
export const batchReason = (
  waiting: readonly WaitingSettlement[],
  { gasPrice, usualGasPrice, nativeUsdCents }: GasMarket,
  promiseMs: number,
): BatchReason | null => {
  if (promiseMs === 0 || nativeUsdCents === 0n) return 'no promise';
  if (waiting.length >= BATCH_ITEMS) return 'full';
  if (waiting.some(({ attempts }) => attempts > 0)) return 'tried before';
  const latestStartMs = promiseMs - Math.min(LEAD_MS, promiseMs / 4);
  if (waiting.some(({ waitedMs }) => waitedMs >= latestStartMs)) return 'time is up';
  const gas = BATCH_GAS + ITEM_GAS * BigInt(waiting.length);
  // Both sides in parts of 1e18 of a cent.
  const cost = gas * gasPrice * nativeUsdCents;
  const value = sum(waiting.map(({ valueUnits }) => valueUnits)) * 100n;
  if (cost * GAS_SHARE <= value) return 'worth its gas';
  if (usualGasPrice !== null && gasPrice * CHEAP_PARTS.of <= usualGasPrice * CHEAP_PARTS.paid) return 'cheap gas';
  return null;
};

/** Until when a settlement is promised that is owed since then. */
export const promisedBy = (owedSince: Date, settleWithinMinutes: number): Date =>
  new Date(owedSince.getTime() + settleWithinMinutes * 60_000);
