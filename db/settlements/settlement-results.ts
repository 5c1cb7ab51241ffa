// Results of a settlement: paid, with the contract's own figures and a timeline event, or pending again with a reason.
import { raw } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { type BaseUnits, formatUnits, fromBaseUnits } from '#domain/money.ts';
import type { PaidBy, PaidOut, SettlementRetry } from '#domain/settlements.ts';
import { Settlement } from '../entities/chain.entity.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { anyId, notify } from '../sql.ts';
import { type AccountName, balanceAccount, dropVanished } from './settlement-account.ts';
import { oweAccepted } from './settlement-owed.ts';

/** A settlement that a transaction carries, or that somebody else paid. */
export interface CarriedSettlement extends AccountName {
  id: string;
}

export interface Payment {
  paid: PaidOut;
  by: PaidBy;
}

/** Settles by the first payment. Further payments, when somebody settled in parts, become settlements of their own. */
export const markPaid = async (em: Em, settlement: CarriedSettlement, payments: readonly Payment[]): Promise<void> => {
  const [first, ...further] = payments;
  if (!first) return;
  const { id, intentId } = settlement;
  await em.nativeUpdate(Settlement, { id: BigInt(id) }, { ...settledBy(first), lastError: null });
  await noteSettled(em, settlement, first);
  await recordFurther(em, settlement, further);
  await inTransaction(em, (transaction) => oweAccepted(transaction, intentId, id));
  await balanceAccount(em, id, settlement);
  await notify(em, INTENT_CHANGED_CHANNEL, intentId);
};

/** Records payouts that no open settlement is about. */
export const recordFurther = async (em: Em, account: AccountName, payments: readonly Payment[]): Promise<void> => {
  const { intentId: intent, chainId, token } = account;
  for (const payment of payments) {
    await em.insert(Settlement, { intent, chainId, token, ...settledBy(payment) });
    await noteSettled(em, account, payment);
  }
};

const settledBy = ({ paid }: Payment) => ({
  state: 'settled' as const,
  ...placeOf(paid),
  settledAt: raw<Date>('now()'),
});

/** A settlement's own figures, and where its event is. */
export const placeOf = ({ netBaseUnits, feeBaseUnits, txHash, logIndex, blockNumber, blockHash }: PaidOut) => ({
  ...{ netBaseUnits, feeBaseUnits, txHash, logIndex, blockNumber, blockHash },
});

/** On the order's timeline. @param kind `settlement_removed`: a reorganisation removed it */
export const noteSettled = async (
  em: Em,
  settlement: AccountName,
  {
    paid,
    by,
  }: {
    paid: Pick<PaidOut, 'netBaseUnits' | 'feeBaseUnits'> & { txHash: Hex | null; blockNumber: bigint | null };
    by?: PaidBy;
  },
  kind: 'settled' | 'settlement_removed' = 'settled',
): Promise<void> => {
  const token = chainById(settlement.chainId).tokens.find(({ address }) => address === settlement.token);
  const amount = (baseUnits: BaseUnits): string =>
    token ? formatUnits(fromBaseUnits(baseUnits, token.decimals)) : String(baseUnits);
  await em.insert(TimelineEvent, {
    intent: settlement.intentId,
    kind,
    data: {
      chain_id: settlement.chainId,
      coin: token?.coin ?? null,
      token: settlement.token,
      net: amount(paid.netBaseUnits),
      fee: amount(paid.feeBaseUnits),
      tx_hash: paid.txHash,
      ...(paid.blockNumber === null ? {} : { block_number: String(paid.blockNumber) }),
      ...(by ? { by } : {}),
    },
  });
};

const MAX_PAUSE_MS = 3_600_000;

/**
 * Returns settlements to pending, as far as something is owed, after a pause that doubles up to an hour; after `attemptsUntilTrouble`, an
 * hour each time.
 * @param from their state: one that somebody else has changed meanwhile stays as it is
 */
export const returnToPending = async (
  em: Em,
  settlementIds: readonly string[],
  from: 'pending' | 'sending',
  message: string,
  { baseMs, attemptsUntilTrouble }: SettlementRetry,
): Promise<void> => {
  if (settlementIds.length === 0) return;
  const db = kyselyOf(em);
  // Against the steps that owe money which returns. Intents are locked before their settlements, as refunds lock them.
  await db
    .selectFrom('CheckoutIntent')
    .select('id')
    .where('id', 'in', db.selectFrom('Settlement').select('intent').where('id', '=', anyId(settlementIds)))
    .orderBy('id')
    .forUpdate()
    .execute();
  await db
    .updateTable('Settlement')
    .set((eb) => {
      const attempts = sql.ref('attempts');
      const pauseMs = sql`case when ${attempts} + 1 >= ${attemptsUntilTrouble} then ${MAX_PAUSE_MS}
        else least(${baseMs} * 2.0 ^ least(${attempts}, 20), ${MAX_PAUSE_MS}) end`;
      return {
        attempts: eb('attempts', '+', 1),
        lastError: message,
        relayer: null,
        relayerNonce: null,
        state: 'pending' as const,
        availableAt: sql<Date>`now() + interval '1 ms' * (${pauseMs})`,
      };
    })
    .where('id', '=', anyId(settlementIds))
    .where('state', '=', from)
    .execute();
  await dropVanished(em, settlementIds);
};

/** Why settlements that failed this often are not paid, as a message for operators; null when there are none. */
export const readStuckMessage = async (em: Em, chainId: number, attempts: number): Promise<string | null> => {
  const stuck = { chainId, state: 'pending', attempts: { $gte: attempts } } as const;
  const [first, count] = await Promise.all([
    em.findOne(Settlement, stuck, { orderBy: { id: 'asc' } }),
    em.count(Settlement, stuck),
  ]);
  return first
    ? `${count} settlement(s) cannot be paid and are retried hourly; the first is of ${first.intent.id}: ${first.lastError}`
    : null;
};
