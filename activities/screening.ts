// Adds to what the ledger says of a payment what screening says of its senders, before the workflow decides on both. The verdict
// travels in the snapshot, so that deciding stays pure and replays decide the same.
import type { IntentSnapshot, LedgerReading, TransferSnapshot } from '#db/intents/intent-snapshot.ts';
import type { Address } from '#domain/address.ts';
import type { Screening } from '#domain/screening.ts';

/**
 * `senderDenied` and `payerDenied` are absent in histories that were recorded before there was a screening: not denied. So is
 * `dustUnits` in those from before dust was left alone.
 */
export interface ScreenedSnapshot extends Omit<IntentSnapshot, 'terms' | 'transfers'> {
  terms: Omit<IntentSnapshot['terms'], 'payerDenied' | 'dustUnits'> &
    Partial<Pick<IntentSnapshot['terms'], 'payerDenied' | 'dustUnits'>>;
  transfers: (TransferSnapshot & { senderDenied?: boolean })[];
}

/**
 * Screens the senders of money that is not taken yet. Throws when a provider has no answer: the activity is then tried again, and
 * nothing is confirmed meanwhile.
 */
export const screenSenders = async (
  screening: Screening,
  { snapshot, senders }: LedgerReading,
): Promise<ScreenedSnapshot> => {
  const verdicts = new Map<Address, Promise<boolean>>();
  const isDenied = async ({ id, state, inPayment }: TransferSnapshot): Promise<boolean> => {
    const sender = senders.get(id);
    if (!sender || state === 'orphaned' || inPayment) return false;
    const verdict = verdicts.get(sender) ?? screening.isDenied(sender);
    verdicts.set(sender, verdict);
    return await verdict;
  };
  const transfers = snapshot.transfers.map(async (transfer) => ({
    ...transfer,
    senderDenied: await isDenied(transfer),
  }));
  return { ...snapshot, transfers: await Promise.all(transfers) };
};
