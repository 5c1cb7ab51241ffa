// A payment of an order from `twoProvidersFrom` on counts as confirmed when two providers say so, where there are two (decision 0112).
// One that invents a payment, or keeps a block alive that the chain has left, is then contradicted before a shop ships. A provider that does not respond, or is behind, delays
// money for a while at most. What every provider says final blocks do not have is taken back.
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { type ChainHeights, isConfirmed } from '#domain/confirmations.ts';
import { type TransferFacts, transferKey, type UnvouchedTransfer } from '#domain/observed-blocks.ts';
import { type Log, readHeader, readHeaders, readTags, type SettledTag } from './block-reader.ts';
import { finalityBlocks } from './finality-pass.ts';
import { readReceipts } from './relayer-chain.ts';
import type { RpcProvider } from './rpc-provider.ts';
import type { TransferScanner } from './transfer-scan.ts';
import type { ReadDeps } from './watch-look.ts';
import { min } from './watch-read.ts';

/**
 * What a provider says about a transfer that may be confirmed: the same (`yes`), something else (`no`; `never` when the block is final there),
 * or that it does not have the block or its depth yet (`later`).
 */
export type Word = 'yes' | 'no' | 'never' | 'later';

/** The words of one provider, by `transferKey`. */
export interface Words {
  provider: string;
  words: ReadonlyMap<string, Word>;
}

/** What a watcher knows about money that waits for a second word alone. Times are of `performance.now()`. */
export interface AwaitedWords {
  waiting: readonly UnvouchedTransfer[];
  /** Of each of them, by `transferKey`: since when it waits, when it was asked for last, and whether a provider contradicted it then. */
  known: ReadonlyMap<string, Waiting>;
  /** Questions on their way. */
  asking: Promise<{ asked: readonly UnvouchedTransfer[]; said: readonly Words[] }> | undefined;
  /** When the next question is due. */
  askAt: number;
  /** Keys that the next commit may confirm, and those that it takes back. */
  vouched: Set<string>;
  denied: Set<string>;
  /** Keys that the only provider has said in this watch, the newest last; with two providers, none. */
  own: Set<string>;
}

export interface Waiting {
  since: number;
  askedAt: number;
  isContradicted: boolean;
}

export const noWords = (): AwaitedWords => ({
  waiting: [],
  known: new Map(),
  asking: undefined,
  askAt: 0,
  vouched: new Set(),
  denied: new Set(),
  own: new Set(),
});

/** Blocks asked for at once; the rest follows. */
const BLOCKS_AT_ONCE = 64;
/** A provider that is behind, or has failed once, delays money this long at most. */
const PATIENCE_MS = 60_000;
/** So many failures in a row, and nobody waits for a provider. */
const GONE_AFTER_FAILURES = 2;

/**
 * The transfers of as many blocks as are asked for at once. Each block has its turn: many that are contradicted must not keep others from
 * being confirmed.
 */
export const nextToAsk = ({ waiting, known }: AwaitedWords): UnvouchedTransfer[] => {
  const askedAt = new Map<bigint, number>();
  for (const transfer of waiting) {
    const before = known.get(transferKey(transfer))?.askedAt ?? 0;
    askedAt.set(transfer.blockNumber, Math.min(before, askedAt.get(transfer.blockNumber) ?? before));
  }
  const inTurn = [...askedAt].sort(([a, aAt], [b, bAt]) => aAt - bAt || Number(a - b)).map(([number]) => number);
  const asked = new Set(inTurn.slice(0, BLOCKS_AT_ONCE));
  return waiting.filter(({ blockNumber }) => asked.has(blockNumber));
};

/** Asks every provider that is not known to be gone. Never throws: one that fails says nothing. */
export const askForWords = async (
  { chain, pool, scanner }: Pick<ReadDeps, 'chain' | 'pool' | 'scanner'>,
  transfers: readonly UnvouchedTransfer[],
): Promise<Words[]> => {
  const said = await pool.askAll(
    async (provider) => {
      const words = await wordsOf(chain, provider, scanner, transfers);
      pool.reportHead(provider.name, words.head);
      return words.words;
    },
    { isResponsiveOnly: true },
  );
  return said.map(({ provider, response }) => ({ provider, words: response }));
};

const wordsOf = async (
  chain: Chain,
  provider: RpcProvider,
  scanner: TransferScanner,
  transfers: readonly UnvouchedTransfer[],
): Promise<{ head: bigint; words: Map<string, Word> }> => {
  const numbers = [...new Set(transfers.map(({ blockNumber }) => blockNumber))];
  const tags = [
    ...new Set(transfers.flatMap(({ needs }) => needs.flatMap((need) => (need.kind === 'tag' ? [need.tag] : [])))),
  ];
  const [head, read, tagged] = await Promise.all([
    readHeader(provider, 'latest'),
    readHeaders(provider, numbers),
    tags.length > 0 ? readTags<SettledTag>(provider, tags) : {},
  ]);
  const headers = new Map(numbers.map((number, index) => [number, read[index] ?? null]));
  const heights = heightsOf(head.number, tagged);
  const hasBlock = ({ blockNumber, blockHash }: UnvouchedTransfer): boolean =>
    headers.get(blockNumber)?.hash === blockHash;
  const same = await saidAlike(provider, scanner, transfers.filter(hasBlock));
  const wordOn = (transfer: UnvouchedTransfer): Word => {
    if (!headers.get(transfer.blockNumber)) return 'later';
    if (!hasBlock(transfer) || !same.has(transferKey(transfer))) return 'no';
    return isConfirmed(transfer.needs, transfer.blockNumber, heights) ? 'yes' : 'later';
  };
  const words = new Map(transfers.map((transfer) => [transferKey(transfer), wordOn(transfer)]));
  const isContradicted = [...words.values()].includes('no');
  const final = isContradicted ? await finalBlock(chain, provider, head.number) : null;
  for (const transfer of transfers) {
    const key = transferKey(transfer);
    if (final !== null && words.get(key) === 'no' && transfer.blockNumber <= final) words.set(key, 'never');
  }
  return { head: head.number, words };
};

const finalBlock = async (chain: Chain, provider: RpcProvider, head: bigint): Promise<bigint> =>
  (await readTags(provider, ['finalized'])).finalized ?? head - finalityBlocks(chain);

/** A tag that a provider does not serve is one that it has no word on: its head counts for it. */
const heightsOf = (head: bigint, tags: Partial<Record<SettledTag, bigint | null>>): ChainHeights => ({
  head,
  safe: min(tags.safe ?? head, head),
  finalized: min(tags.finalized ?? head, head),
});

/** The keys of those transfers that the provider's logs have too; for one that they lack, its receipt decides: an index of logs may lag. */
const saidAlike = async (
  provider: RpcProvider,
  scanner: TransferScanner,
  transfers: readonly UnvouchedTransfer[],
): Promise<Set<string>> => {
  const hashes = [...new Set(transfers.map(({ blockHash }) => blockHash))];
  if (hashes.length === 0) return new Set();
  const keys = keysOf(scanner, (await scanner.readBlockLogs(provider, hashes)).flat());
  const missing = transfers.filter((transfer) => !keys.has(transferKey(transfer)));
  if (missing.length === 0) return keys;
  const receipts = await readReceipts(provider, [...new Set(missing.map(({ txHash }): Hex => txHash))]);
  return keys.union(
    keysOf(
      scanner,
      receipts.flatMap(({ logs }) => logs),
    ),
  );
};

const keysOf = (scanner: TransferScanner, logs: readonly Log[]): Set<string> =>
  new Set(logs.flatMap((log) => scanner.factsOf(log) ?? []).map((facts: TransferFacts) => transferKey(facts)));

/**
 * What becomes of a transfer. `no`: it is contradicted, and stays as it is.
 * @param failures of each provider of the pool, in a row, by name
 * @param waitedMs since it was asked for first
 */
export const verdictOf = (
  key: string,
  said: readonly Words[],
  failures: ReadonlyMap<string, number>,
  waitedMs: number,
): 'confirmed' | 'denied' | 'wait' | 'no' => {
  const words = new Map(said.map(({ provider, words: of }) => [provider, of.get(key)]));
  const count = (...wanted: Word[]): number =>
    [...words.values()].filter((word) => word !== undefined && wanted.includes(word)).length;
  if (count('yes') >= Math.min(2, failures.size)) return 'confirmed';
  if (count('never') === failures.size) return 'denied';
  if (count('no', 'never') > 0) return 'no';
  if (count('yes') === 0) return 'wait';
  const isGone = (provider: string): boolean =>
    !words.has(provider) && (failures.get(provider) ?? 0) >= GONE_AFTER_FAILURES;
  const isAlone = [...failures.keys()].every((provider) => words.get(provider) === 'yes' || isGone(provider));
  return isAlone || waitedMs > PATIENCE_MS ? 'confirmed' : 'wait';
};
