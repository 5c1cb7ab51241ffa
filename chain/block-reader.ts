// Typed reads of headers, logs and receipts from one provider. Validates every response, so that callers get numbers and not raw
// JSON.

import type { Hex } from '#domain/address.ts';
import { type Wei, weiOf } from '#domain/money.ts';
import type { BlockRef } from '#domain/observed-blocks.ts';
import { isProvenHeader } from './header-proof.ts';
import { malformed, providerLies, RpcError } from './rpc-errors.ts';
import { inBatches, type RpcProvider } from './rpc-provider.ts';

export interface Header extends BlockRef {
  logsBloom: Uint8Array;
  /** Null on chains without EIP-1559. */
  baseFeePerGas: Wei | null;
  /** The hash is that of the header's fields (header-proof.ts). False where that was not computed. */
  isProven: boolean;
}

export interface Log {
  address: Hex;
  topics: readonly Hex[];
  data: Hex;
  blockNumber: bigint;
  blockHash: Hex;
  txHash: Hex;
  logIndex: number;
}

/** Blocks that the chain itself says are unlikely, or unable, to change. */
export type SettledTag = 'safe' | 'finalized';
export type BlockTag = 'latest' | SettledTag;

export interface LogFilter {
  address: readonly Hex[] | Hex;
  /** By position; a list means any of them. */
  topics: readonly (Hex | readonly Hex[] | null)[];
}

export const hexNumber = (value: bigint | number): Hex => `0x${value.toString(16)}`;

const HEX = /^0x[0-9a-f]*$/i;
const BLOOM_BYTES = 256;
/** As most nodes write it. */
const LOWER_HEX = /^0x[0-9a-f]*$/;

export const quantity = (provider: string, value: unknown, what: string): bigint => {
  if (typeof value !== 'string' || value.length < 3 || !HEX.test(value))
    throw malformed(provider, `${what} is not a number`);
  return BigInt(value);
};

const bytes = (provider: string, value: unknown, length: number | null, what: string): Hex => {
  const fits = typeof value === 'string' && (length === null || value.length === 2 + 2 * length);
  if (fits && LOWER_HEX.test(value)) return value as Hex;
  if (!fits || !HEX.test(value)) throw malformed(provider, `${what} is not ${length ?? 'hex'} bytes`);
  return value.toLowerCase() as Hex;
};

const bloomFrom = (provider: string, value: unknown): Uint8Array => {
  const isHex = typeof value === 'string' && value.startsWith('0x') && value.length === 2 + 2 * BLOOM_BYTES;
  // Ends at the first character that is not a digit.
  const bloom = isHex ? Buffer.from(value.slice(2), 'hex') : undefined;
  if (bloom?.length !== BLOOM_BYTES) throw malformed(provider, `logsBloom is not ${BLOOM_BYTES} bytes`);
  return bloom;
};

/** @param prove whether to compute the header's hash */
export const parseHeader = (provider: string, value: unknown, prove: boolean): Header => {
  if (typeof value !== 'object' || value === null) throw malformed(provider, 'a block is not an object');
  const block = value as Record<string, unknown>;
  return {
    number: quantity(provider, block.number, 'block number'),
    hash: bytes(provider, block.hash, 32, 'block hash'),
    parentHash: bytes(provider, block.parentHash, 32, 'parent hash'),
    time: Number(quantity(provider, block.timestamp, 'timestamp')) * 1000,
    logsBloom: bloomFrom(provider, block.logsBloom),
    baseFeePerGas: block.baseFeePerGas == null ? null : weiOf(quantity(provider, block.baseFeePerGas, 'base fee')),
    isProven: prove && isProvenHeader(block),
  };
};

export const parseLogs = (provider: string, value: unknown): Log[] => {
  if (!Array.isArray(value)) throw malformed(provider, 'logs are not a list');
  return value.map((entry: Record<string, unknown>) => {
    if (entry.removed === true) throw providerLies(provider, 'a log of a requested block is marked as removed');
    if (!Array.isArray(entry.topics)) throw malformed(provider, 'a log has no topics');
    return {
      address: bytes(provider, entry.address, 20, 'log address'),
      topics: entry.topics.map((topic) => bytes(provider, topic, 32, 'topic')),
      data: bytes(provider, entry.data, null, 'log data'),
      blockNumber: quantity(provider, entry.blockNumber, 'log block number'),
      blockHash: bytes(provider, entry.blockHash, 32, 'log block hash'),
      txHash: bytes(provider, entry.transactionHash, 32, 'log transaction hash'),
      logIndex: Number(quantity(provider, entry.logIndex, 'log index')),
    };
  });
};

export const readHeader = async (provider: RpcProvider, tag: BlockTag): Promise<Header> =>
  parseHeader(provider.name, await provider.call('eth_getBlockByNumber', [tag, false]), tag === 'latest');

/** The block number of each tag, one call each; null when the provider does not serve it. */
export const readTags = async <Tag extends SettledTag>(
  provider: RpcProvider,
  tags: readonly Tag[],
): Promise<Record<Tag, bigint | null>> => {
  const responses = await provider.batch(tags.map((tag) => ({ method: 'eth_getBlockByNumber', params: [tag, false] })));
  const numbers = responses.map((response) =>
    response === null || response instanceof RpcError ? null : parseHeader(provider.name, response, false).number,
  );
  return Object.fromEntries(tags.map((tag, index) => [tag, numbers[index] ?? null])) as Record<Tag, bigint | null>;
};

/**
 * Headers by number, in the order requested; null for a number that the provider does not have.
 * @param prove whether their hashes are computed
 */
export const readHeaders = (
  provider: RpcProvider,
  numbers: readonly bigint[],
  prove = false,
): Promise<(Header | null)[]> =>
  // What a node sends is many times a header's size, so each batch is parsed when it arrives.
  inBatches(numbers, async (slice) => {
    const responses = await provider.batch(
      slice.map((number) => ({ method: 'eth_getBlockByNumber', params: [hexNumber(number), false] })),
    );
    return responses.map((response, index) => {
      if (response instanceof RpcError) throw response;
      if (response === null) return null;
      const header = parseHeader(provider.name, response, prove);
      if (header.number !== slice[index]) {
        throw providerLies(provider.name, `returned block ${header.number} for block ${slice[index]}`);
      }
      return header;
    });
  });

/** The logs of each block, requested by hash: a node that does not know the block returns an error, not an empty list. */
export const readLogsByHash = async (
  provider: RpcProvider,
  hashes: readonly Hex[],
  filter: LogFilter,
): Promise<Log[][]> => {
  const responses = await provider.batch(
    hashes.map((blockHash) => ({ method: 'eth_getLogs', params: [{ blockHash, ...filter }] })),
  );
  return responses.map((response, index) => {
    if (response instanceof RpcError) throw response;
    const logs = parseLogs(provider.name, response);
    if (logs.some(({ blockHash }) => blockHash !== hashes[index])) {
      throw providerLies(provider.name, 'returned logs of another block');
    }
    return logs;
  });
};

/** The logs of a range, which is halved each time that the provider rejects it. */
export const readLogsInRange = async (
  provider: RpcProvider,
  from: bigint,
  to: bigint,
  filter: LogFilter,
): Promise<Log[]> => {
  try {
    const params = [{ fromBlock: hexNumber(from), toBlock: hexNumber(to), ...filter }];
    const logs = parseLogs(provider.name, await provider.call('eth_getLogs', params));
    if (logs.some(({ blockNumber }) => blockNumber < from || blockNumber > to)) {
      throw providerLies(provider.name, 'returned logs outside the range');
    }
    return logs;
  } catch (error) {
    const tooMuch =
      error instanceof RpcError && ['rpc_refused', 'rpc_malformed', 'rpc_unreachable'].includes(error.code);
    if (!tooMuch || from === to) throw error;
    const middle = (from + to) / 2n;
    const lower = await readLogsInRange(provider, from, middle, filter);
    return [...lower, ...(await readLogsInRange(provider, middle + 1n, to, filter))];
  }
};

/** All logs of a block by its receipts. */
export const readReceiptLogs = async (provider: RpcProvider, blockHash: Hex): Promise<Log[]> => {
  const receipts = await provider.call('eth_getBlockReceipts', [blockHash]);
  if (!Array.isArray(receipts)) throw malformed(provider.name, 'receipts are not a list');
  return receipts.flatMap((receipt: { logs?: unknown }) => parseLogs(provider.name, receipt.logs));
};
