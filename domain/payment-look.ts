// Assesses one reading of an intent's ledger, and keeps what its workflow needs. Readings are JSON-safe (amounts as strings). Pure:
// the activity that reads and writes uses it, and so do older runs whose workflow decided by itself.
import { unitsOf } from './money.ts';
import { type Assessment, assessPayment, type ObservedTransfer, type PaymentTerms } from './payment-rules.ts';
import type { IntentStatus } from './status.ts';

/** Optional members are absent in histories that are older than their rules. */
export interface LedgerFacts {
  status: IntentStatus;
  terms: Omit<PaymentTerms, 'requiredUnits' | 'dustUnits' | 'payerDenied'> & {
    requiredUnits: string;
    dustUnits?: string;
    payerDenied?: boolean;
  };
  transfers: readonly (Omit<ObservedTransfer, 'amountUnits' | 'senderDenied'> & {
    amountUnits: string;
    senderDenied?: boolean;
  })[];
  /** Accepted chains whose watchers have not passed a block later than the deadline; empty: the verdict may fall. */
  chainsBehind: readonly number[];
}

/** What an intent's workflow must know of the ledger to show it and to sleep; JSON-safe. */
export interface IntentView extends Pick<Assessment, 'status' | 'wakeAt' | 'waitingFor'> {
  /** Money is there that no reorganisation took back. */
  hasMoney: boolean;
  /** The chain of the first such money, or null. */
  chainId: number | null;
  chainsBehind: readonly number[];
}

export const assessFacts = ({ status, terms, transfers, chainsBehind }: LedgerFacts): Assessment =>
  assessPayment(
    status,
    {
      ...terms,
      requiredUnits: unitsOf(terms.requiredUnits),
      payerDenied: terms.payerDenied ?? false,
      dustUnits: unitsOf(terms.dustUnits ?? 0),
    },
    transfers.map((transfer) => ({
      ...transfer,
      amountUnits: unitsOf(transfer.amountUnits),
      senderDenied: transfer.senderDenied ?? false,
    })),
    chainsBehind.length === 0,
  );

/** Nothing is left to write: the status has converged. */
export const stands = (
  { status }: Pick<LedgerFacts, 'status'>,
  assessment: Pick<Assessment, 'status' | 'extendTo' | 'reviews' | 'paymentTransferIds'>,
): boolean =>
  assessment.status === status &&
  assessment.extendTo === null &&
  assessment.reviews.length === 0 &&
  assessment.paymentTransferIds.length === 0;

export const viewOf = (
  { status, transfers, chainsBehind }: Pick<LedgerFacts, 'status' | 'transfers' | 'chainsBehind'>,
  { wakeAt, waitingFor }: Pick<Assessment, 'wakeAt' | 'waitingFor'>,
): IntentView => {
  const money = transfers.find(({ state }) => state !== 'orphaned');
  return { status, wakeAt, waitingFor, hasMoney: money !== undefined, chainId: money?.chainId ?? null, chainsBehind };
};

/** A status converges after two or three rounds; more is a fault of the rules. */
export const MAX_ROUNDS = 8;
