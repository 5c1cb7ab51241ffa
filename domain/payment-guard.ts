// Checks a payment a second time, in the transaction that records it, on rows that are read there. The workflow decides by the rules;
// this rejects what no rule allows. It shares two rules with the decision, `misfitOf` and `minimumUnits`: a fault in those passes both,
// and is the simulator's to find.

import type { CoinId } from './coins.ts';
import { formatUnits, sum, type Units } from './money.ts';
import { minimumUnits, misfitOf, type PaymentTerms } from './payment-rules.ts';

/** One transfer of a payment that is about to be recorded. */
export interface GuardedTransfer {
  id: string;
  chainId: number;
  coin: CoinId;
  amountUnits: Units;
  /** Epoch milliseconds of the block. */
  blockTime: number;
  /** A bridged token that the intent does not accept. */
  isUnwantedToken: boolean;
  /** A person took it as the payment (review outcome `accepted`). */
  isAccepted: boolean;
  /** Screening denies its payer, and no person has decided yet. */
  isHeld: boolean;
}

export type GuardedTerms = Pick<
  PaymentTerms,
  'requiredUnits' | 'toleranceBps' | 'expiresAt' | 'acceptedCoins' | 'acceptedChainIds'
>;

/**
 * Why these transfers cannot be the payment, as a message, or null when they can: each fits the terms or was accepted by a person,
 * none is held, and they sum to the price less the tolerance, unless a person accepted less.
 */
export const faultOfPayment = (terms: GuardedTerms, transfers: readonly GuardedTransfer[]): string | null => {
  for (const transfer of transfers) {
    if (transfer.isHeld) return `transfer ${transfer.id} waits for a person to decide on its payer`;
    const misfit = transfer.isAccepted ? null : misfitOf(terms, transfer);
    if (misfit) return `transfer ${transfer.id} does not fit the terms (${misfit})`;
  }
  const paid = sum(transfers.map(({ amountUnits }) => amountUnits));
  const minimum = minimumUnits(terms);
  if (paid >= minimum || transfers.some(({ isAccepted }) => isAccepted)) return null;
  return `${formatUnits(paid)} paid, at least ${formatUnits(minimum)} needed`;
};
