// Reads of one chain at one block, in batches. Calls name the block by its hash (EIP-1898). Where a provider rejects that, they name it
// by number, between two reads of the block's hash. Logs are read by number between the same two reads.
import { setTimeout as delay } from 'node:timers/promises';
import type { Address, Hex } from '#domain/address.ts';
import { balanceFromResult, balanceOfCalldata } from '#domain/erc20.ts';
import type { BaseUnits } from '#domain/money.ts';
import { hexNumber, type Log, type LogFilter, parseLogs, readLogsInRange } from './block-reader.ts';
import { isRpcError, malformed, RpcError } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';
import type { RpcCall, RpcProvider } from './rpc-provider.ts';

/** The block is no longer a block of the chain: everything must be read again at another one. */
export class BlockReplacedError extends Error {
  override name = 'BlockReplacedError';
}

export interface PinnedBlock {
  number: bigint;
  hash: Hex;
}

export interface PinnedReads {
  readonly block: PinnedBlock;
  /** `balanceOf`, in the order given; null where the token did not return a number. */
  balances(of: readonly { token: Address; owner: Address }[]): Promise<(BaseUnits | null)[]>;
  /** The logs of each filter in its block. */
  logsInBlocks(filters: readonly (LogFilter & { blockNumber: bigint })[]): Promise<Log[]>;
  /** The logs of a filter from a block to the chain's head. */
  logsSince(from: bigint, filter: LogFilter): Promise<Log[]>;
  /** The logs of transactions; empty for one that the chain does not have, or that failed. */
  logsOfTransactions(hashes: readonly Hex[]): Promise<Map<Hex, Log[]>>;
}

/** Calls in one use of a provider, and the blocks of one call for logs: providers commonly allow 10,000. */
const CALLS = 1_000;
const WINDOW = 10_000n;
const WINDOWS = 20;
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;

export const pinnedReads = (pool: RpcPool, block: PinnedBlock): PinnedReads => {
  const guard: RpcCall = { method: 'eth_getBlockByNumber', params: [hexNumber(block.number), false] };
  const requireBlock = (provider: RpcProvider, response: unknown): void => {
    if (isRpcError(response)) throw response;
    if (response === null) throw new RpcError('rpc_lagging', provider.name, `does not have block ${block.number}`);
    const { hash } = response as { hash?: unknown };
    if (typeof hash === 'string' && hash.toLowerCase() === block.hash) return;
    throw new BlockReplacedError(`Block ${block.number} of chain ${pool.chainId} is no longer ${block.hash}`);
  };
  const guarded = async (provider: RpcProvider, calls: readonly RpcCall[]): Promise<unknown[]> => {
    const [before, ...rest] = await provider.batch([guard, ...calls, guard]);
    requireBlock(provider, before);
    requireBlock(provider, rest.pop());
    return rest;
  };
  const ethCalls = async (provider: RpcProvider, calls: readonly { to: Address; data: Hex }[]): Promise<unknown[]> => {
    const at = (tag: unknown): RpcCall[] => calls.map((call) => ({ method: 'eth_call', params: [call, tag] }));
    const results = await provider.batch(at({ blockHash: block.hash, requireCanonical: true }));
    const isRejected = results.some((result) => isRpcError(result) && result.code !== 'rpc_reverted');
    return isRejected ? await guarded(provider, at(hexNumber(block.number))) : results;
  };
  /** `work` for each slice of the items, each with the best provider at that moment. */
  const inSlices = async <Item, Result>(
    items: readonly Item[],
    size: number,
    work: (provider: RpcProvider, slice: readonly Item[]) => Promise<Result[]>,
  ): Promise<Result[]> => {
    const results: Result[] = [];
    for (let start = 0; start < items.length; start += size) {
      const slice = items.slice(start, start + size);
      results.push(...(await withRetries(() => pool.use((provider) => work(provider, slice)))));
    }
    return results;
  };

  return {
    block,
    balances: (of) =>
      inSlices(of, CALLS, async (provider, slice) => {
        const calls = slice.map(({ token, owner }) => ({ to: token, data: balanceOfCalldata(owner) }));
        return (await ethCalls(provider, calls)).map((result) => {
          if (isRpcError(result) && result.code !== 'rpc_reverted') throw result;
          return balanceFromResult(result) ?? null;
        });
      }),
    logsInBlocks: (filters) =>
      inSlices(filters, CALLS, async (provider, slice) => {
        const calls = slice.map(({ blockNumber, ...filter }) => {
          const number = hexNumber(blockNumber);
          return { method: 'eth_getLogs', params: [{ fromBlock: number, toBlock: number, ...filter }] };
        });
        return (await guarded(provider, calls)).flatMap((result) => logsOf(provider, result));
      }),
    async logsSince(from, filter) {
      const head = await withRetries(() =>
        pool.use(async (provider) => {
          const response = await provider.call('eth_blockNumber', []);
          if (typeof response !== 'string') throw malformed(provider.name, 'eth_blockNumber: not a number');
          return BigInt(response);
        }),
      );
      const windows: [bigint, bigint][] = [];
      for (let start = from; start <= head; start += WINDOW)
        windows.push([start, start + WINDOW - 1n < head ? start + WINDOW - 1n : head]);
      return await inSlices(windows, WINDOWS, async (provider, slice) => {
        const calls = slice.map(([first, last]) => ({
          method: 'eth_getLogs',
          params: [{ fromBlock: hexNumber(first), toBlock: hexNumber(last), ...filter }],
        }));
        const results = await guarded(provider, calls);
        const logs: Log[] = [];
        for (const [index, result] of results.entries()) {
          const [first, last] = slice[index] ?? [0n, 0n];
          // Too much for one response: halved until the provider accepts it.
          if (isRpcError(result)) logs.push(...(await readLogsInRange(provider, first, last, filter)));
          else logs.push(...logsOf(provider, result));
        }
        await guarded(provider, []);
        return logs;
      });
    },
    async logsOfTransactions(hashes) {
      const entries = await inSlices(hashes, CALLS, async (provider, slice) => {
        const calls = slice.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] }));
        const receipts = await guarded(provider, calls);
        return receipts.map((receipt, index): [Hex, Log[]] => {
          if (isRpcError(receipt)) throw receipt;
          const logs = receipt === null ? [] : parseLogs(provider.name, (receipt as { logs?: unknown }).logs);
          return [slice[index] ?? '0x', logs];
        });
      });
      return new Map(entries);
    },
  };
};

const logsOf = (provider: RpcProvider, result: unknown): Log[] => {
  if (isRpcError(result)) throw result;
  return parseLogs(provider.name, result);
};

/** A provider that limits its rate, or is away for a moment, must not end a run of minutes. */
const withRetries = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRpcError(error) || !error.retryable || attempt === ATTEMPTS) throw error;
      await delay(Math.max(error.retryAfterMs ?? 0, FIRST_WAIT_MS * 2 ** (attempt - 1)));
    }
  }
};
