// How a payment of several transfers is taken apart: their order on the chains, the one that completed the payment, what each (coin,
// network) received, and whose a surplus is (decision 0053).
import type { Address } from './address.ts';
import type { CoinId } from './coins.ts';
import { feeOfSettlement } from './fees.ts';
import { add, type BaseUnits, baseUnitsOf, larger, subtract, sum, type Units, unitsOf, ZERO } from './money.ts';

/** Where a transfer stands among others, on any chain. */
export interface ChainPosition {
  /** Epoch milliseconds of the block. */
  blockTime: number;
  chainId: number;
  blockNumber: bigint;
  logIndex: number;
}

export interface PaymentTransferFacts extends ChainPosition {
  token: Address;
  coin: CoinId;
  txFrom: Address;
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
}

/** Compares by block time, then chain, block and log index. */
export const byChainOrder = (a: ChainPosition, b: ChainPosition): number =>
  a.blockTime - b.blockTime ||
  a.chainId - b.chainId ||
  (a.blockNumber < b.blockNumber ? -1 : a.blockNumber > b.blockNumber ? 1 : 0) ||
  a.logIndex - b.logIndex;

/**
 * The transfer that completed the payment: the first at which the sum reaches the minimum. The last one where the sum never does,
 * because a person accepted less.
 * @param transfers in chain order
 * @param minimumUnits the price less the tolerance
 */
export const completingTransfer = <Transfer extends Pick<PaymentTransferFacts, 'amountUnits'>>(
  transfers: readonly Transfer[],
  minimumUnits: Units,
): Transfer | undefined => {
  let reached = ZERO as Units;
  for (const transfer of transfers) {
    reached = add(reached, transfer.amountUnits);
    if (reached >= minimumUnits) return transfer;
  }
  return transfers.at(-1);
};

/** What a payment received in one coin on one network, and what the platform takes of it. */
export interface PaymentPart {
  chainId: number;
  token: Address;
  coin: CoinId;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
  /** The part of the gross amount beyond the price. */
  surplusUnits: Units;
}

/** How much of each transfer lies beyond the price, walking them in chain order. */
const beyondPrice = (transfers: readonly { amountUnits: Units }[], priceUnits: Units): Units[] => {
  let before: Units = ZERO;
  return transfers.map(({ amountUnits }) => {
    const after = add(before, amountUnits);
    const start = larger(before, priceUnits);
    before = after;
    return after > start ? subtract(after, start) : ZERO;
  });
};

/**
 * The parts of a payment by (chain, token), in the order in which each first appears. Settlements pay by (chain, token), so the fee is
 * rounded once for each. @param transfers in chain order
 */
export const partsOf = (
  transfers: readonly Pick<PaymentTransferFacts, 'chainId' | 'token' | 'coin' | 'amountBaseUnits' | 'amountUnits'>[],
  { priceUnits, feeRateE9 }: { priceUnits: Units; feeRateE9: bigint },
): PaymentPart[] => {
  const beyond = beyondPrice(transfers, priceUnits);
  const withBeyond = transfers.map((transfer, index) => ({ ...transfer, beyond: beyond[index] ?? ZERO }));
  const groups = Map.groupBy(withBeyond, ({ chainId, token }) => `${chainId}:${token}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const unitsPerBase = first.amountUnits / first.amountBaseUnits;
    const grossUnits = sum(group.map(({ amountUnits }) => amountUnits));
    const feeUnits = unitsOf(feeOfSettlement(sum(group.map((one) => one.amountBaseUnits)), feeRateE9) * unitsPerBase);
    const { chainId, token, coin } = first;
    const surplusUnits = sum(group.map((one) => one.beyond));
    return [{ chainId, token, coin, grossUnits, feeUnits, netUnits: subtract(grossUnits, feeUnits), surplusUnits }];
  });
};

/** Money beyond the price, of one sender in one token. */
export interface SenderSurplus {
  chainId: number;
  token: Address;
  coin: CoinId;
  sender: Address;
  /** Whole base units of the token. */
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
}

/**
 * Whose the surplus of a payment is. Walking the transfers in chain order, whatever lies beyond the price belongs to the sender of the
 * transfer that carried it, in its coin and on its network; so nobody gets more than they sent there. Rounded down to base units.
 * @param transfers in chain order
 */
export const surplusBySender = (transfers: readonly PaymentTransferFacts[], priceUnits: Units): SenderSurplus[] => {
  const surplus = new Map<string, SenderSurplus>();
  const beyond = beyondPrice(transfers, priceUnits);
  for (const [index, { chainId, token, coin, txFrom: sender, amountUnits, amountBaseUnits }] of transfers.entries()) {
    const unitsPerBase = amountUnits / amountBaseUnits;
    const found = (beyond[index] ?? 0n) / unitsPerBase;
    if (found === 0n) continue;
    const key = `${chainId}:${token}:${sender}`;
    const total = baseUnitsOf((surplus.get(key)?.amountBaseUnits ?? 0n) + found);
    surplus.set(key, {
      ...{ chainId, token, coin, sender },
      amountBaseUnits: total,
      amountUnits: unitsOf(total * unitsPerBase),
    });
  }
  return [...surplus.values()];
};
