// Money that a reorganisation took back and that is in another block now: the same transaction has made the same transfer again. The
// rules decide by this pairing and the writer books by it, so that both mean the same transfers.
import type { CoinId } from './coins.ts';
import type { Units } from './money.ts';

/** What a transfer keeps when its transaction is mined again; its block and its place in it may be others. */
export interface MinedTransfer {
  id: string;
  chainId: number;
  coin: CoinId;
  txHash: string;
  amountUnits: Units;
  /** Anything that is the same for transfers of one token. Absent in histories that are older than this member. */
  token?: string;
  /** Anything that is the same for transfers of one sender: one transaction can move the same amount of several people. Absent like `token`. */
  sender?: string | number;
}

const identityOf = ({ chainId, coin, txHash, amountUnits, token, sender }: MinedTransfer): string =>
  [chainId, coin, txHash, amountUnits, token, sender].join(':');

/**
 * Pairs transfers with those that a reorganisation removed, in the order in which they are given. Each is taken once: a transaction that
 * paid once before and twice now has paid one more time.
 * @returns the ids of each pair
 */
export const pairMinedAgain = (
  lost: readonly MinedTransfer[],
  found: readonly MinedTransfer[],
): { from: string; to: string }[] => {
  const free = Map.groupBy(lost, identityOf);
  return found.flatMap((transfer) => {
    const match = free.get(identityOf(transfer))?.shift();
    return match ? [{ from: match.id, to: transfer.id }] : [];
  });
};
