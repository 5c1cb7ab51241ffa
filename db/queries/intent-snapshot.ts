// What the intent's workflow decides on: terms, transfers and how far the watchers have come, read at one moment, as JSON-safe
// values (bigints as strings: they don't pass Temporal's payload converter). Senders' addresses are left to the activity, which
// screens them: no personal data in histories.
import { IsolationLevel } from '@mikro-orm/core';
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ObservedTransfer, PaymentTerms } from '#domain/payment-rules.ts';
import { IntentStatus, isAwaitingPayment, isTerminal } from '#domain/status.ts';
import { ChainCursor, TokenTransfer } from '../entities/chain.entity.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { CheckoutIntent, TimelineEvent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import { hasDeniedPayer } from './denied-payers.ts';

export type TransferSnapshot = Omit<ObservedTransfer, 'amountUnits' | 'senderDenied'> & { amountUnits: string };

export interface IntentSnapshot {
  status: IntentStatus;
  terms: Omit<PaymentTerms, 'requiredUnits'> & { requiredUnits: string; acceptedCoins: CoinId[] };
  transfers: TransferSnapshot[];
  /** Accepted chains whose watchers have not passed a block later than the deadline; empty: the verdict may fall. */
  chainsBehind: number[];
}

/** A snapshot with the senders of its transfers, by transfer id. */
export interface LedgerReading {
  snapshot: IntentSnapshot;
  senders: ReadonlyMap<string, Address>;
}

/**
 * Reads an intent in one snapshot of the database: were the cursors read after the transfers, a payment that was stored in
 * between would be missed and its block counted as passed. Throws when there is no such intent.
 */
export const readIntentSnapshot = (entityManager: Em, intentId: IntentId): Promise<LedgerReading> =>
  entityManager.fork().transactional(
    async (em) => {
      const intent = await em.findOneOrFail(CheckoutIntent, intentId);
      const transfers = await em.find(TokenTransfer, { intent }, { orderBy: { id: 'asc' } });
      const reviews = transfers.length > 0 ? await em.find(ReviewItem, { intent }) : [];
      const hasMoney = transfers.some(({ state }) => state !== 'orphaned');
      const snapshot: IntentSnapshot = {
        status: intent.status,
        terms: {
          requiredUnits: intent.amountUnits.toString(),
          toleranceBps: intent.toleranceBps,
          expiresAt: intent.expiresAt.getTime(),
          extended: Boolean(intent.extendedAt),
          extensionMs: intent.extensionSeconds * 1000,
          acceptedCoins: intent.acceptedStableCoins,
          acceptedChainIds: intent.acceptedChainIds,
          // Asked only where it matters: one query less for each look at a payment.
          payerDenied: isAwaitingPayment(intent.status) && !hasMoney && (await hasDeniedPayer(em, intent)),
          closedAs: await readVerdict(em, intent),
        },
        transfers: transfers.map((transfer) => ({
          id: String(transfer.id),
          chainId: transfer.chainId,
          coin: transfer.coin,
          txHash: transfer.txHash,
          amountUnits: transfer.amountUnits.toString(),
          blockTime: transfer.blockTime.getTime(),
          state: transfer.state,
          inPayment: transfer.inPayment,
          reviews: reviews
            .filter((review) => review.transfer.id === transfer.id)
            .map(({ kind, state }) => ({ kind, resolved: state === 'resolved' })),
        })),
        chainsBehind: await readChainsBehind(em, intent),
      };
      const senders = new Map(transfers.map(({ id, fromAddress }) => [String(id), fromAddress]));
      return { snapshot, senders };
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );

/** The last verdict of an intent that was reopened for a person. */
const readVerdict = async (em: Em, intent: CheckoutIntent): Promise<IntentStatus | null> => {
  if (intent.status !== IntentStatus.PENDING_MANUAL_OPERATION) return null;
  const entered = await em.findOne(
    TimelineEvent,
    { intent, kind: 'status', statusTo: IntentStatus.PENDING_MANUAL_OPERATION },
    { orderBy: { id: 'desc' } },
  );
  const from = entered?.statusFrom;
  return from && isTerminal(from) ? from : null;
};

const readChainsBehind = async (em: Em, intent: CheckoutIntent): Promise<number[]> => {
  const passed = await em.find(
    ChainCursor,
    { chainId: { $in: intent.acceptedChainIds }, blockTime: { $gt: intent.expiresAt } },
    { fields: ['chainId'] },
  );
  const ids = passed.map(({ chainId }) => chainId);
  return intent.acceptedChainIds.filter((chainId) => !ids.includes(chainId));
};
