// Results of a settlement: paid, with the contract's own figures and a timeline event, or pending again with a reason.
import { raw } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, formatUnits, fromBaseUnits } from '#domain/money.ts';
import type { PaidBy, PaidOut, SettlementRetry } from '#domain/settlements.ts';
import { Settlement } from '../entities/chain.entity.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { anyId, notify } from '../sql.ts';
import { oweAccepted } from './settlement-owed.ts';

/** A settlement that a transaction carries, or that somebody else paid. */
export interface CarriedSettlement {
  id: string;
  intentId: IntentId;
  chainId: number;
  token: Address;
}

export interface Payment {
  paid: PaidOut;
  by: PaidBy;
}

/** Settles by the first payment. Further payments, when somebody settled in parts, become settlements of their own. */
export const markPaid = async (em: Em, settlement: CarriedSettlement, payments: readonly Payment[]): Promise<void> => {
  const [first, ...further] = payments;
  if (!first) return;
  const { id, intentId, chainId, token } = settlement;
  await em.nativeUpdate(Settlement, { id: BigInt(id) }, { ...settledBy(first), lastError: null });
  for (const payment of further)
    await em.insert(Settlement, { intent: intentId, chainId, token, ...settledBy(payment) });
  for (const payment of payments) await noteSettled(em, settlement, payment);
  await inTransaction(em, (transaction) => oweAccepted(transaction, intentId, id));
  await notify(em, INTENT_CHANGED_CHANNEL, intentId);
};

const settledBy = ({ paid: { netBaseUnits, feeBaseUnits, txHash, logIndex } }: Payment) => ({
  state: 'settled' as const,
  netBaseUnits,
  feeBaseUnits,
  txHash,
  logIndex,
  settledAt: raw<Date>('now()'),
});

const noteSettled = async (em: Em, settlement: CarriedSettlement, { paid, by }: Payment): Promise<void> => {
  const token = chainById(settlement.chainId).tokens.find(({ address }) => address === settlement.token);
  const amount = (baseUnits: BaseUnits): string =>
    token ? formatUnits(fromBaseUnits(baseUnits, token.decimals)) : String(baseUnits);
  await em.insert(TimelineEvent, {
    intent: settlement.intentId,
    kind: 'settled',
    data: {
      chain_id: settlement.chainId,
      coin: token?.coin ?? null,
      token: settlement.token,
      net: amount(paid.netBaseUnits),
      fee: amount(paid.feeBaseUnits),
      tx_hash: paid.txHash,
      block_number: String(paid.blockNumber),
      by,
    },
  });
};

/**
 * Deletes those of an intent's pending settlements for which nothing is owed, because all of the money was refunded from the deposit
 * address. Money that a reorganisation took back counts: it may return.
 */
export const dropRefundedSettlements = async (em: Em, intentIds: readonly IntentId[]): Promise<void> => {
  await inTransaction(em, (transaction) =>
    transaction.query({ name: 'settlement-drop-refunded', text: DROP_REFUNDED, values: [intentIds] }),
  );
};

const DROP_REFUNDED = `
  with refunded as (
    select intent_id, chain_id, token, sum(amount_base_units) as base from send_back
    where intent_id = any($1::text[]) and state = 'confirmed' and source = 'deposit' group by 1, 2, 3)
  delete from settlement s using refunded r
  where s.state = 'pending' and s.intent_id = r.intent_id and s.chain_id = r.chain_id and s.token = r.token
    and (select sum(t.amount_base_units) from token_transfer t
      where t.intent_id = s.intent_id and t.chain_id = s.chain_id and t.token = s.token and (t.in_payment or t.state <> 'orphaned')
    ) <= r.base + (select coalesce(sum(p.net_base_units + p.fee_base_units), 0) from settlement p
      where p.intent_id = s.intent_id and p.chain_id = s.chain_id and p.token = s.token and p.state = 'settled')`;

const MAX_PAUSE_MS = 3_600_000;

/** Returns settlements to pending, as far as something is owed, after a pause that doubles up to an hour; after `attemptsUntilTrouble`, an hour each time. */
export const returnToPending = async (
  em: Em,
  settlementIds: readonly string[],
  message: string,
  { baseMs, attemptsUntilTrouble }: SettlementRetry,
): Promise<void> => {
  if (settlementIds.length === 0) return;
  const returned = await kyselyOf(em)
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
    .returning('intent')
    .execute();
  await dropRefundedSettlements(
    em,
    returned.map(({ intent }) => intent),
  );
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
