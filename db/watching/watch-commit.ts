// One step of a watcher in one transaction: transfers, their timeline and signals, block hashes and the cursor. Only the holder of
// the chain's lease can commit. Batches travel as JSON text, so that each is one statement.

import { chainById } from '#domain/chains.ts';
import { confirmationNeed, isConfirmed, tierUnits } from '#domain/confirmations.ts';
import { unitsOf } from '#domain/money.ts';
import type { WatchStep } from '#domain/observed-blocks.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import type { Em } from '../orm.ts';
import { IS_REJECTED_TOKEN } from './token-checks.ts';
import { notifyIntents, type TransferEffect, type TransferRow, writeTransferEffects } from './transfer-effects.ts';
import { leaseLost } from './watch-lease.ts';

/** Block hashes are kept this far below finality, to tell how deep an impossible reorganisation goes. */
const KEPT_BELOW_FINAL = 256;

const TRANSFER_COLUMNS =
  'id, intent_id, chain_id, block_number, block_hash, tx_hash, log_index, token, coin, amount_units, from_address';

/** Throws LeaseLostError when another watcher holds the lease. */
export const commitStep = async (em: Em, step: WatchStep): Promise<void> => {
  const { chainId, leaseToken } = step;
  const [held] = await em.execute<unknown[]>(
    'select 1 from chain_cursor where chain_id = ? and lease_token = ? for update',
    [chainId, String(leaseToken)],
  );
  if (!held) throw leaseLost(chainId);

  const doomed = step.orphanAbove === null ? [] : await findDoomed(em, step, step.orphanAbove);
  const { ripe, waiting } = await findRipe(em, step, new Set(doomed.map(({ id }) => id)));
  await lockIntents(
    em,
    [...doomed, ...ripe]
      .map(({ intent_id }) => intent_id)
      .concat([...step.transfers, ...step.held].map((t) => t.intentId)),
  );

  const orphaned = await setState(em, doomed, 'orphaned');
  const added = await insertTransfers(em, step);
  const confirmed = await setState(em, ripe, 'confirmed');
  await holdTransfers(em, step);
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
  await writeTransferEffects(em, changes);
  await writeBlocks(em, step);
  // Pages that show "Confirming 3/12" read again as the head moves.
  if (step.cursor) await notifyIntents(em, INTENT_CHANGED_CHANNEL, waiting);
};

const findDoomed = (em: Em, step: WatchStep, above: bigint): Promise<TransferRow[]> =>
  em.execute<TransferRow[]>(
    `select ${TRANSFER_COLUMNS}, state from token_transfer
     where chain_id = ? and block_number > ? and state <> 'orphaned'
       and block_hash not in (select jsonb_array_elements_text(?::jsonb))`,
    [step.chainId, String(above), JSON.stringify(step.blocks.map(({ hash }) => hash))],
  );

/** Stored transfers whose confirmation rule is met now, and the intents of those that go on waiting. */
const findRipe = async (
  em: Em,
  { chainId, heights }: WatchStep,
  doomed: ReadonlySet<string>,
): Promise<{ ripe: TransferRow[]; waiting: string[] }> => {
  const { confirmation } = chainById(chainId);
  const rows = await em.execute<(TransferRow & { minimum: number | null; price: string })[]>(
    `select t.id, t.intent_id, t.chain_id, t.block_number, t.block_hash, t.tx_hash, t.log_index, t.token, t.coin, t.amount_units,
       t.from_address, t.state, i.amount_units::text as price, (s.minimum_confirmations ->> ?)::int as minimum
     from token_transfer t join checkout_intent i on i.id = t.intent_id join store s on s.id = i.store_id
     where t.chain_id = ? and t.state = 'seen' and not ${IS_REJECTED_TOKEN}`,
    [String(chainId), chainId],
  );
  const live = rows.filter(({ id }) => !doomed.has(id));
  const isRipe = (row: (typeof rows)[number]): boolean =>
    isConfirmed(
      confirmationNeed(confirmation, tierUnits(unitsOf(row.amount_units), unitsOf(row.price)), row.minimum),
      BigInt(row.block_number),
      heights,
    );
  const ripe = live.filter(isRipe);
  const done = new Set(ripe.map(({ id }) => id));
  return { ripe, waiting: [...new Set(live.filter(({ id }) => !done.has(id)).map(({ intent_id }) => intent_id))] };
};

/** Intents before transfers, as `changeIntent` locks them: the other order can deadlock. */
const lockIntents = async (em: Em, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await em.execute(
    'select id from checkout_intent where id in (select jsonb_array_elements_text(?::jsonb)) order by id for key share',
    [JSON.stringify([...new Set(ids)])],
  );
};

const setState = async (
  em: Em,
  rows: readonly TransferRow[],
  state: 'confirmed' | 'orphaned',
): Promise<TransferRow[]> => {
  if (rows.length === 0) return [];
  return await em.execute<TransferRow[]>(
    `update token_transfer set state = ?, updated_at = now()
     where id in (select jsonb_array_elements_text(?::jsonb)::bigint) returning ${TRANSFER_COLUMNS}, state`,
    [state, JSON.stringify(rows.map(({ id }) => id))],
  );
};

/** New rows, and rows that a reorganisation took back and that are in the chain again. Others stay as they are. */
const insertTransfers = async (em: Em, { chainId, transfers }: WatchStep): Promise<TransferRow[]> => {
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
  return await em.execute<TransferRow[]>(
    `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
       to_address, amount_base_units, amount_units, intent_id, state)
     select ?, r.* from jsonb_to_recordset(?::jsonb) as r(block_number bigint, block_hash text, block_time timestamptz,
       tx_hash text, log_index int, token text, coin smallint, from_address text, to_address text, amount_base_units numeric,
       amount_units numeric, intent_id text, state text)
     on conflict (chain_id, block_hash, tx_hash, log_index)
       do update set state = excluded.state, updated_at = now(),
         in_payment = token_transfer.in_payment and token_transfer.booking_id is not null
       where token_transfer.state = 'orphaned'
     returning ${TRANSFER_COLUMNS}, state`,
    [chainId, JSON.stringify(rows)],
  );
};

/** Keeps what is not credited now, to read it again. */
const holdTransfers = async (em: Em, { chainId, held }: WatchStep): Promise<void> => {
  if (held.length === 0) return;
  const rows = held.map(({ intentId, txHash, token, blockNumber }) => ({
    intent_id: intentId,
    tx_hash: txHash,
    token,
    block_number: String(blockNumber),
  }));
  await em.execute(
    `insert into held_transfer (chain_id, intent_id, tx_hash, token, block_number)
     select distinct on (r.intent_id, r.tx_hash, r.token) ?::int, r.*
     from jsonb_to_recordset(?::jsonb) as r(intent_id text, tx_hash text, token text, block_number bigint)
     order by r.intent_id, r.tx_hash, r.token, r.block_number desc
     on conflict (intent_id, chain_id, tx_hash, token) do update set block_number = excluded.block_number`,
    [chainId, JSON.stringify(rows)],
  );
};

const writeBlocks = async (em: Em, step: WatchStep): Promise<void> => {
  const { chainId, leaseToken, cursor, blocks, orphanAbove, finalNumber, heights } = step;
  if (orphanAbove !== null) {
    await em.execute('delete from chain_block where chain_id = ? and number > ?', [chainId, String(orphanAbove)]);
  }
  if (blocks.length > 0) {
    const rows = blocks.map(({ number, hash, parentHash, time }) => ({
      number: String(number),
      hash,
      parent_hash: parentHash,
      time: new Date(time).toISOString(),
    }));
    await em.execute(
      `insert into chain_block (chain_id, number, hash, parent_hash, time)
       select ?, r.* from jsonb_to_recordset(?::jsonb) as r(number bigint, hash text, parent_hash text, time timestamptz)
       on conflict (chain_id, number) do update set hash = excluded.hash, parent_hash = excluded.parent_hash, time = excluded.time`,
      [chainId, JSON.stringify(rows)],
    );
  }
  const point = cursor && { number: String(cursor.number), hash: cursor.hash, time: new Date(cursor.time) };
  await em.execute(
    `update chain_cursor set block_number = coalesce(?, block_number), block_hash = coalesce(?, block_hash),
       block_time = coalesce(?, block_time), final_block_number = least(coalesce(?, final_block_number), ?),
       head_number = ?, head_seen_at = now(), updated_at = now()
     where chain_id = ? and lease_token = ?`,
    [
      point?.number ?? null,
      point?.hash ?? null,
      point?.time ?? null,
      finalNumber === null ? null : String(finalNumber),
      orphanAbove === null ? null : String(orphanAbove),
      String(heights.head),
      chainId,
      String(leaseToken),
    ],
  );
  if (finalNumber !== null) {
    await em.execute('delete from chain_block where chain_id = ? and number < ?', [
      chainId,
      String(finalNumber - BigInt(KEPT_BELOW_FINAL)),
    ]);
  }
};
