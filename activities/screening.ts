// Adds the screening result of each sender to the snapshot of a payment. The result is part of the snapshot, so that deciding stays
// pure and a replay decides the same.
import type { IntentSnapshot, LedgerReading, TransferSnapshot } from '#db/intents/intent-snapshot.ts';
import type { Address } from '#domain/address.ts';
import type { Screening } from '#domain/screening.ts';

/** `senderDenied`, `payerDenied` and `dustUnits` are absent in histories that are older than screening and the dust rule. */
export interface ScreenedSnapshot extends Omit<IntentSnapshot, 'terms' | 'transfers'> {
  terms: Omit<IntentSnapshot['terms'], 'payerDenied' | 'dustUnits'> &
    Partial<Pick<IntentSnapshot['terms'], 'payerDenied' | 'dustUnits'>>;
  transfers: (TransferSnapshot & { senderDenied?: boolean })[];
}

/**
 * Screens the senders of transfers that are not part of the payment yet. Throws when screening fails: the activity is retried, and
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
