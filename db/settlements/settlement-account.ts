// The account of one intent in one token: what arrived at its deposit address by the ledger, what was paid out of it, and what is owed.
// A settlement pays out the whole balance, so each comparison is of sums.
import { sql as expression } from 'kysely';
import type { Address, Hex } from '#domain/address.ts';
import { eventKey } from '#domain/chain-events.ts';
import type { IntentId } from '#domain/ids.ts';
import { Refund } from '../entities/refund.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';

export interface AccountName {
  intentId: IntentId;
  chainId: number;
  token: Address;
}

/** Digests of the intent's refunds from its deposit address. */
export const readRefundDigests = async (em: Em, intent: IntentId): Promise<Set<Hex>> => {
  const refunds = await em.find(Refund, { intent, source: 'deposit' }, { fields: ['orderDigest'] });
  return new Set(refunds.flatMap(({ orderDigest }) => (orderDigest ? [orderDigest.toLowerCase() as Hex] : [])));
};

/**
 * Payouts of the account that are recorded, as in `isTaken`. Until its block is final, the event of a settlement can be at another place
 * of the same transaction. Transactions of the relayer whose result is not recorded yet count too: they have settlements of their own.
 * @param own the settlement that is searched for: of its transaction, what settlements say that are `lost` too does not count
 */
export const readRecordedPayouts = async (
  em: Em,
  { intentId, chainId, token }: AccountName,
  own: { id: string; txHash: Hex | null; lost: readonly string[] } | null = null,
): Promise<Set<string>> => {
  const db = kyselyOf(em);
  const settled = await db
    .selectFrom('Settlement')
    .select(['id', 'txHash', 'logIndex', 'finalAt'])
    .where('intent', '=', intentId)
    .where('chainId', '=', chainId)
    .where('token', '=', token)
    .where('state', '=', 'settled')
    .execute();
  const sent = await db
    .selectFrom('RelayerTx')
    .select('txHash')
    .where('chainId', '=', chainId)
    .where('state', 'in', ['signed', 'sent'])
    .execute();
  const recorded = settled
    .filter(({ id, txHash }) => {
      const isSearched = own?.id === String(id) || own?.lost.includes(String(id));
      return !isSearched || (String(id) !== own?.id && txHash !== own?.txHash);
    })
    .flatMap(({ txHash, logIndex, finalAt }) => {
      if (txHash === null) return [];
      return finalAt !== null && logIndex !== null ? [eventKey({ txHash, logIndex })] : [txHash];
    });
  return new Set([...recorded, ...sent.map(({ txHash }) => txHash)]);
};

/** What arrived in account `s` and is in a block, by the ledger. */
const STANDING = `(
    select coalesce(sum(t.amount_base_units), 0) from token_transfer t
    where t.intent_id = s.intent_id and t.chain_id = s.chain_id and t.token = s.token and t.state <> 'orphaned')`;

/** What was paid out of account `s`, by the ledger. */
const PAID_OUT = `(
    select coalesce(sum(p.net_base_units + p.fee_base_units), 0) from settlement p
    where p.intent_id = s.intent_id and p.chain_id = s.chain_id and p.token = s.token and p.state = 'settled'
  ) + (
    select coalesce(sum(b.amount_base_units), 0) from send_back b
    where b.intent_id = s.intent_id and b.chain_id = s.chain_id and b.token = s.token and b.state = 'confirmed' and b.source = 'deposit')`;

/** What arrived before a settlement's event is paid out with it: when the ledger has less, somebody else paid something out before. */
const REFRESH_SHORT = `
  update settlement s set is_short = (
    select coalesce(sum(t.amount_base_units), 0) from token_transfer t
    where t.intent_id = s.intent_id and t.chain_id = s.chain_id and t.token = s.token and t.state <> 'orphaned'
      and (t.block_number, t.log_index) < (s.block_number, s.log_index)) > ${PAID_OUT}
  where s.id = any($1::bigint[]) and s.state = 'settled' and s.block_number is not null and s.log_index is not null
  returning s.id::text as id, s.is_short as "isShort"`;

/** @returns those of the settlements that are short now */
export const refreshShort = (em: Em, ids: readonly string[]): Promise<Set<string>> =>
  inTransaction(em, async (sql) => {
    const { rows } = await sql.query<{ id: string; isShort: boolean }>({
      name: 'settlement-short',
      text: REFRESH_SHORT,
      values: [ids],
    });
    return new Set(rows.flatMap(({ id, isShort }) => (isShort ? [id] : [])));
  });

const OWE_UNPAID = `
  insert into settlement (intent_id, chain_id, token, state, available_at, created_at)
  select $1, $2, $3, 'pending', now(), now()
  where (select sum(t.amount_base_units) from token_transfer t
      where t.intent_id = $1 and t.chain_id = $2 and t.token = $3 and t.in_payment and t.state <> 'orphaned'
    ) > (select coalesce(sum(s.net_base_units + s.fee_base_units), 0) from settlement s
      where s.intent_id = $1 and s.chain_id = $2 and s.token = $3 and s.state = 'settled'
    ) + (select coalesce(sum(b.amount_base_units), 0) from send_back b
      where b.intent_id = $1 and b.chain_id = $2 and b.token = $3 and b.state = 'confirmed' and b.source = 'deposit' and b.transfer_id is null)
  on conflict (intent_id, chain_id, token) where state in ('pending', 'sending') do nothing`;

/** Owes the payment's money as far as neither a settlement nor a refund has taken it. Safe to run twice. */
export const oweUnpaid = async (sql: Sql, { intentId, chainId, token }: AccountName): Promise<void> => {
  await sql.query({ name: 'settlement-owe-unpaid', text: OWE_UNPAID, values: [intentId, chainId, token] });
};

/**
 * Deletes those of an intent's pending settlements for which nothing is owed, because everything that arrived was paid out or refunded
 * from the deposit address. Booked money that a reorganisation took back counts: the relayer finds out whether it is there
 * (`dropVanished`).
 */
export const dropUnowed = async (em: Em, intentIds: readonly IntentId[]): Promise<void> => {
  await inTransaction(em, (sql) =>
    sql.query({ name: 'settlement-drop-unowed', text: DROP_UNOWED, values: [intentIds] }),
  );
};

/**
 * The same for settlements that could not be carried out: they are dropped too when a reorganisation took their money back, instead of
 * being tried for ever. Money that returns is owed again, in the block where it was (`oweReturned`) or in another one (`recordPayment`).
 * Their intents must be locked for update: either step waits for this one, or is seen by it.
 */
export const dropVanished = async (em: Em, settlementIds: readonly string[]): Promise<void> => {
  await inTransaction(em, (sql) =>
    sql.query({ name: 'settlement-drop-vanished', text: DROP_VANISHED, values: [settlementIds] }),
  );
};

/** Owes the payment's money of booked transfers that a reorganisation had removed, and that are confirmed again in their old block. */
export const oweReturned = async (sql: Sql, accounts: readonly AccountName[]): Promise<void> => {
  const distinct = new Map(
    accounts.map((account) => [`${account.intentId}:${account.chainId}:${account.token}`, account]),
  );
  for (const account of distinct.values()) await oweUnpaid(sql, account);
};

const DROP_VANISHED = `
  delete from settlement s where s.state = 'pending' and s.id = any($1::bigint[]) and ${STANDING} <= ${PAID_OUT}`;

const DROP_UNOWED = `
  delete from settlement s where s.state = 'pending' and s.intent_id = any($1::text[])
    and (select sum(t.amount_base_units) from token_transfer t
      where t.intent_id = s.intent_id and t.chain_id = s.chain_id and t.token = s.token
        and (t.booking_id is not null or t.state <> 'orphaned')
    ) <= ${PAID_OUT}`;

/** What the deposit address of account `s` holds by the ledger, in text; never below zero. */
export const heldBaseUnits = expression<string>`greatest(${expression.raw(STANDING)} - (${expression.raw(PAID_OUT)}), 0)::text`;

/** After a settlement was recorded, or its figures changed: owes what is left, unless more was paid out than the ledger knows. */
export const balanceAccount = async (em: Em, settlementId: string, account: AccountName): Promise<void> => {
  const short = await refreshShort(em, [settlementId]);
  if (short.size === 0) await inTransaction(em, (sql) => oweUnpaid(sql, account));
  await dropUnowed(em, [account.intentId]);
};

/** Settlements `s` with what their account is on the chain. `firstBlock`: of its first transfer, in text; no payout is older. */
export const settlementAccounts = (em: Em) =>
  kyselyOf(em)
    .selectFrom('Settlement as s')
    .innerJoin('CheckoutIntent as i', 'i.id', 's.intent')
    .select((eb) => [
      's.id',
      's.intent as intentId',
      'i.contractId',
      's.token',
      'i.factory',
      'i.depositAddress',
      eb
        .selectFrom('TokenTransfer as t')
        .select((min) => min.fn.min('t.blockNumber').as('firstBlock'))
        .whereRef('t.intent', '=', 's.intent')
        .whereRef('t.chainId', '=', 's.chainId')
        .whereRef('t.token', '=', 's.token')
        .as('firstBlock'),
    ]);

/** Locks the account for a change of its settlements, against refunds and decisions. The relayer's inserts do not wait for it. */
export const lockAccount = async (em: Em, settlementId: string): Promise<AccountName | null> => {
  const row = await kyselyOf(em)
    .selectFrom('Settlement as s')
    .innerJoin('CheckoutIntent as i', 'i.id', 's.intent')
    .select(['i.id as intentId', 's.chainId', 's.token'])
    .where('s.id', '=', BigInt(settlementId))
    .forNoKeyUpdate('i')
    .executeTakeFirst();
  return row ?? null;
};
