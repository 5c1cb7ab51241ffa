// The second pass: reads the transfers of final blocks again, from another provider if there is one. Adds what the first pass missed.
// A transfer that only the first pass saw stops the final cursor until a person decides. Headers that the first pass proved are not read
// again: the hash of the last one, which the second provider names too, binds all of them. After a restart only those from before it are.
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { ChainHeights } from '#domain/confirmations.ts';
import {
  areSameTransfer,
  type BlockPoint,
  type ScannedTransfer,
  transferKey,
  type WatchPosition,
} from '#domain/observed-blocks.ts';
import { type Header, readHeaders } from './block-reader.ts';
import { isFastChain } from './poll-phase.ts';
import type { ProvenHeaders } from './proven-headers.ts';
import { providerLies, RpcError } from './rpc-errors.ts';
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

/**
 * Blocks that one second pass reads at most: more than the first pass of a catch-up, so that it reaches the first one's cursor, from where on
 * both are written at once.
 */
const SECOND_PASS_LIMIT = 2n * CATCH_UP_BLOCKS;

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
  /** Of every transfer to a deposit address, by `transferKey`, where they are not all in `transfers`. */
  found?: ReadonlySet<string>;
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
  const to = min(min(reached, cursor.number), finalNumber + SECOND_PASS_LIMIT);
  return { from: finalNumber + 1n, to };
};

const keysOf = ({ found, transfers }: Stretch): ReadonlySet<string> => found ?? new Set(transfers.map(transferKey));

/** Both are in the chain's order. */
const areSame = (some: readonly ScannedTransfer[], others: readonly ScannedTransfer[]): boolean =>
  some.length === others.length &&
  some.every((one, index) => {
    const other = others[index];
    return other && areSameTransfer(one, other);
  });

/**
 * Every log of a stretch, and the headers that the first pass did not prove. Of those that it proved, the hash of the last one, which this
 * provider must name too, binds all. Throws RpcError.
 * @param known proven headers, each the parent of the next, that end at `to`; empty: all are read
 */
const readStretch = async (
  { scanner }: ReadDeps,
  provider: RpcProvider,
  { from, to }: { from: bigint; to: bigint },
  known: readonly Header[] = [],
): Promise<Stretch> => {
  const first = known[0];
  const [unknown, last] = await Promise.all([
    readLinked(provider, from, first ? first.number - 1n : to),
    first ? readBlock(provider, to) : undefined,
  ]);
  // Another hash is a conflict, whatever the logs are.
  if (last && last.hash !== known.at(-1)?.hash) return { provider: provider.name, hash: last.hash, transfers: [] };
  const below = unknown.at(-1);
  if (first && below && below.hash !== first.parentHash) {
    throw providerLies(provider.name, `block ${first.number} has another parent`);
  }
  const headers = [...unknown, ...known];
  const transfers = await scanner.scanRange(provider, headers);
  return { provider: provider.name, hash: headers.at(-1)?.hash, transfers };
};

/** The proven headers up to the end of a stretch, those just read among them. Empty: none are known. */
const provenIn = (
  proven: ProvenHeaders,
  headers: readonly Header[],
  { from, to }: { from: bigint; to: bigint },
): readonly Header[] => {
  const [first, last] = [headers[0], headers.at(-1)];
  if (!first || !last || headers.some(({ isProven }) => !isProven)) return [];
  // A sparse look has gaps.
  if (BigInt(headers.length) !== last.number - first.number + 1n) return [];
  const run = [...proven.upTo(first.parentHash, from, first.number - 1n), ...headers];
  return run.filter(({ number }) => number >= from && number <= to);
};

/**
 * Begins the second pass of a catch-up before the first is written: provider and database work at the same time. What it finds is
 * judged by `agreement` and `readFinal`. Undefined where there is little to read, and on fast chains without proofs, where the last block that
 * is remembered is not known yet.
 * @param position after the first pass
 * @param headers those of the first pass, consecutive, up to the cursor
 * @param proven earlier ones
 */
export const readFinalEarly = (
  deps: ReadDeps,
  position: WatchPosition,
  heights: Heights,
  firstReader: string,
  headers: readonly Header[],
  proven: ProvenHeaders,
): EarlyStretch | undefined => {
  const { from, to } = nextStretch(deps.chain, position, heights);
  if (to - from < TIP_BLOCKS) return undefined;
  const known = provenIn(proven, headers, { from, to });
  if (known[0]?.number !== from && isFastChain(deps.chain)) return undefined;
  const reading = deps.pool.use((provider) => readStretch(deps, provider, { from, to }, known), firstReader);
  // Its failure is thrown where it is taken. When it is not taken, it does not matter.
  reading.catch(() => {});
  return { from, to, reading };
};

/**
 * The transfers that only the second pass has, and its provider, where both passes have read the same blocks and agree about everything else:
 * then both are written at once. Undefined: the first pass is written alone, and `readFinal` judges.
 * @param position before both
 * @param first what the first pass has read
 */
export const agreement = async (
  { chain, ledger }: ReadDeps,
  { finalNumber }: WatchPosition,
  first: { cursor: BlockPoint; headers: readonly Header[]; transfers: readonly ScannedTransfer[] },
  { from, to, reading }: EarlyStretch,
): Promise<{ provider: string; added: ScannedTransfer[] } | undefined> => {
  const isSame = from === finalNumber + 1n && from === first.headers[0]?.number && to === first.cursor.number;
  if (!isSame) return undefined;
  // Why it failed is told by `readFinal`.
  const second = await reading.catch(() => undefined);
  if (second?.hash !== first.cursor.hash) return undefined;
  const live = await ledger.liveTransfers(chain.id, from, to);
  const { provider } = second;
  if (live.length === 0 && areSame(first.transfers, second.transfers)) return { provider, added: [] };
  const found = keysOf(second);
  const firstKeys = new Set(first.transfers.map(transferKey));
  const isContradicted = [...firstKeys, ...live.map(transferKey)].some((key) => !found.has(key));
  if (isContradicted) return undefined;
  return { provider, added: second.transfers.filter((transfer) => !firstKeys.has(transferKey(transfer))) };
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
    const known = ourHash === null ? [] : proven.upTo(ourHash, from, to);
    const isSparse = ourHash !== null && isFastChain(deps.chain) && known[0]?.number !== from;
    if (isSparse && (await readBlock(provider, to)).hash === ourHash) {
      const stretch = { from, to, known: new Set(live.map(transferKey)), given: [] };
      const scan = await scanSparsely(deps, provider, stretch);
      // Where it contradicts the ledger, the headers tell a provider that hides logs from a ledger that is wrong.
      if (live.every((transfer) => scan.found.has(transferKey(transfer)))) {
        return { provider: provider.name, hash: ourHash, ...scan };
      }
    }
    return await readStretch(deps, provider, { from, to }, known);
  };
  const isRead = early?.from === from && early.to === to;
  const read = await (isRead ? early.reading : deps.pool.use(readNow, firstReader));

  if (ourHash !== null && read.hash !== ourHash) {
    throw new FinalityConflictError(`Block ${to} is final; ${read.provider} has another one than was read before`);
  }
  const found = keysOf(read);
  const lost = live.filter((transfer) => !found.has(transferKey(transfer)));
  if (lost[0]) {
    throw new FinalityConflictError(
      `${lost.length} transfer(s) of the ledger are not in the final blocks ${from} to ${to}, or say something else there; the first is ${lost[0].txHash}`,
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
