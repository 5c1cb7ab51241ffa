// The second pass: reads the transfers of final blocks again, from another provider if there is one. Adds what the first pass missed.
// A transfer that only the first pass saw stops the final cursor until a person decides. Headers that the first pass proved are not read
// again: the hash of the last one, which the second provider names too, binds all of them.
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { ChainHeights } from '#domain/confirmations.ts';
import { type ScannedTransfer, transferKey, type WatchPosition } from '#domain/observed-blocks.ts';
import { type Header, readHeaders } from './block-reader.ts';
import { isFastChain } from './poll-phase.ts';
import type { ProvenHeaders } from './proven-headers.ts';
import { RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { scanSparsely } from './sparse-read.ts';
import type { ReadDeps } from './watch-look.ts';
import { CATCH_UP_BLOCKS, min, readLinked, TIP_BLOCKS } from './watch-read.ts';

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
  /** Without those that the ledger has. */
  transfers: ScannedTransfer[];
}

type Heights = Pick<ChainHeights, 'head' | 'finalized'>;

/** What a provider has in a stretch of blocks. */
interface Stretch {
  provider: string;
  /** Of the last block. */
  hash: Hex | undefined;
  transfers: ScannedTransfer[];
  /** Of every transfer to a deposit address, perhaps with others, by `transferKey`. */
  found: ReadonlySet<string>;
}

/** A stretch that is read before the first pass has committed it. */
export interface EarlyStretch {
  from: bigint;
  to: bigint;
  reading: Promise<Stretch>;
}

/** The first block that the next pass reads, and the last one that it may read; empty when `to` is below `from`. */
const nextStretch = (
  chain: Chain,
  { cursor, finalNumber }: WatchPosition,
  { head, finalized }: Heights,
): { from: bigint; to: bigint } => {
  const reached = finalized ?? head - finalityBlocks(chain);
  const to = min(min(reached, cursor.number), finalNumber + CATCH_UP_BLOCKS);
  return { from: finalNumber + 1n, to };
};

const asStretch = (provider: string, hash: Hex | undefined, transfers: ScannedTransfer[]): Stretch => ({
  provider,
  hash,
  transfers,
  found: new Set(transfers.map(transferKey)),
});

/** Every header and every log of a stretch. Throws RpcError. */
const readStretch = async (
  { scanner }: ReadDeps,
  provider: RpcProvider,
  from: bigint,
  to: bigint,
): Promise<Stretch> => {
  const headers = await readLinked(provider, from, to);
  return asStretch(provider.name, headers.at(-1)?.hash, await scanner.scanRange(provider, headers));
};

/**
 * Begins the second pass of a catch-up while the first is written: provider and database work at the same time. What it finds is
 * judged afterwards, by `readFinal`. Undefined where headers of the first pass are used in place of others.
 * @param position after the first pass
 */
export const readFinalEarly = (
  deps: ReadDeps,
  position: WatchPosition,
  heights: Heights,
  firstReader: string,
): EarlyStretch | undefined => {
  const { from, to } = nextStretch(deps.chain, position, heights);
  if (to - from < TIP_BLOCKS || isFastChain(deps.chain)) return undefined;
  const reading = deps.pool.use((provider) => readStretch(deps, provider, from, to), firstReader);
  // Its failure is thrown where it is taken. When it is not taken, it does not matter.
  reading.catch(() => {});
  return { from, to, reading };
};

/**
 * Reads what became final, at most a range of it. Undefined when nothing did. Throws FinalityConflictError, RpcError.
 * @param firstReader the provider of the first pass; another one is preferred
 * @param proven headers of the first pass
 * @param early what `readFinalEarly` began
 */
export const readFinal = async (
  deps: ReadDeps,
  position: WatchPosition,
  heights: Heights,
  firstReader: string,
  proven: ProvenHeaders,
  early: EarlyStretch | undefined,
): Promise<FinalityPass | undefined> => {
  const { from, to: limit } = nextStretch(deps.chain, position, heights);
  const [ours] = limit < from ? [] : await deps.ledger.blocksDownFrom(deps.chain.id, limit, 1);
  // On fast chains not every block is remembered: the pass ends at one that is.
  const to = isFastChain(deps.chain) && ours && ours.number >= from ? ours.number : limit;
  if (to < from) return undefined;
  const ourHash = ours?.number === to ? ours.hash : null;
  const live = await deps.ledger.liveTransfers(deps.chain.id, from, to);

  const readNow = async (provider: RpcProvider): Promise<Stretch> => {
    const known = ourHash === null ? undefined : proven.below(ourHash, from, to);
    const isSparse = known === undefined && ourHash !== null && isFastChain(deps.chain);
    const last = known || isSparse ? await readBlock(provider, to) : undefined;
    if (known) {
      // Another hash is a conflict, whatever the logs are.
      const isOurs = last?.hash === ourHash;
      return asStretch(provider.name, last?.hash, isOurs ? await deps.scanner.scanRange(provider, known) : []);
    }
    if (isSparse && last?.hash === ourHash) {
      const stretch = { from, to, known: new Set(live.map(transferKey)), given: [] };
      const scan = await scanSparsely(deps, provider, stretch);
      // Where it contradicts the ledger, the headers tell a provider that hides logs from a ledger that is wrong.
      if (live.every((transfer) => scan.found.has(transferKey(transfer)))) {
        return { provider: provider.name, hash: last?.hash, ...scan };
      }
    }
    return await readStretch(deps, provider, from, to);
  };
  const isRead = early?.from === from && early.to === to;
  const read = await (isRead ? early.reading : deps.pool.use(readNow, firstReader));

  if (ourHash !== null && read.hash !== ourHash) {
    throw new FinalityConflictError(`Block ${to} is final; ${read.provider} has another one than was read before`);
  }
  const lost = live.filter((transfer) => !read.found.has(transferKey(transfer)));
  if (lost[0]) {
    throw new FinalityConflictError(
      `${lost.length} transfer(s) of the ledger are not in the final blocks ${from} to ${to}; the first is ${lost[0].txHash}`,
    );
  }
  const kept = new Set(live.map(transferKey));
  return { finalNumber: to, transfers: read.transfers.filter((transfer) => !kept.has(transferKey(transfer))) };
};

const readBlock = async (provider: RpcProvider, number: bigint): Promise<Header> => {
  const [header] = await readHeaders(provider, [number]);
  if (!header) throw new RpcError('rpc_lagging', provider.name, `does not have block ${number}`);
  return header;
};
