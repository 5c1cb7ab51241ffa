// A chain in memory whose headers prove themselves, and providers of it that can lie.
import type { LogFilter } from '#chain/block-reader.ts';
import { hashOfHeader } from '#chain/header-proof.ts';
import { bloomOfLogs } from '#chain/logs-bloom.ts';
import { RpcError } from '#chain/rpc-errors.ts';
import type { RpcProvider } from '#chain/rpc-provider.ts';
import { abiWord } from '#domain/abi.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import type { BlockPoint, BlockRef } from '#domain/observed-blocks.ts';

/** Where the payments go. */
export const DEPOSIT: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

const CHAIN = chainById(8453);
const [TOKEN] = CHAIN.tokens;
if (!TOKEN) throw new Error('no token');
const TOKEN_ADDRESS = TOKEN.address.toLowerCase() as Hex;
const hex = (value: number): Hex => `0x${value.toString(16)}`;
const zeros = (bytes: number): Hex => `0x${'00'.repeat(bytes)}`;

type RawHeader = Record<string, unknown> & { number: Hex; hash: Hex; parentHash: Hex };
type RawLog = Record<string, unknown> & { blockHash: Hex; logIndex: Hex };

export interface MadeUpChain {
  config: typeof CHAIN;
  /** The block with the tag, which is the head's number at most. */
  finalized: number;
  headers: readonly RawHeader[];
  logs: readonly (readonly RawLog[])[];
  grow(blocks: number): void;
  point(number: number): BlockPoint;
  ref(number: number): BlockRef;
}

interface ChainOptions {
  last: number;
  finalized: number;
  /** Payments by block. */
  paid: ReadonlyMap<number, number>;
  /** False: headers have hashes of a rule that nobody here knows. */
  isProvable: boolean;
}

export const madeUpChain = ({ last, finalized, paid, isProvable }: ChainOptions): MadeUpChain => {
  const headers: RawHeader[] = [];
  const logs: RawLog[][] = [];
  const add = (number: number): void => {
    const unhashed = Array.from({ length: paid.get(number) ?? 0 }, (_, index) => ({
      address: TOKEN_ADDRESS,
      topics: [TRANSFER_TOPIC, topicOfAddress(TOKEN_ADDRESS), topicOfAddress(DEPOSIT)],
      data: `0x${abiWord(1_000_000)}`,
      blockNumber: hex(number),
      transactionHash: `0x${abiWord(number * 10 + index + 1)}`,
      logIndex: hex(index),
    }));
    const fields = {
      parentHash: headers.at(-1)?.hash ?? zeros(32),
      ...{ sha3Uncles: zeros(32), stateRoot: zeros(32), transactionsRoot: zeros(32), receiptsRoot: zeros(32) },
      ...{ mixHash: zeros(32), miner: zeros(20), nonce: zeros(8), extraData: '0x' },
      logsBloom: `0x${Buffer.from(bloomOfLogs(unhashed)).toString('hex')}`,
      ...{ difficulty: '0x0', gasLimit: '0x1c9c380', gasUsed: '0x0' },
      number: hex(number),
      timestamp: hex(1_700_000_000 + number * CHAIN.blockSeconds),
    };
    const hash = hashOfHeader(isProvable ? fields : { ...fields, extraData: '0x01' });
    headers.push({ ...fields, hash } as RawHeader);
    logs.push(unhashed.map((log) => ({ ...log, blockHash: hash })));
  };
  for (let number = 0; number <= last; number += 1) add(number);
  const headerAt = (number: number): RawHeader => {
    const header = headers[number];
    if (!header) throw new RangeError(`no block ${number}`);
    return header;
  };
  const ref = (number: number): BlockRef => {
    const { hash, parentHash, timestamp } = headerAt(number);
    return { number: BigInt(number), hash, parentHash, time: Number(timestamp) * 1000 };
  };
  return {
    config: CHAIN,
    finalized,
    headers,
    logs,
    grow(blocks) {
      for (let left = blocks; left > 0; left -= 1) add(headers.length);
      this.finalized = headers.length - 1;
    },
    point: ref,
    ref,
  };
};

/** How a provider differs from the chain. */
export interface Lies {
  logs?: (logs: readonly RawLog[]) => readonly RawLog[];
  /** The logs of a transaction's receipt; without any, there is no receipt. */
  receipts?: (logs: readonly RawLog[]) => readonly RawLog[];
  header?: (header: RawHeader) => RawHeader;
  /** For a method, with the number of its calls so far. */
  isDown?: boolean | ((method: string, calls: number) => boolean);
}

export interface MadeUpProvider extends RpcProvider {
  lie: Lies;
  /** By method. */
  calls: Record<string, number>;
}

export const providerOf = (chain: MadeUpChain, name: string, lie: Lies): MadeUpProvider => {
  const calls: Record<string, number> = {};
  const numberOf = (value: unknown): number => {
    if (value === 'latest') return chain.headers.length - 1;
    return value === 'finalized' || value === 'safe' ? chain.finalized : Number(value);
  };
  const logsOf = ({ blockHash, fromBlock, toBlock }: LogFilter & Record<string, unknown>): readonly RawLog[] =>
    blockHash === undefined
      ? chain.logs.slice(numberOf(fromBlock), numberOf(toBlock) + 1).flat()
      : chain.logs.flat().filter((log) => log.blockHash === blockHash);
  const responseTo = (method: string, params: readonly unknown[]): unknown => {
    calls[method] = (calls[method] ?? 0) + 1;
    const { isDown = false, logs = (all) => all, receipts = (all) => all, header = (one) => one } = provider.lie;
    if (typeof isDown === 'function' ? isDown(method, calls[method]) : isDown) {
      throw new RpcError('rpc_unreachable', name, 'not reachable');
    }
    if (method === 'eth_chainId') return hex(chain.config.id);
    if (method === 'eth_getLogs') return logs(logsOf(params[0] as never));
    if (method === 'eth_getTransactionReceipt') {
      const inIt = receipts(chain.logs.flat().filter(({ transactionHash }) => transactionHash === params[0]));
      const number = inIt[0]?.blockNumber;
      return number
        ? { transactionHash: params[0], blockNumber: number, gasUsed: '0x1', status: '0x1', logs: inIt }
        : null;
    }
    if (method !== 'eth_getBlockByNumber') throw new Error(`the made-up chain has no ${method}`);
    const asked = chain.headers[numberOf(params[0])];
    return asked ? header(asked) : null;
  };
  const provider: MadeUpProvider = {
    name,
    lie,
    calls,
    call: async (method, params) => responseTo(method, params),
    batch: async (asked) => asked.map(({ method, params }) => responseTo(method, params)),
    close: async () => {},
  };
  return provider;
};
