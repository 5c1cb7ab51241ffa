// The second pass: reads the transfers of final blocks again, from another provider if there is one. Adds what the first pass missed.
// A transfer that only the first pass saw stops the final cursor until a person decides. Headers that the first pass proved are not read
// again: the hash of the last one, which the second provider names too, binds all of them.
import type { Chain } from '#domain/chains.ts';
import { type ScannedTransfer, transferKey, type WatchPosition } from '#domain/observed-blocks.ts';
import { type Header, readHeaders } from './block-reader.ts';
import { isFastChain } from './poll-phase.ts';
import type { ProvenHeaders } from './proven-headers.ts';
import { RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { scanSparsely } from './sparse-read.ts';
import type { ReadDeps } from './watch-look.ts';
import { CATCH_UP_BLOCKS, readLinked } from './watch-read.ts';

/** The providers do not agree about what is final. Nothing is changed. */
export class FinalityConflictError extends Error {
  override name = 'FinalityConflictError';
  readonly code = 'finality_conflict';
}

/**
 * Blocks until finality where the provider does not serve the tag: 256, and twice what the chain's confirmations ask. For the second
 * pass and for refunds; never for confirmations by tag.
 */
export const finalityBlocks = ({ confirmation }: Pick<Chain, 'confirmation'>): bigint => {
  const depths = confirmation.tiers.map(({ need }) => (need.kind === 'depth' ? need.blocks : 0));
  return BigInt(Math.max(256, ...depths.map((blocks) => blocks * 2)));
};

export interface FinalityPass {
  /** Everything at or below is read twice when this has been committed. */
  finalNumber: bigint;
  transfers: ScannedTransfer[];
}

/**
 * Reads what became final, at most a range of it. Undefined when nothing did. Throws FinalityConflictError, RpcError.
 * @param firstReader the provider of the first pass; another one is preferred
 * @param proven headers of the first pass
 */
export const readFinal = async (
  deps: ReadDeps,
  { cursor, finalNumber }: WatchPosition,
  heights: { head: bigint; finalized: bigint | null },
  firstReader: string,
  proven: ProvenHeaders,
): Promise<FinalityPass | undefined> => {
  const reached = heights.finalized ?? heights.head - finalityBlocks(deps.chain);
  const from = finalNumber + 1n;
  const limit = [reached, cursor.number, finalNumber + CATCH_UP_BLOCKS].reduce((least, value) =>
    value < least ? value : least,
  );
  const [ours] = limit < from ? [] : await deps.ledger.blocksDownFrom(deps.chain.id, limit, 1);
  // On fast chains not every block is remembered: the pass ends at one that is.
  const to = isFastChain(deps.chain) && ours && ours.number >= from ? ours.number : limit;
  if (to < from) return undefined;
  const ourHash = ours?.number === to ? ours.hash : null;
  const live = await deps.ledger.liveTransfers(deps.chain.id, from, to);

  const { transfers, found } = await deps.pool.use(async (provider) => {
    const known = ourHash === null ? undefined : proven.below(ourHash, from, to);
    const isSparse = known === undefined && ourHash !== null && isFastChain(deps.chain);
    const last = known || isSparse ? await readBlock(provider, to) : undefined;
    if (isSparse && last?.hash === ourHash) {
      const stretch = { from, to, known: new Set(live.map(transferKey)), given: [] };
      const scan = await scanSparsely(deps, provider, stretch);
      // Where it contradicts the ledger, the headers tell a provider that hides logs from a ledger that is wrong.
      if (live.every((transfer) => scan.found.has(transferKey(transfer)))) return scan;
    }
    const headers = known ?? (await readLinked(provider, from, to));
    if (ourHash !== null && (last ?? headers.at(-1))?.hash !== ourHash) {
      throw new FinalityConflictError(`Block ${to} is final; ${provider.name} has another one than was read before`);
    }
    const transfers = await deps.scanner.scanRange(provider, headers);
    return { transfers, found: new Set(transfers.map(transferKey)) };
  }, firstReader);

  const lost = live.filter((transfer) => !found.has(transferKey(transfer)));
  if (lost[0]) {
    throw new FinalityConflictError(
      `${lost.length} transfer(s) of the ledger are not in the final blocks ${from} to ${to}; the first is ${lost[0].txHash}`,
    );
  }
  return { finalNumber: to, transfers };
};

const readBlock = async (provider: RpcProvider, number: bigint): Promise<Header> => {
  const [header] = await readHeaders(provider, [number]);
  if (!header) throw new RpcError('rpc_lagging', provider.name, `does not have block ${number}`);
  return header;
};
