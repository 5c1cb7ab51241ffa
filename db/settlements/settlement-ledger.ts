// The relayer's side of the ledger: its lease and nonces, its transactions, and the results of settlements. Each method is one
// transaction; writes throw LeaseLostError when another relayer has the lease.
import type { Address, Hex } from '#domain/address.ts';
import { findChain, tokenAt } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, fromBaseUnits, UNIT_DECIMALS } from '#domain/money.ts';
import type { DueSettlement, PaymentByOthers, RelayerLease, SettlementRetry } from '#domain/settlements.ts';
import { secondsSince } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { now } from '../sql.ts';
import { createGasPrices } from './gas-prices.ts';
import { createRelayerLease, holdLease } from './relayer-lease.ts';
import { createRelayerTransactions } from './relayer-transactions.ts';
import { heldBaseUnits, readRecordedPayouts, readRefundDigests, settlementAccounts } from './settlement-account.ts';
import { markPaid, returnToPending } from './settlement-results.ts';

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
    await holdLease(entityManager, lease, (em) => returnToPending(em, settlementIds, 'pending', message, retry));
  },
});

const readDue = async (em: Em, chainId: number, limit: number): Promise<DueSettlement[]> => {
  const rows = await settlementAccounts(em)
    .select(['i.receiver', 'i.feeReceiver', 'i.feeRateE9', 's.attempts'])
    .select(({ ref }) => [secondsSince(ref('s.createdAt')).as('waitedSeconds'), heldBaseUnits.as('held')])
    .where('s.chainId', '=', chainId)
    .where('s.state', '=', 'pending')
    .where('s.availableAt', '<=', now)
    .orderBy('s.availableAt')
    .orderBy('s.id')
    .limit(limit)
    .execute();
  return rows.map(({ waitedSeconds, held, ...row }) => {
    const decimals = tokenAt(findChain(chainId), row.token)?.decimals ?? UNIT_DECIMALS;
    return {
      ...row,
      id: String(row.id),
      firstBlock: row.firstBlock === null ? null : BigInt(row.firstBlock),
      valueUnits: fromBaseUnits(baseUnitsOf(held), decimals),
      waitedMs: waitedSeconds * 1_000,
    };
  });
};
