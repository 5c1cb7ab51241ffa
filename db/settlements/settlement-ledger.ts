// The relayer's side of the ledger: its lease and nonces, its transactions, and the results of settlements. Each method is one
// transaction; writes throw LeaseLostError when another relayer has the lease.
import type { Address, Hex } from '#domain/address.ts';
import { findChain, tokenAt } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, fromBaseUnits, UNIT_DECIMALS, unitsOf } from '#domain/money.ts';
import type { DueSettlement, PaymentByOthers, RelayerLease, SettlementRetry } from '#domain/settlements.ts';
import { secondsSince } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { anyId, now } from '../sql.ts';
import { createGasPrices } from './gas-prices.ts';
import { createRelayerLease, holdLease } from './relayer-lease.ts';
import { createRelayerTransactions } from './relayer-transactions.ts';
import { readRecordedPayouts, readRefundDigests, settlementAccounts } from './settlement-account.ts';
import { lockIntentsOf, markPaid, returnToPending } from './settlement-results.ts';

/** The ledger of the relayers over an entity manager, which is forked for each call. */
export const createSettlementLedger = (entityManager: Em) => ({
  ...createRelayerLease(entityManager),
  ...createRelayerTransactions(entityManager),
  ...createGasPrices(entityManager),

  due: (chainId: number, limit: number): Promise<DueSettlement[]> => readDue(entityManager.fork(), chainId, limit),

  recordedPayouts: (
    chainId: number,
    { intentId, token }: { intentId: IntentId; token: Address },
  ): Promise<Set<string>> => readRecordedPayouts(entityManager.fork(), { intentId, chainId, token }),

  refundDigests: (intent: IntentId): Promise<Set<Hex>> => readRefundDigests(entityManager.fork(), intent),

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

  async postpone(
    lease: RelayerLease,
    settlementIds: readonly string[],
    message: string,
    retry: SettlementRetry,
  ): Promise<void> {
    if (settlementIds.length === 0) return;
    await holdLease(entityManager, lease, async (em) => {
      await lockIntentsOf(em, settlementIds);
      const waiting = await kyselyOf(em)
        .selectFrom('Settlement')
        .select('id')
        .where('id', '=', anyId(settlementIds))
        .where('state', '=', 'pending')
        .orderBy('id')
        .forUpdate()
        .execute();
      const ids = waiting.map(({ id }) => String(id));
      await returnToPending(em, ids, message, retry);
    });
  },
});

const readDue = async (em: Em, chainId: number, limit: number): Promise<DueSettlement[]> => {
  const rows = await settlementAccounts(em)
    .select(['i.receiver', 'i.feeReceiver', 'i.feeRateE9', 's.attempts'])
    .select(({ ref }) => secondsSince(ref('s.createdAt')).as('waitedSeconds'))
    .select((eb) => [
      eb
        .selectFrom('TokenTransfer as arrived')
        .select(({ fn }) => fn.sum<string | null>('arrived.amountUnits').as('units'))
        .whereRef('arrived.intent', '=', 's.intent')
        .whereRef('arrived.chainId', '=', 's.chainId')
        .whereRef('arrived.token', '=', 's.token')
        .where('arrived.state', '<>', 'orphaned')
        .as('arrivedUnits'),
      eb
        .selectFrom('Settlement as paid')
        .select(({ fn, eb: paid }) =>
          fn.sum<string | null>(paid('paid.netBaseUnits', '+', paid.ref('paid.feeBaseUnits'))).as('baseUnits'),
        )
        .whereRef('paid.intent', '=', 's.intent')
        .whereRef('paid.chainId', '=', 's.chainId')
        .whereRef('paid.token', '=', 's.token')
        .where('paid.state', '=', 'settled')
        .as('paidBaseUnits'),
      eb
        .selectFrom('Refund as refunded')
        .select(({ fn }) => fn.sum<string | null>('refunded.amountUnits').as('units'))
        .whereRef('refunded.intent', '=', 's.intent')
        .whereRef('refunded.chainId', '=', 's.chainId')
        .whereRef('refunded.token', '=', 's.token')
        .where('refunded.source', '=', 'deposit')
        .where('refunded.state', '=', 'confirmed')
        .as('refundedUnits'),
    ])
    .where('s.chainId', '=', chainId)
    .where('s.state', '=', 'pending')
    .where('s.availableAt', '<=', now)
    .orderBy('s.availableAt')
    .orderBy('s.id')
    .limit(limit)
    .execute();
  return rows.map(({ waitedSeconds, arrivedUnits, paidBaseUnits, refundedUnits, ...row }) => {
    const decimals = tokenAt(findChain(chainId), row.token)?.decimals ?? UNIT_DECIMALS;
    const paidUnits = fromBaseUnits(baseUnitsOf(paidBaseUnits ?? 0), decimals);
    const held = BigInt(arrivedUnits ?? 0) - paidUnits - BigInt(refundedUnits ?? 0);
    return {
      ...row,
      id: String(row.id),
      firstBlock: row.firstBlock === null ? null : BigInt(row.firstBlock),
      valueUnits: unitsOf(held > 0n ? held : 0n),
      waitedMs: waitedSeconds * 1_000,
    };
  });
};
