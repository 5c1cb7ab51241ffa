// The relayer's transactions, stored signed before they are sent, and the settlements that each carries.
import { raw } from '@mikro-orm/postgresql';
import type { Address, Hex } from '#domain/address.ts';
import type { ContractId } from '#domain/ids.ts';
import type {
  ConcludedTransaction,
  NewTransaction,
  RelayerLease,
  SettledNews,
  SettlementRetry,
  StoredTransaction,
} from '#domain/settlements.ts';
import { RelayerTx, type RelayerTxState } from '../entities/chain.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { anyId, now } from '../sql.ts';
import { holdLease } from './relayer-lease.ts';
import { type CarriedSettlement, markPaid, returnToPending } from './settlement-results.ts';

const IN_FLIGHT: RelayerTxState[] = ['signed', 'sent'];

/** The transactions' part of the ledger. Each method is one transaction. */
export const createRelayerTransactions = (entityManager: Em) => {
  const held = <T>(lease: RelayerLease, work: (em: Em) => Promise<T>): Promise<T> =>
    holdLease(entityManager, lease, work);
  return {
    async inFlight({ chainId, relayer }: RelayerLease): Promise<StoredTransaction[]> {
      const found = { chainId, relayer, state: { $in: IN_FLIGHT } };
      return (await entityManager.fork().find(RelayerTx, found, BY_NONCE)).map(toStored);
    },

    async minedFrom({ chainId, relayer }: RelayerLease, nonce: bigint): Promise<StoredTransaction[]> {
      const mined = { blockNumber: { $ne: null }, state: { $in: ['mined', 'failed'] as RelayerTxState[] } };
      const found = { chainId, relayer, nonce: { $gte: nonce }, ...mined };
      return (await entityManager.fork().find(RelayerTx, found, BY_NONCE)).map(toStored);
    },

    storeTransaction: (
      lease: RelayerLease,
      transaction: NewTransaction,
      settlementIds: readonly string[],
    ): Promise<boolean> => storeWithSettlements(entityManager, lease, transaction, settlementIds),

    async accountsInFlight(chainId: number): Promise<Address[]> {
      const rows = await kyselyOf(entityManager.fork())
        .selectFrom('RelayerTx')
        .select('relayer')
        .distinct()
        .where('chainId', '=', chainId)
        .where('state', 'in', IN_FLIGHT)
        .execute();
      return rows.map(({ relayer }) => relayer);
    },

    storeReplacement: (lease: RelayerLease, transaction: NewTransaction): Promise<void> =>
      held(lease, async (em) => await insertTransaction(em, lease, transaction)),

    noteSent: (lease: RelayerLease, txHash: Hex, error: string | null): Promise<void> =>
      held(lease, async (em) => {
        await kyselyOf(em)
          .updateTable('RelayerTx')
          .set((eb) =>
            error === null
              ? { state: 'sent', sentAt: eb.fn.coalesce('sentAt', now), lastError: null }
              : { lastError: error },
          )
          .where('txHash', '=', txHash)
          .where('state', 'in', IN_FLIGHT)
          .execute();
      }),

    noteBlock: (lease: RelayerLease, txHash: Hex, blockNumber: bigint | null): Promise<void> =>
      held(lease, async (em) => {
        await kyselyOf(em)
          .updateTable('RelayerTx')
          .set((eb) => ({ blockNumber, state: 'sent', sentAt: eb.fn.coalesce('sentAt', now) }))
          .where('txHash', '=', txHash)
          .where('state', 'in', IN_FLIGHT)
          .execute();
      }),

    conclude: (lease: RelayerLease, result: ConcludedTransaction, retry: SettlementRetry): Promise<SettledNews[]> =>
      held(lease, async (em) => await conclude(em, lease, result, retry)),

    concludeLost: (lease: RelayerLease, nonce: bigint, message: string, retry: SettlementRetry): Promise<void> =>
      held(lease, async (em) => {
        await em.nativeUpdate(RelayerTx, inFlightWith(lease, nonce), { state: 'failed', lastError: message });
        const carried = await carriedBy(em, lease, nonce);
        await returnToPending(
          em,
          carried.map(({ id }) => id),
          'sending',
          message,
          retry,
        );
      }),
  };
};

const BY_NONCE = { orderBy: { nonce: 'asc', attempt: 'asc' } } as const;

const inFlightWith = ({ chainId, relayer }: RelayerLease, nonce: bigint) => ({
  chainId,
  relayer,
  nonce,
  state: { $in: IN_FLIGHT },
});

const toStored = (tx: RelayerTx): StoredTransaction => ({
  id: String(tx.id),
  nonce: tx.nonce,
  attempt: tx.attempt,
  rawTx: tx.rawTx,
  txHash: tx.txHash,
  maxFeePerGas: tx.maxFeePerGas,
  blockNumber: tx.blockNumber ?? null,
  sentAt: tx.sentAt?.getTime() ?? null,
});

/** Another key has taken one of the settlements. */
class SettlementTakenError extends Error {}

const storeWithSettlements = async (
  entityManager: Em,
  lease: RelayerLease,
  transaction: NewTransaction,
  settlementIds: readonly string[],
): Promise<boolean> => {
  try {
    await holdLease(entityManager, lease, (em) => storeIn(em, lease, transaction, settlementIds));
    return true;
  } catch (error) {
    if (error instanceof SettlementTakenError) return false;
    throw error;
  }
};

const storeIn = async (
  em: Em,
  lease: RelayerLease,
  transaction: NewTransaction,
  settlementIds: readonly string[],
): Promise<void> => {
  const db = kyselyOf(em);
  const taken = await db
    .updateTable('RelayerAccount')
    .set((eb) => ({ nextNonce: eb('nextNonce', '+', 1n) }))
    .where('chainId', '=', lease.chainId)
    .where('address', '=', lease.relayer)
    .where('nextNonce', '=', transaction.nonce)
    .returning('nextNonce')
    .execute();
  if (taken.length === 0) throw new Error(`Nonce ${transaction.nonce} of ${lease.relayer} is taken`);
  await insertTransaction(em, lease, transaction);
  const carried = await db
    .updateTable('Settlement')
    .set({ state: 'sending', relayer: lease.relayer, relayerNonce: transaction.nonce })
    .where('id', '=', anyId(settlementIds))
    .where('state', '=', 'pending')
    .returning('id')
    .execute();
  if (carried.length !== settlementIds.length) throw new SettlementTakenError();
};

const insertTransaction = async (em: Em, { chainId, relayer }: RelayerLease, tx: NewTransaction): Promise<void> => {
  const { nonce, attempt, rawTx, txHash, maxFeePerGas } = tx;
  await em.insert(RelayerTx, { chainId, relayer, nonce, attempt, rawTx, txHash, maxFeePerGas, state: 'signed' });
};

/** Settles what the transaction paid and returns the rest to pending. */
const conclude = async (
  em: Em,
  lease: RelayerLease,
  { nonce, txHash, blockNumber, reverted, gasUsed, feeWei, paid, skipped }: ConcludedTransaction,
  retry: SettlementRetry,
): Promise<SettledNews[]> => {
  const settled: SettledNews[] = [];
  const sent = inFlightWith(lease, nonce);
  await em.nativeUpdate(
    RelayerTx,
    { ...sent, txHash },
    { state: reverted ? 'failed' : 'mined', blockNumber, gasUsed, feeWei, minedAt: raw<Date>('now()') },
  );
  await em.nativeUpdate(RelayerTx, sent, { state: 'replaced', blockNumber: null, minedAt: null });
  for (const settlement of await carriedBy(em, lease, nonce)) {
    const payment = paid.find(
      ({ contractId, token }) => contractId === settlement.contractId && token === settlement.token,
    );
    const reason = reverted ? 'the transaction was reverted' : 'the contract did not pay it';
    if (payment) await markPaid(em, settlement, [{ paid: payment, by: 'relayer' }]);
    else await returnToPending(em, [settlement.id], 'sending', skipped.get(settlement.contractId) ?? reason, retry);
    const { intentId, token, createdAt: owedAt } = settlement;
    if (payment) settled.push({ intentId, token, txHash, owedAt });
  }
  return settled;
};

const carriedBy = async (
  em: Em,
  { chainId, relayer }: RelayerLease,
  nonce: bigint,
): Promise<(CarriedSettlement & { contractId: ContractId; createdAt: Date })[]> => {
  const rows = await kyselyOf(em)
    .selectFrom('Settlement as s')
    .innerJoin('CheckoutIntent as i', 'i.id', 's.intent')
    .select(['s.id', 's.intent as intentId', 'i.contractId', 's.chainId', 's.token', 's.createdAt'])
    .where('s.chainId', '=', chainId)
    .where('s.relayer', '=', relayer)
    .where('s.relayerNonce', '=', nonce)
    .where('s.state', '=', 'sending')
    .orderBy('s.id')
    .forUpdate('s')
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) }));
};
