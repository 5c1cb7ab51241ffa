// The relayer's side of the ledger: its lease and nonces, its transactions, and the results of settlements. Each method is one
// transaction; writes throw LeaseLostError when another relayer has the lease.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { DueSettlement, PaymentByOthers, RelayerLease, SettlementRetry } from '#domain/settlements.ts';
import { Settlement } from '../entities/chain.entity.ts';
import { Refund } from '../entities/refund.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { now } from '../sql.ts';
import { createRelayerLease, holdLease } from './relayer-lease.ts';
import { createRelayerTransactions } from './relayer-transactions.ts';
import { markPaid, returnToPending } from './settlement-results.ts';

/** The ledger of the relayers over an entity manager, which is forked for each call. */
export const createSettlementLedger = (entityManager: Em) => ({
  ...createRelayerLease(entityManager),
  ...createRelayerTransactions(entityManager),

  due: (chainId: number, limit: number): Promise<DueSettlement[]> => readDue(entityManager.fork(), chainId, limit),

  /** The logs of these intents that the ledger has, as `hash:index`. */
  async recordedLogs(chainId: number, intentIds: readonly IntentId[]): Promise<Set<string>> {
    const settlements = await entityManager
      .fork()
      .find(Settlement, { chainId, txHash: { $ne: null }, intent: { $in: [...intentIds] } });
    return new Set(settlements.map(({ txHash, logIndex }) => `${txHash}:${logIndex}`));
  },

  async refundDigests(intent: IntentId): Promise<Set<Hex>> {
    const refunds = await entityManager.fork().find(Refund, { intent, source: 'deposit' }, { fields: ['orderDigest'] });
    return new Set(refunds.flatMap(({ orderDigest }) => (orderDigest ? [orderDigest.toLowerCase() as Hex] : [])));
  },

  recordPaid: (lease: RelayerLease, settlementId: string, payments: readonly PaymentByOthers[]): Promise<void> =>
    holdLease(entityManager, lease, async (em) => {
      const row = await kyselyOf(em)
        .selectFrom('Settlement')
        .select(['intent as intentId', 'chainId', 'token'])
        .where('id', '=', BigInt(settlementId))
        .where('state', '=', 'pending')
        .forUpdate()
        .executeTakeFirst();
      if (row) await markPaid(em, { ...row, id: settlementId }, payments);
    }),

  postpone: (
    lease: RelayerLease,
    settlementIds: readonly string[],
    message: string,
    retry: SettlementRetry,
  ): Promise<void> =>
    holdLease(entityManager, lease, async (em) => await returnToPending(em, settlementIds, message, retry)),
});

const readDue = async (em: Em, chainId: number, limit: number): Promise<DueSettlement[]> => {
  const rows = await kyselyOf(em)
    .selectFrom('Settlement as s')
    .innerJoin('CheckoutIntent as i', 'i.id', 's.intent')
    .select((eb) => [
      's.id',
      's.intent as intentId',
      'i.contractId',
      's.token',
      'i.factory',
      'i.receiver',
      'i.feeReceiver',
      'i.feeRateE9',
      'i.depositAddress',
      eb
        .selectFrom('TokenTransfer as t')
        .select((min) => min.fn.min('t.blockNumber').as('firstBlock'))
        .whereRef('t.intent', '=', 's.intent')
        .whereRef('t.chainId', '=', 's.chainId')
        .whereRef('t.token', '=', 's.token')
        .as('firstBlock'),
    ])
    .where('s.chainId', '=', chainId)
    .where('s.state', '=', 'pending')
    .where('s.availableAt', '<=', now)
    .orderBy('s.availableAt')
    .orderBy('s.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    id: String(row.id),
    firstBlock: row.firstBlock === null ? null : BigInt(row.firstBlock),
  }));
};
