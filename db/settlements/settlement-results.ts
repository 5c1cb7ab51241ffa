// What became of a settlement: paid, with the contract's own figures and a timeline event, or back to waiting with a reason.
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, formatUnits, fromBaseUnits } from '#domain/money.ts';
import type { PaidBy, PaidOut, SettlementRetry } from '#domain/settlements.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { oweAccepted } from './settlement-owed.ts';

export interface CarriedRow {
  id: string;
  intent_id: IntentId;
  chain_id: number;
  token: Address;
}

export interface Payment {
  paid: PaidOut;
  by: PaidBy;
}

/** Settles the row by the first payment; further ones, of somebody who settled in parts, become rows of their own. */
export const markPaid = async (em: Em, row: CarriedRow, payments: readonly Payment[]): Promise<void> => {
  const [first, ...further] = payments;
  if (!first) return;
  const { paid } = first;
  await em.execute(
    `update settlement set state = 'settled', net_base_units = ?, fee_base_units = ?, tx_hash = ?, log_index = ?,
       settled_at = now(), last_error = null where id = ?`,
    [String(paid.netBaseUnits), String(paid.feeBaseUnits), paid.txHash, paid.logIndex, row.id],
  );
  for (const { paid: part } of further) {
    await em.execute(
      `insert into settlement (intent_id, chain_id, token, state, net_base_units, fee_base_units, tx_hash, log_index, settled_at)
       values (?, ?, ?, 'settled', ?, ?, ?, ?, now())`,
      [
        ...[row.intent_id, row.chain_id, row.token],
        ...[String(part.netBaseUnits), String(part.feeBaseUnits), part.txHash, part.logIndex],
      ],
    );
  }
  for (const payment of payments) await noteSettled(em, row, payment);
  await inTransaction(em, (sql) => oweAccepted(sql, row.intent_id, row.id));
  await em.execute('select pg_notify(?, ?)', [INTENT_CHANGED_CHANNEL, row.intent_id]);
};

const noteSettled = async (em: Em, row: CarriedRow, { paid, by }: Payment): Promise<void> => {
  const token = chainById(row.chain_id).tokens.find(({ address }) => address === row.token);
  const amount = (baseUnits: BaseUnits): string =>
    token ? formatUnits(fromBaseUnits(baseUnits, token.decimals)) : String(baseUnits);
  const data = {
    chain_id: row.chain_id,
    coin: token?.coin ?? null,
    token: row.token,
    net: amount(paid.netBaseUnits),
    fee: amount(paid.feeBaseUnits),
    tx_hash: paid.txHash,
    block_number: String(paid.blockNumber),
    by,
  };
  await em.execute(`insert into timeline_event (intent_id, kind, data) values (?, 'settled', ?::jsonb)`, [
    row.intent_id,
    JSON.stringify(data),
  ]);
};

/** Back to waiting, with a pause that doubles up to an hour; an hour at once after `attemptsUntilTrouble`. Never given up. */
export const returnToPending = async (
  em: Em,
  settlementIds: readonly string[],
  message: string,
  { baseMs, attemptsUntilTrouble }: SettlementRetry,
): Promise<void> => {
  if (settlementIds.length === 0) return;
  await em.execute(
    `update settlement set attempts = attempts + 1, last_error = ?, relayer = null, relayer_nonce = null, state = 'pending',
       available_at = now() + interval '1 ms' *
         case when attempts + 1 >= ? then 3600000 else least(? * 2.0 ^ least(attempts, 20), 3600000) end
     where id in (select jsonb_array_elements_text(?::jsonb)::bigint)`,
    [message, attemptsUntilTrouble, baseMs, JSON.stringify(settlementIds)],
  );
};

/** Why the settlements that were tried so often are not paid, in words; null when there are none. */
export const readStuck = async (em: Em, chainId: number, attempts: number): Promise<string | null> => {
  const [row] = await em.execute<{ count: number; intent_id: IntentId; last_error: string | null }[]>(
    `select count(*) over ()::int as count, intent_id, last_error from settlement
     where chain_id = ? and state = 'pending' and attempts >= ? order by id limit 1`,
    [chainId, attempts],
  );
  return row
    ? `${row.count} settlement(s) cannot be paid and are tried hourly; the first is of ${row.intent_id}: ${row.last_error}`
    : null;
};
