// One step of a watcher in one transaction: transfers, their timeline and signals, block hashes and the cursor. Only the holder of
// the chain's lease can commit. Batches travel as JSON text, so that each is one statement.

import { chainById } from '#domain/chains.ts';
import type { StepResult, TransferChange, WatchStep } from '#domain/observed-blocks.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import type { Sql } from '../pool.ts';
import { oweReturned } from '../settlements/settlement-account.ts';
import { findRipe } from './ripe-transfers.ts';
import { notifyIntents, type TransferEffect, type TransferRow, writeTransferEffects } from './transfer-effects.ts';
import { leaseLost } from './watch-lease.ts';
import { writeBlocks } from './write-blocks.ts';

const TRANSFER_COLUMNS =
  'id, intent_id, chain_id, block_number, block_hash, tx_hash, log_index, token, coin, amount_units, from_address';
/** Of the ledger's row: booked money was confirmed before. */
const IS_BOOKED = '(token_transfer.in_payment and token_transfer.booking_id is not null) as is_booked';

/** Throws LeaseLostError when another watcher holds the lease. */
export const commitStep = async (sql: Sql, step: WatchStep): Promise<StepResult> => {
  const { chainId, leaseToken } = step;
  const {
    rows: [held],
  } = await sql.query<unknown>({
    name: 'watch-lease',
    text: 'select 1 from chain_cursor where chain_id = $1 and lease_token = $2 for update',
    values: [chainId, String(leaseToken)],
  });
  if (!held) throw leaseLost(chainId);

  const doomed = step.orphanAbove === null ? [] : await findDoomed(sql, step, step.orphanAbove);
  const { ripe, denied, unvouched, waiting, isTagAwaited } = await findRipe(
    sql,
    step,
    new Set(doomed.map(({ id }) => id)),
  );
  await lockIntents(
    sql,
    [...doomed, ...denied, ...ripe]
      .map(({ intent_id }) => intent_id)
      .concat([...step.transfers, ...step.held].map((t) => t.intentId)),
  );

  const orphaned = await setState(sql, [...doomed, ...denied], 'orphaned');
  const added = await insertTransfers(sql, step);
  await followRefunded(sql, added);
  const confirmed = await setState(sql, ripe, 'confirmed');
  await oweReturned(
    sql,
    [...added, ...confirmed]
      .filter((transfer) => transfer.is_booked && transfer.state === 'confirmed')
      .map(({ intent_id: intentId, chain_id, token }) => ({ intentId, chainId: chain_id, token })),
  );
  await holdTransfers(sql, step);
  const changes: TransferEffect[] = [
    ...orphaned.map((transfer) => ({ transfer, kinds: ['transfer_orphaned'] as const })),
    ...added.map((transfer) => ({
      transfer,
      kinds:
        transfer.state === 'confirmed'
          ? (['transfer_seen', 'transfer_confirmed'] as const)
          : (['transfer_seen'] as const),
    })),
    ...confirmed.map((transfer) => ({ transfer, kinds: ['transfer_confirmed'] as const })),
  ];
  await writeTransferEffects(sql, changes);
  await writeBlocks(sql, step);
  // Pages that show "Confirming 3/12" read again as the head moves.
  if (step.cursor) await notifyIntents(sql, INTENT_CHANGED_CHANNEL, waiting);
  return {
    isTagAwaited: isTagAwaited || (added.some(({ state }) => state === 'seen') && hasTag(chainId)),
    unvouched,
    transfers: [
      ...added.map((transfer) => changeOf('seen', transfer, transfer.seen_after)),
      ...confirmed.map((transfer) => changeOf('confirmed', transfer)),
      ...orphaned.map((transfer) => changeOf('orphaned', transfer)),
    ],
  };
};

const changeOf = (
  kind: TransferChange['kind'],
  { intent_id: intentId, tx_hash: txHash }: TransferRow,
  seenAfter: number | null = null,
): TransferChange => ({ kind, intentId, txHash, seenAfter });

/** A new transfer may need a tag of the chain; its tier is known exactly from the next step on, so it counts until then. */
const hasTag = (chainId: number): boolean =>
  chainById(chainId).confirmation.tiers.some(({ need }) => need.kind === 'tag');

const findDoomed = async (sql: Sql, step: WatchStep, above: bigint): Promise<TransferRow[]> =>
  (
    await sql.query<TransferRow>({
      name: 'watch-doomed',
      text: `select ${TRANSFER_COLUMNS}, state from token_transfer
     where chain_id = $1 and block_number > $2 and state <> 'orphaned'
       and block_hash not in (select jsonb_array_elements_text($3::jsonb))`,
      values: [step.chainId, String(above), JSON.stringify(step.blocks.map(({ hash }) => hash))],
    })
  ).rows;

/** Intents before transfers, as `changeIntent` locks them: the other order can deadlock. */
const lockIntents = async (sql: Sql, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await sql.query<unknown>({
    name: 'watch-lock-intents',
    text: 'select id from checkout_intent where id in (select jsonb_array_elements_text($1::jsonb)) order by id for key share',
    values: [JSON.stringify([...new Set(ids)])],
  });
};

type ChangedTransfer = TransferRow & { is_booked: boolean };

const setState = async (
  sql: Sql,
  rows: readonly TransferRow[],
  state: 'confirmed' | 'orphaned',
): Promise<ChangedTransfer[]> => {
  if (rows.length === 0) return [];
  const changed = await sql.query<ChangedTransfer>({
    name: 'watch-set-state',
    text: `update token_transfer set state = $1, updated_at = now()
     where id in (select jsonb_array_elements_text($2::jsonb)::bigint) returning ${TRANSFER_COLUMNS}, state, ${IS_BOOKED}`,
    values: [state, JSON.stringify(rows.map(({ id }) => id))],
  });
  return changed.rows;
};

/** `seen_after`: seconds from the block to now; null for a row that the ledger had. `is_back`: booked money may be back in it. */
type AddedTransfer = ChangedTransfer & { seen_after: number | null; is_back: boolean };

/**
 * New rows, and rows that were taken back and are in the chain again. Others stay as they are. What such a row says is what was read now: it may
 * have been taken back because a provider had forged it. Booked money keeps its facts, which were confirmed.
 */
const insertTransfers = async (sql: Sql, { chainId, transfers }: WatchStep): Promise<AddedTransfer[]> => {
  if (transfers.length === 0) return [];
  const rows = transfers.map((transfer) => ({
    block_number: String(transfer.blockNumber),
    block_hash: transfer.blockHash,
    block_time: new Date(transfer.blockTime).toISOString(),
    tx_hash: transfer.txHash,
    log_index: transfer.logIndex,
    token: transfer.token,
    coin: transfer.coin,
    from_address: transfer.from,
    to_address: transfer.to,
    amount_base_units: String(transfer.amountBaseUnits),
    amount_units: String(transfer.amountUnits),
    intent_id: transfer.intentId,
    state: transfer.state,
  }));
  const added = await sql.query<AddedTransfer>({
    name: 'watch-insert-transfers',
    text: `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
       to_address, amount_base_units, amount_units, intent_id, state)
     select $1::int, r.* from jsonb_to_recordset($2::jsonb) as r(block_number bigint, block_hash text, block_time timestamptz,
       tx_hash text, log_index int, token text, coin smallint, from_address text, to_address text, amount_base_units numeric,
       amount_units numeric, intent_id text, state text)
     on conflict (chain_id, block_hash, tx_hash, log_index)
       do update set state = excluded.state, updated_at = now(),
         in_payment = token_transfer.in_payment and token_transfer.booking_id is not null,
         (token, coin, from_address, to_address, amount_base_units, amount_units, intent_id) = (select
           f.token, f.coin, f.from_address, f.to_address, f.amount_base_units, f.amount_units, f.intent_id
           from (select (case when token_transfer.booking_id is null then excluded else token_transfer end).*) f)
       where token_transfer.state = 'orphaned'
     returning ${TRANSFER_COLUMNS}, state, ${IS_BOOKED},
       case when xmax = 0 then greatest(extract(epoch from clock_timestamp() - block_time), 0)::float8 end as seen_after,
       booking_id is null and exists (select from token_transfer lost where lost.intent_id = token_transfer.intent_id
         and lost.tx_hash = token_transfer.tx_hash and lost.state = 'orphaned' and lost.booking_id is not null) as is_back`,
    values: [chainId, JSON.stringify(rows)],
  });
  return added.rows;
};

/**
 * Money of an order that is not paid can be booked, because the merchant's wallet refunded it (decision 0054). Mined again, it is the same
 * money: the new row takes its booking (paired as by domain/mined-again.ts). Those of paid orders are the workflow's (`recordPayment`), which decides on a lost payment.
 */
const followRefunded = async (sql: Sql, added: readonly AddedTransfer[]): Promise<void> => {
  const back = added.filter(({ is_back: isBack }) => isBack).map(({ id }) => id);
  if (back.length === 0) return;
  await sql.query<unknown>({
    name: 'watch-follow-refunded',
    text: `with back as (
       select t.*, row_number() over (partition by intent_id, chain_id, token, tx_hash, from_address, amount_base_units order by log_index) as place
       from token_transfer t where t.id = any($1::bigint[])),
     lost as (
       select t.*, row_number() over (partition by t.intent_id, t.chain_id, t.token, t.tx_hash, t.from_address, t.amount_base_units order by t.log_index) as place
       from token_transfer t join checkout_intent i on i.id = t.intent_id
       where t.intent_id in (select intent_id from back) and t.state = 'orphaned' and t.booking_id is not null and i.confirmed_at is null),
     pairs as materialized (
       select lost.id as "from", back.id as "to", lost.booking_id from lost join back using (intent_id, chain_id, token, tx_hash, from_address, amount_base_units, place)),
     freed as (update token_transfer t set booking_id = null from pairs p where t.id = p."from"),
     moved as (update send_back b set transfer_id = p."to" from pairs p where b.transfer_id = p."from")
     update token_transfer t set in_payment = true, booking_id = p.booking_id from pairs p where t.id = p."to"`,
    values: [back],
  });
};

/** Keeps what is not credited now, to read it again. */
const holdTransfers = async (sql: Sql, { chainId, held }: WatchStep): Promise<void> => {
  if (held.length === 0) return;
  const rows = held.map(({ intentId, txHash, token, blockNumber }) => ({
    intent_id: intentId,
    tx_hash: txHash,
    token,
    block_number: String(blockNumber),
  }));
  await sql.query<unknown>({
    name: 'watch-hold-transfers',
    text: `insert into held_transfer (chain_id, intent_id, tx_hash, token, block_number)
     select distinct on (r.intent_id, r.tx_hash, r.token) $1::int, r.*
     from jsonb_to_recordset($2::jsonb) as r(intent_id text, tx_hash text, token text, block_number bigint)
     order by r.intent_id, r.tx_hash, r.token, r.block_number desc
     on conflict (intent_id, chain_id, tx_hash, token) do update set block_number = excluded.block_number`,
    values: [chainId, JSON.stringify(rows)],
  });
};
