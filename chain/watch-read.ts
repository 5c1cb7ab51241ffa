// What a watcher reads in one step, from one provider: the next blocks after its cursor, or after the common ancestor when the
// chain was reorganised. Nothing is written here.
import type { Chain } from '#domain/chains.ts';
import type { ChainHeights } from '#domain/confirmations.ts';
import type { BlockPoint, ScannedTransfer, WatchPosition } from '#domain/observed-blocks.ts';
import { type Header, readHeader, readHeaders, readTags } from './block-reader.ts';
import { providerLies, RpcError } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';
import type { RpcProvider } from './rpc-provider.ts';
import type { TransferScanner } from './transfer-scan.ts';
import type { WatchLedger } from './watch-ledger.ts';

export type Reading =
  /** The cursor is the head. */
  | { kind: 'idle'; provider: string; head: bigint }
  /** The head is below the cursor, on the same chain: a node that lags, or (local chains) a chain that was reset. */
  | { kind: 'behind'; provider: string; head: Header }
  | {
      kind: 'blocks';
      provider: string;
      heights: ChainHeights;
      /** Consecutive; empty when a reorganisation left nothing above the ancestor. */
      headers: readonly Header[];
      transfers: ScannedTransfer[];
      cursor: BlockPoint;
      orphanAbove: bigint | null;
    };

export type BlocksRead = Extract<Reading, { kind: 'blocks' }>;

/** A reorganisation below what was final, or below every block that is remembered. The watcher must not go on by itself. */
export class DeepReorgError extends Error {
  override name = 'DeepReorgError';
  readonly code = 'deep_reorg';
}

/** Blocks read by hash in one step. */
export const TIP_BLOCKS = 64n;
/** Blocks read as a range in one step of a catch-up. */
export const CATCH_UP_BLOCKS = 500n;
const ANCESTOR_CHUNK = 64;

export interface ReadDeps {
  chain: Chain;
  pool: RpcPool;
  ledger: WatchLedger;
  scanner: TransferScanner;
}

export const range = (from: bigint, to: bigint): bigint[] =>
  Array.from({ length: Number(to - from + 1n) }, (_, index) => from + BigInt(index));

/** Consecutive headers, each the parent of the next. Throws RpcError when one is missing or does not fit: ask again. */
export const readLinked = async (provider: RpcProvider, from: bigint, to: bigint, head?: Header): Promise<Header[]> => {
  const known = head?.number === to ? head : undefined;
  const headers = await readHeaders(provider, range(from, known ? to - 1n : to));
  const linked = known ? [...headers, known] : headers;
  return linked.map((header, index) => {
    if (!header) throw new RpcError('rpc_lagging', provider.name, `does not have block ${from + BigInt(index)}`);
    const parent = linked[index - 1];
    if (parent && header.parentHash !== parent.hash)
      throw providerLies(provider.name, `block ${header.number} has another parent`);
    return header;
  });
};

/** @param allowRollback a head below the cursor counts as a reorganisation (a local chain that was reset) */
export const readNext = async (
  deps: ReadDeps,
  provider: RpcProvider,
  { cursor, finalNumber }: WatchPosition,
  allowRollback: boolean,
): Promise<Reading> => {
  const head = await readHeader(provider, 'latest');
  deps.pool.reportHead(provider.name, head.number);
  if (head.hash === cursor.hash) return { kind: 'idle', provider: provider.name, head: head.number };

  let base: BlockPoint = cursor;
  let forked = false;
  if (head.number > cursor.number) {
    const next = head.number === cursor.number + 1n ? head : (await readHeaders(provider, [cursor.number + 1n]))[0];
    forked = next?.parentHash !== cursor.hash;
  } else {
    const [ours] = await deps.ledger.blocksDownFrom(deps.chain.id, head.number, 1);
    if (ours?.number === head.number && ours.hash === head.hash && !allowRollback) {
      await refuteByOthers(deps, provider, cursor, head);
      return { kind: 'behind', provider: provider.name, head };
    }
    forked = true;
  }
  if (forked) {
    await refuteByOthers(deps, provider, cursor, head);
    base = await commonAncestor(deps, provider, head, finalNumber);
  }

  const tags = await readTags(provider);
  const heights = { head: head.number, ...tags };
  const from = base.number + 1n;
  const deep = heights.finalized !== null && heights.finalized >= from && head.number - from >= TIP_BLOCKS;
  const to = deep
    ? min(heights.finalized ?? head.number, from + CATCH_UP_BLOCKS - 1n)
    : min(head.number, from + TIP_BLOCKS - 1n);
  const headers = to >= from ? await readLinked(provider, from, to, head) : [];
  if (headers[0] && headers[0].parentHash !== base.hash)
    throw providerLies(provider.name, 'the chain changed while it was read');
  const transfers = deep
    ? await deps.scanner.scanRange(provider, headers)
    : await deps.scanner.scanBlocks(provider, headers);
  return {
    kind: 'blocks',
    provider: provider.name,
    heights,
    headers,
    transfers,
    cursor: headers.at(-1) ?? base,
    orphanAbove: forked ? base.number : null,
  };
};

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * A provider that says our cursor is gone is asked against the others: one that is as far and still has our block makes it a
 * lagging or lying one. Throws RpcError then.
 */
const refuteByOthers = async (
  { pool }: ReadDeps,
  provider: RpcProvider,
  cursor: BlockPoint,
  head: Header,
): Promise<void> => {
  if (pool.size < 2) return;
  const opinions = await pool.askAll(async (other) => {
    if (other.name === provider.name) return false;
    const [[ours], theirHead] = await Promise.all([readHeaders(other, [cursor.number]), readHeader(other, 'latest')]);
    pool.reportHead(other.name, theirHead.number);
    return ours?.hash === cursor.hash && theirHead.number + 2n >= head.number;
  });
  if (opinions.some(({ response: answer }) => answer)) {
    throw new RpcError('rpc_lagging', provider.name, `does not have block ${cursor.number} that others have`);
  }
};

/** The highest remembered block that the provider has too. Throws DeepReorgError; local chains begin again at block 0. */
const commonAncestor = async (
  { chain, ledger }: ReadDeps,
  provider: RpcProvider,
  head: Header,
  finalNumber: bigint,
): Promise<BlockPoint> => {
  let below = head.number;
  for (;;) {
    const ours = await ledger.blocksDownFrom(chain.id, below, ANCESTOR_CHUNK);
    const theirs = await readHeaders(
      provider,
      ours.map(({ number }) => number),
    );
    const ancestor = ours.find(({ hash }, index) => theirs[index]?.hash === hash);
    if (ancestor && (ancestor.number >= finalNumber || chain.local)) return ancestor;
    const last = ours.at(-1);
    if (!chain.local && (ancestor || !last || last.number < finalNumber)) {
      throw new DeepReorgError(
        `Blocks up to ${finalNumber} were final, and ${provider.name} now has others: the watcher waits until a person decides`,
      );
    }
    if (!last) {
      const [genesis] = await readHeaders(provider, [0n]);
      if (!genesis) throw new RpcError('rpc_lagging', provider.name, 'does not have block 0');
      return genesis;
    }
    below = last.number - 1n;
  }
};
