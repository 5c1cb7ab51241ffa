// The hashes of a step's blocks, and the cursor: only in the transaction that holds the chain's lease (commit-step.ts).
import type { WatchStep } from '#domain/observed-blocks.ts';
import type { Sql } from '../pool.ts';

/** Block hashes are kept this far below finality, to tell how deep an impossible reorganisation goes. */
const KEPT_BELOW_FINAL = 256;

export const writeBlocks = async (sql: Sql, step: WatchStep): Promise<void> => {
  const { chainId, leaseToken, cursor, blocks, orphanAbove, finalNumber, heights } = step;
  if (orphanAbove !== null) {
    await sql.query<unknown>({
      name: 'watch-delete-above',
      text: 'delete from chain_block where chain_id = $1 and number > $2',
      values: [chainId, String(orphanAbove)],
    });
  }
  // Those that would be deleted below are not written.
  const kept = finalNumber === null ? 0n : finalNumber - BigInt(KEPT_BELOW_FINAL);
  const remembered = blocks.filter(({ number }) => number >= kept);
  if (remembered.length > 0) {
    const rows = remembered.map(({ number, hash, parentHash, time }) => ({
      number: String(number),
      hash,
      parent_hash: parentHash,
      time: new Date(time).toISOString(),
    }));
    await sql.query<unknown>({
      name: 'watch-insert-blocks',
      text: `insert into chain_block (chain_id, number, hash, parent_hash, time)
       select $1::int, r.* from jsonb_to_recordset($2::jsonb) as r(number bigint, hash text, parent_hash text, time timestamptz)
       on conflict (chain_id, number) do update set hash = excluded.hash, parent_hash = excluded.parent_hash, time = excluded.time`,
      values: [chainId, JSON.stringify(rows)],
    });
  }
  const point = cursor && { number: String(cursor.number), hash: cursor.hash, time: new Date(cursor.time) };
  await sql.query<unknown>({
    name: 'watch-cursor',
    text: `update chain_cursor set block_number = coalesce($1, block_number), block_hash = coalesce($2, block_hash),
       block_time = coalesce($3, block_time), final_block_number = least(coalesce($4, final_block_number), $5),
       head_number = $6, head_seen_at = now(), updated_at = now()
     where chain_id = $7 and lease_token = $8`,
    values: [
      point?.number ?? null,
      point?.hash ?? null,
      point?.time ?? null,
      finalNumber === null ? null : String(finalNumber),
      orphanAbove === null ? null : String(orphanAbove),
      String(heights.head),
      chainId,
      String(leaseToken),
    ],
  });
  if (finalNumber !== null) {
    await sql.query<unknown>({
      name: 'watch-delete-old',
      text: 'delete from chain_block where chain_id = $1 and number < $2',
      values: [chainId, String(kept)],
    });
  }
};
