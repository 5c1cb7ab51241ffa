import type { ChainHeights } from '#domain/confirmations.ts';
import type { BlockPoint, ScannedTransfer } from '#domain/observed-blocks.ts';
import { type Header, readHeader, readHeaders } from './block-reader.ts';
import { providerLies, RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { lookSparsely } from './sparse-read.ts';
import type { Look, ReadDeps } from './watch-look.ts';
import { type ChainTags, refreshTags } from './watch-tags.ts';

export type Reading =
  /** The cursor is the head. */
  | { kind: 'idle'; provider: string; head: bigint }
  /** The head is below the cursor, on the same chain: a node that lags, or (local chains) a chain that was reset. */
  | { kind: 'behind'; provider: string; head: Header }
  | {
      kind: 'blocks';
      provider: string;
      heights: ChainHeights;
      tags: ChainTags;
      /** Consecutive, or on fast chains some of them; empty when a reorganisation left nothing above the ancestor. */
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

export const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

export const range = (from: bigint, to: bigint): bigint[] =>
  Array.from({ length: Number(to - from + 1n) }, (_, index) => from + BigInt(index));

/** Consecutive headers, each the parent of the next. Throws RpcError when one is missing or does not fit: ask again. */
export const readLinked = async (provider: RpcProvider, from: bigint, to: bigint, head?: Header): Promise<Header[]> => {
  const known = head?.number === to ? head : undefined;
  const headers = await readHeaders(provider, range(from, known ? to - 1n : to), true);
  const linked = known ? [...headers, known] : headers;
  return linked.map((read, index) => {
    const header = mustHave(provider, from + BigInt(index), read);
    const parent = linked[index - 1];
    if (parent && header.parentHash !== parent.hash)
      throw providerLies(provider.name, `block ${header.number} has another parent`);
    return header;
  });
};

/** Asks for the head, and reads what is new below it. */
export const readNext = async (deps: ReadDeps, provider: RpcProvider, look: Look): Promise<Reading> => {
  const { cursor, finalNumber, allowRollback } = look;
  const head = await readHeader(provider, 'latest');
  deps.pool.reportHead(provider.name, head.number);
  if (head.hash === cursor.hash) return { kind: 'idle', provider: provider.name, head: head.number };

  const sparse = await lookSparsely(deps, provider, look, head);
  if (sparse) {
    const { headers, transfers } = sparse;
    return await asBlocks(deps, provider, look, { headers, transfers, cursor: head });
  }
  const kin = await compareWithCursor(deps, provider, cursor, head);
  if (kin !== 'grown') await refuteByOthers(deps, provider, cursor, head);
  if (kin === 'behind' && !allowRollback) return { kind: 'behind', provider: provider.name, head };
  const forked = kin !== 'grown';
  const base = forked ? await commonAncestor(deps, provider, head, finalNumber) : cursor;

  const from = base.number + 1n;
  const tags = await refreshTags(provider, deps.chain, look.tags, {
    head: head.number,
    isAwaited: look.isTagAwaited,
    isUrgent: forked || head.number - from >= TIP_BLOCKS,
  });
  const heights = { head: head.number, safe: tags.safe, finalized: tags.finalized };
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
    tags,
    headers,
    transfers,
    cursor: headers.at(-1) ?? base,
    orphanAbove: forked ? base.number : null,
  };
};

/**
 * Reads blocks that were announced: consecutive proven headers after the cursor. Throws RpcError when the provider does not have the last
 * of them.
 */
export const readAnnounced = async (
  deps: ReadDeps,
  provider: RpcProvider,
  look: Look,
  headers: readonly Header[],
): Promise<Reading> => {
  const cursor = headers.at(-1) ?? look.cursor;
  const transfers = await deps.scanner.scanAnnounced(provider, headers);
  deps.pool.reportHead(provider.name, cursor.number);
  return await asBlocks(deps, provider, look, { headers, transfers, cursor });
};

/** Blocks up to the head, on the cursor's chain. */
const asBlocks = async (
  { chain }: ReadDeps,
  provider: RpcProvider,
  look: Look,
  read: { headers: readonly Header[]; transfers: ScannedTransfer[]; cursor: BlockPoint },
): Promise<Reading> => {
  const head = read.cursor.number;
  const tags = await refreshTags(provider, chain, look.tags, { head, isAwaited: look.isTagAwaited, isUrgent: false });
  const heights = { head, safe: tags.safe, finalized: tags.finalized };
  return { kind: 'blocks', provider: provider.name, heights, tags, ...read, orphanAbove: null };
};

/**
 * Where the provider's head stands to the cursor. Only a block with another hash than ours makes a fork. A head below the cursor, or a
 * block that is missing, is a node that lags: behind one URL there may be several nodes. On fast chains most blocks are not remembered,
 * so that a head below the cursor is compared by the highest block at or below it that is. Throws RpcError.
 */
const compareWithCursor = async (
  { chain, ledger }: ReadDeps,
  provider: RpcProvider,
  cursor: BlockPoint,
  head: Header,
): Promise<'grown' | 'behind' | 'forked'> => {
  const blockAt = async (number: bigint): Promise<Header> =>
    number === head.number ? head : mustHave(provider, number, (await readHeaders(provider, [number]))[0]);
  if (head.number > cursor.number) {
    return (await blockAt(cursor.number + 1n)).parentHash === cursor.hash ? 'grown' : 'forked';
  }
  // The cursor's own hash is always known, also before the first block is remembered.
  const [ours] = head.number === cursor.number ? [cursor] : await ledger.blocksDownFrom(chain.id, head.number, 1);
  return ours === undefined || (await blockAt(ours.number)).hash === ours.hash ? 'behind' : 'forked';
};

const mustHave = (provider: RpcProvider, number: bigint, header: Header | null | undefined): Header => {
  if (!header) throw new RpcError('rpc_lagging', provider.name, `does not have block ${number}`);
  return header;
};

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
  const opinions = await pool.askAll(
    async (other) => {
      const [[ours], theirHead] = await Promise.all([readHeaders(other, [cursor.number]), readHeader(other, 'latest')]);
      pool.reportHead(other.name, theirHead.number);
      return ours?.hash === cursor.hash && theirHead.number + 2n >= head.number;
    },
    { except: provider.name },
  );
  if (opinions.some(({ response: answer }) => answer)) {
    throw new RpcError('rpc_lagging', provider.name, `does not have block ${cursor.number} that others have`);
  }
};

/**
 * The highest remembered block that the provider has too. Throws DeepReorgError; local chains begin again at block 0. Throws RpcError
 * where a block up to the head is missing: what is above it is not gone for that.
 */
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
    const ancestor = ours.find(({ hash, number }, index) => mustHave(provider, number, theirs[index]).hash === hash);
    if (ancestor && (ancestor.number >= finalNumber || chain.local)) return ancestor;
    const last = ours.at(-1);
    if (!chain.local && (ancestor || !last || last.number < finalNumber)) {
      throw new DeepReorgError(
        `Blocks up to ${finalNumber} were final, and ${provider.name} now has others: the watcher waits until a person decides`,
      );
    }
    if (!last) {
      const [genesis] = await readHeaders(provider, [0n]);
      return mustHave(provider, 0n, genesis);
    }
    below = last.number - 1n;
  }
};
