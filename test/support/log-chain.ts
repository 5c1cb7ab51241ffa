// A double of a chain that has logs and nothing else: one block for each second, until a minute from now.
import type { RpcPool } from '#chain/rpc-pool.ts';
import { abiWord } from '#domain/abi.ts';
import type { Address, Hex } from '#domain/address.ts';
import { randomHash } from './intents.ts';

/** The head's number. */
export const HEAD = 100_000;

export interface LogChain {
  pool: RpcPool;
  /** @param words of the data: numbers, addresses or 32 bytes. @returns the transaction's hash */
  addLog(address: Address, topics: readonly Hex[], words: readonly (bigint | Address | Hex)[], block: number): Hex;
}

const hex = (value: number): Hex => `0x${value.toString(16)}`;
const isIn = (wanted: unknown, value: string): boolean =>
  wanted == null || [wanted].flat().some((one) => String(one).toLowerCase() === value.toLowerCase());
type Filter = { fromBlock: Hex; toBlock: Hex; address: unknown; topics: unknown[] };

export const createLogChain = (): LogChain => {
  const began = Math.floor(Date.now() / 1000) + 60 - HEAD;
  const logs: Record<string, unknown>[] = [];

  const blockAt = (number: number) => ({
    number: hex(number),
    timestamp: hex(began + number),
    hash: `0x${abiWord(number)}`,
    parentHash: `0x${abiWord(Math.max(number - 1, 0))}`,
    logsBloom: `0x${'00'.repeat(256)}`,
  });
  const call = async (method: string, [first]: readonly unknown[]): Promise<unknown> => {
    if (method === 'eth_getBlockByNumber') return blockAt(first === 'latest' ? HEAD : Number(first));
    const { fromBlock, toBlock, address, topics } = first as Filter;
    return logs.filter(
      (log) =>
        Number(log.blockNumber) >= Number(fromBlock) &&
        Number(log.blockNumber) <= Number(toBlock) &&
        isIn(address, String(log.address)) &&
        topics.every((topic, index) => isIn(topic, (log.topics as string[])[index] ?? '')),
    );
  };
  const provider = {
    name: 'double',
    call,
    batch: async (calls: { method: string; params: readonly unknown[] }[]) =>
      await Promise.all(calls.map(({ method, params }) => call(method, params))),
  };

  return {
    pool: { use: async (work: (one: typeof provider) => unknown) => await work(provider) } as unknown as RpcPool,
    addLog(address, topics, words, block) {
      const transactionHash = randomHash();
      const data = words.map((word) =>
        typeof word === 'string' && word.length === 66 ? word.slice(2) : abiWord(word as bigint),
      );
      logs.push({
        ...{ address, topics, data: `0x${data.join('')}`, transactionHash, logIndex: '0x0' },
        ...{ blockNumber: hex(block), blockHash: `0x${abiWord(block)}` },
      });
      return transactionHash;
    },
  };
};
