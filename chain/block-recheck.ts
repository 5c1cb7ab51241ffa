// Reads one block again because a payer's claim names a transaction in it that the ledger does not have. It may be older than the
// watch, or missed by both passes. The block is processed like any other, so a claim can add nothing that is not on the chain.
import type { ChainHeights } from '#domain/confirmations.ts';
import type { ScannedTransfer } from '#domain/observed-blocks.ts';
import { readHeader, readHeaders, readTags } from './block-reader.ts';
import { RpcError } from './rpc-errors.ts';
import type { ReadDeps } from './watch-look.ts';

export interface RecheckedBlock {
  heights: ChainHeights;
  transfers: ScannedTransfer[];
}

/**
 * The heights that it gives never pass the cursor: this provider may be on another branch above it, and stored transfers of ours
 * must not be confirmed by blocks that we have not followed.
 * @param number at or below the watcher's cursor. Throws RpcError, also when the provider has another block there.
 */
export const readBlockAgain = (
  { chain, pool, ledger, scanner }: ReadDeps,
  number: bigint,
  cursor: bigint,
): Promise<RecheckedBlock> =>
  pool.use(async (provider) => {
    const [header] = await readHeaders(provider, [number]);
    if (!header) throw new RpcError('rpc_lagging', provider.name, `does not have block ${number}`);
    const [ours] = await ledger.blocksDownFrom(chain.id, number, 1);
    if (ours?.number === number && ours.hash !== header.hash) {
      throw new RpcError('rpc_lagging', provider.name, `has another block ${number} than was read before`);
    }
    const head = await readHeader(provider, 'latest');
    const { safe, finalized } = await readTags(provider, ['safe', 'finalized']);
    const heights = {
      head: least(head.number, cursor),
      safe: safe === null ? null : least(safe, cursor),
      finalized: finalized === null ? null : least(finalized, cursor),
    };
    return { heights, transfers: await scanner.scanBlocks(provider, [header]) };
  });

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
