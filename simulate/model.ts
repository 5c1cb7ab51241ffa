// The rules of a payment, written from docs/open-api.md section 9, docs/architecture.md section 5 and the decision records 0041 and
// 0053, and not from the code: nothing of domain/ that decides or computes is imported here.
import type { PreparedTransfer, TrueOrder, TrueTransfer } from './world/truth.ts';

/** Statuses by number, and where each may go. */
export const MOVES: Readonly<Record<number, readonly number[]>> = {
  1: [2, 3, 10, 20, -5, -4, -3, -2, -1, 4],
  2: [3, 10, 20, -5, -4, -3, -2, -1, 4],
  3: [10, 20, -5, -4, -3, -2, -1, 4],
  10: [3, 20, 4, -1],
  4: [20, 5, 3, -5, -4, -3, -2, -1],
  5: [4, -5, -4, -3, -2, -1, 20],
  [-5]: [4, 5],
  [-4]: [4, 5],
  [-3]: [4, 5],
  [-2]: [4, 5],
  [-1]: [4, 5],
  20: [5],
};

export const STATUS = {
  timeout: -5,
  canceled: -4,
  underpaid: -3,
  rejected: -2,
  manual: 4,
  refunding: 5,
  paid: 20,
} as const;
const FINAL: readonly number[] = [-5, -4, -3, -2, -1, 20];
export const isFinal = (status: number): boolean => FINAL.includes(status);

const COIN = 10n ** 18n;
/** Money that is too little to ask a person about. */
export const isDust = (units: bigint): boolean => units < COIN / 100n;

/** The least that pays an order: the price less the tolerance. */
export const least = ({ priceUnits, toleranceBps }: TrueOrder): bigint =>
  priceUnits - (priceUnits * BigInt(toleranceBps)) / 10_000n;

/** Right network, right coin, in time. @param expiresAt as it is now: a part payment extends it once */
export const fits = (order: TrueOrder, transfer: TrueTransfer, expiresAt: number): boolean =>
  order.chainIds.includes(transfer.chainId) &&
  order.coins.includes(transfer.token.coin) &&
  (order.acceptsBridged || !transfer.token.isBridged) &&
  transfer.blockTime <= expiresAt;

export const total = (transfers: readonly { units: bigint }[]): bigint =>
  transfers.reduce((sum, { units }) => sum + units, 0n);

/** The transfer with which the price was reached. @param transfers in chain order */
export const completing = <T extends { units: bigint }>(transfers: readonly T[], needed: bigint): T | undefined => {
  let sum = 0n;
  for (const transfer of transfers) {
    sum += transfer.units;
    if (sum >= needed) return transfer;
  }
  return transfers.at(-1);
};

/** How much of each transfer lies beyond the price. @param transfers in chain order */
export const beyondPrice = ({ priceUnits }: TrueOrder, transfers: readonly { units: bigint }[]): bigint[] => {
  let sum = 0n;
  return transfers.map(({ units }) => {
    const before = bigger(sum, priceUnits);
    sum += units;
    return bigger(sum - before, 0n);
  });
};

export const bigger = (a: bigint, b: bigint): bigint => (a < b ? b : a);

/** The platform's fee on what a deposit address pays out at once. */
export const feeOf = (order: TrueOrder, baseUnits: bigint): bigint => (baseUnits * order.feeRateE9) / 1_000_000_000n;

const DAY_MS = 86_400_000;

/** A prepared transfer is searched for until a day after its deadline, withdrawn or not (decision 0054). */
export const isSeen = ({ prepared, blockTime }: { prepared: PreparedTransfer; blockTime: number }): boolean =>
  blockTime <= prepared.deadline + DAY_MS;
