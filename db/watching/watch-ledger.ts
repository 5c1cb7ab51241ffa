// The watcher's side of the ledger: cursor, block hashes, transfers, their timeline and their signals, in one transaction that
// only the holder of the chain's lease can commit. Amounts and numbers travel as JSON text, so that a batch is one statement.

import type { Address, Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { confirmationNeed, isConfirmed, tierUnits } from '#domain/confirmations.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { unitsOf } from '#domain/money.ts';
import type { BlockPoint, KnownDeposit, WatchPosition, WatchStep } from '#domain/observed-blocks.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import type { Em } from '../orm.ts';
import { notifyIntents, type TransferEffect, type TransferRow, writeTransferEffects } from './transfer-effects.ts';

/** Block hashes are kept this far below finality, to tell how deep an impossible reorganisation goes. */
const KEPT_BELOW_FINAL = 256;

const TRANSFER_COLUMNS =
  'id, intent_id, chain_id, block_number, block_hash, tx_hash, log_index, coin, amount_units, from_address';

/** The ledger of the watchers over an entity manager, which is forked for each call. */
export const createWatchLedger = (entityManager: Em) => ({
  async position(chainId: number): Promise<WatchPosition | undefined> {
    const [row] = await entityManager
      .fork()
      .execute<CursorRow[]>(
        'select block_number, block_hash, block_time, final_block_number from chain_cursor where chain_id = ?',
        [chainId],
      );
    return row && { cursor: toPoint(row), finalNumber: BigInt(row.final_block_number) };
  },

  async begin(chainId: number, block: BlockPoint): Promise<void> {
    const number = String(block.number);
    await entityManager.fork().execute(
      `insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at)
       values (?, ?, ?, ?, ?, ?, now()) on conflict (chain_id) do nothing`,
      [chainId, number, block.hash, new Date(block.time), number, number],
    );
  },

  async acquireLease(chainId: number, owner: string, ttlMs: number): Promise<bigint | undefined> {
    const [row] = await entityManager.fork().execute<{ lease_token: string }[]>(
      `update chain_cursor set lease_token = lease_token + 1, lease_owner = ?, lease_until = now() + ? * interval '1 ms'
       where chain_id = ? and (lease_until is null or lease_until < now() or lease_owner = ?) returning lease_token`,
      [owner, ttlMs, chainId, owner],
    );
    return row && BigInt(row.lease_token);
  },

  async renewLease(chainId: number, token: bigint, ttlMs: number, head: bigint | null): Promise<void> {
    const known = head === null ? null : String(head);
    const rows = await entityManager.fork().execute<unknown[]>(
      `update chain_cursor set lease_until = now() + ? * interval '1 ms', head_number = coalesce(?::bigint, head_number),
         head_seen_at = case when ?::bigint is null then head_seen_at else now() end
       where chain_id = ? and lease_token = ? returning chain_id`,
      [ttlMs, known, known, chainId, String(token)],
    );
    if (rows.length === 0) throw leaseLost(chainId);
  },

  async releaseLease(chainId: number, token: bigint): Promise<void> {
    await entityManager
      .fork()
      .execute(
        'update chain_cursor set lease_until = null, lease_owner = null where chain_id = ? and lease_token = ?',
        [chainId, String(token)],
      );
  },

  async setTrouble(chainId: number, token: bigint, message: string | null): Promise<void> {
    await entityManager
      .fork()
      .execute(
        'update chain_cursor set trouble = ?, updated_at = now() where chain_id = ? and lease_token = ? and trouble is distinct from ?',
        [message, chainId, String(token), message],
      );
  },

  async depositsAmong(chainId: number, addresses: readonly Address[]): Promise<Map<Address, KnownDeposit>> {
    const rows = await entityManager
      .fork()
      .execute<{ deposit_address: Address; id: IntentId; price: string; minimum: number | null }[]>(
        `select i.deposit_address, i.id, i.amount_units::text as price, (s.minimum_confirmations ->> ?)::int as minimum
       from jsonb_array_elements_text(?::jsonb) as a(address)
       join checkout_intent i on i.deposit_address = a.address join store s on s.id = i.store_id`,
        [String(chainId), JSON.stringify(addresses)],
      );
    return new Map(
      rows.map((row) => [
        row.deposit_address,
        { intentId: row.id, storeMinimumBlocks: row.minimum, priceUnits: unitsOf(row.price) },
      ]),
    );
  },

  async blocksDownFrom(chainId: number, number: bigint, limit: number): Promise<BlockPoint[]> {
    const rows = await entityManager
      .fork()
      .execute<{ number: string; hash: Hex; time: Date }[]>(
        'select number, hash, time from chain_block where chain_id = ? and number <= ? order by number desc limit ?',
        [chainId, String(number), limit],
      );
    return rows.map(({ number, hash, time }) => ({ number: BigInt(number), hash, time: new Date(time).getTime() }));
  },

  async liveTransfers(
    chainId: number,
    from: bigint,
    to: bigint,
  ): Promise<{ blockHash: Hex; txHash: Hex; logIndex: number }[]> {
    const rows = await entityManager.fork().execute<{ block_hash: Hex; tx_hash: Hex; log_index: number }[]>(
      `select block_hash, tx_hash, log_index from token_transfer
       where chain_id = ? and block_number between ? and ? and state <> 'orphaned'`,
      [chainId, String(from), String(to)],
    );
    return rows.map((row) => ({ blockHash: row.block_hash, txHash: row.tx_hash, logIndex: row.log_index }));
  },

  async rechecks(chainId: number, upTo: bigint, limit: number): Promise<{ txHash: Hex; blockNumber: bigint }[]> {
    const rows = await entityManager.fork().execute<{ tx_hash: Hex; block_number: string }[]>(
      `select tx_hash, block_number from block_recheck
       where chain_id = ? and block_number <= ? and done_at is null order by requested_at limit ?`,
      [chainId, String(upTo), limit],
    );
    return rows.map((row) => ({ txHash: row.tx_hash, blockNumber: BigInt(row.block_number) }));
  },

  async finishRecheck(
    chainId: number,
    token: bigint,
    { txHash, blockNumber }: { txHash: Hex; blockNumber: bigint },
  ): Promise<void> {
    await entityManager.fork().execute(
      `update block_recheck set done_at = now() where chain_id = ? and tx_hash = ? and block_number = ?
         and exists (select 1 from chain_cursor where chain_id = ? and lease_token = ?)`,
      [chainId, txHash, String(blockNumber), chainId, String(token)],
    );
  },

  async postponeRecheck(
    chainId: number,
    token: bigint,
    { txHash, blockNumber }: { txHash: Hex; blockNumber: bigint },
  ): Promise<void> {
    await entityManager.fork().execute(
      `update block_recheck set requested_at = now() where chain_id = ? and tx_hash = ? and block_number = ?
         and exists (select 1 from chain_cursor where chain_id = ? and lease_token = ?)`,
      [chainId, txHash, String(blockNumber), chainId, String(token)],
    );
  },

  async commit(step: WatchStep): Promise<void> {
    await entityManager.fork().transactional(async (em) => await commitStep(em, step));
  },
});

interface CursorRow {
  block_number: string;
  block_hash: Hex;
  block_time: Date;
  final_block_number: string;
}

const toPoint = (row: CursorRow): BlockPoint => ({
  number: BigInt(row.block_number),
  hash: row.block_hash,
  time: new Date(row.block_time).getTime(),
});

const leaseLost = (chainId: number): LeaseLostError =>
  new LeaseLostError(`Another watcher holds the lease of chain ${chainId}`);

const commitStep = async (em: Em, step: WatchStep): Promise<void> => {
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
    [...doomed, ...ripe].map(({ intent_id }) => intent_id).concat(step.transfers.map((t) => t.intentId)),
  );

  const orphaned = await setState(em, doomed, 'orphaned');
  const added = await insertTransfers(em, step);
  const confirmed = await setState(em, ripe, 'confirmed');
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
    `select t.id, t.intent_id, t.chain_id, t.block_number, t.block_hash, t.tx_hash, t.log_index, t.coin, t.amount_units,
       t.from_address, t.state, i.amount_units::text as price, (s.minimum_confirmations ->> ?)::int as minimum
     from token_transfer t join checkout_intent i on i.id = t.intent_id join store s on s.id = i.store_id
     where t.chain_id = ? and t.state = 'seen'`,
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
       do update set state = excluded.state, updated_at = now() where token_transfer.state = 'orphaned'
     returning ${TRANSFER_COLUMNS}, state`,
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
