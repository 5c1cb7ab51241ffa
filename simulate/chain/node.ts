// A node of a simulated chain, behind the interface that the RPC pool uses. It responds as a node does, or lies in one of the ways
// that docs/reliability.md section 2 lists.
import { Transaction } from 'ethers';
import { RpcError } from '#chain/rpc-errors.ts';
import type { RpcProvider } from '#chain/rpc-provider.ts';
import { abiWord, addressFromWord } from '#domain/abi.ts';
import type { Address, Hex } from '#domain/address.ts';
import { DECIMALS_CALLDATA, SYMBOL_CALLDATA } from '#domain/erc20.ts';
import type { MinedTx, SimBlock, SimChain } from './chain.ts';
import { balanceOf, runCalldata } from './contracts.ts';

export const LIES = [
  'empty_logs',
  'partial_logs',
  'behind',
  'duplicates',
  'shuffled',
  'removed',
  'truncated',
  'rate_limited',
  'unreachable',
  'wrong_chain',
  'no_tags',
] as const;
/** `larger_amounts`, in logs and receipts: not drawn by seeds, which would change all histories, and part of kept ones. */
export type Lie = (typeof LIES)[number] | 'larger_amounts';

export interface SimNode extends RpcProvider {
  lie(lie: Lie | null): void;
}

interface Filter {
  address?: readonly string[] | string;
  topics?: readonly (string | readonly string[] | null)[];
  blockHash?: string;
  fromBlock?: string;
  toBlock?: string;
}

const hex = (value: number | bigint): Hex => `0x${value.toString(16)}`;
const BEHIND_BLOCKS = 3;

const matches = ({ address, topics }: Filter, log: { address: string; topics: readonly string[] }): boolean => {
  const addresses = address === undefined ? null : [address].flat().map((one) => one.toLowerCase());
  if (addresses && !addresses.includes(log.address)) return false;
  return (topics ?? []).every((wanted, index) => wanted === null || [wanted].flat().includes(log.topics[index] ?? ''));
};

const logsOf = (block: SimBlock, { tx, logs, firstLog }: MinedTx) =>
  logs.map((log, index) => ({
    ...log,
    blockNumber: hex(block.number),
    blockHash: block.hash,
    transactionHash: tx.hash,
    logIndex: hex(firstLog + index),
    removed: false,
  }));

const largerAmounts = <Log extends { data: string }>(logs: readonly Log[]): Log[] =>
  logs.map((log) => ({ ...log, data: `0x${abiWord(BigInt(log.data) * 2n)}` }));

const receiptOf = (block: SimBlock, mined: MinedTx) => ({
  transactionHash: mined.tx.hash,
  blockNumber: hex(block.number),
  status: mined.reverted ? '0x0' : '0x1',
  gasUsed: hex(90_000),
  effectiveGasPrice: hex(1_001_000_000),
  logs: logsOf(block, mined),
});

/** A text as a contract returns it. */
const textResult = (text: string): Hex =>
  `0x${abiWord(32)}${abiWord(text.length)}${Buffer.from(text).toString('hex').padEnd(64, '0')}`;

export const createNode = (sim: SimChain, name: string): SimNode => {
  let lie: Lie | null = null;
  const fail = (code: 'rpc_refused' | 'rpc_rate_limited' | 'rpc_unreachable', message: string): RpcError =>
    new RpcError(code, name, message);
  const height = (): number => Math.max(sim.head().number - (lie === 'behind' ? BEHIND_BLOCKS : 0), 0);
  const at = (number: number): SimBlock | undefined => (number <= height() ? sim.blocks[number] : undefined);

  const byTag = (tag: string): SimBlock | undefined => {
    if (tag === 'latest') return at(height());
    if (tag.startsWith('0x')) return at(Number(tag));
    if (lie === 'no_tags') return undefined;
    return at(Math.max(height() - (tag === 'safe' ? sim.lag.safe : sim.lag.finalized), 0));
  };

  /** Of a call: a tag, a number, or a hash (EIP-1898). */
  const blockOf = (tag: unknown): SimBlock | undefined => {
    if (typeof tag === 'string') return byTag(tag);
    const { blockHash } = (tag ?? {}) as { blockHash?: string };
    if (blockHash === undefined) return undefined;
    const block = sim.blocks.find(({ hash, number }) => hash === blockHash && number <= height());
    if (!block) throw fail('rpc_refused', 'unknown block');
    return block;
  };

  const logsIn = (filter: Filter) => {
    const blocks = filter.blockHash
      ? sim.blocks.filter(({ hash, number }) => hash === filter.blockHash && number <= height())
      : sim.blocks.slice(Number(filter.fromBlock), Math.min(Number(filter.toBlock), height()) + 1);
    if (filter.blockHash && blocks.length === 0) throw fail('rpc_refused', 'unknown block');
    const logs = blocks.flatMap((block) => block.txs.flatMap((mined) => logsOf(block, mined)));
    const found = logs.filter((log) => matches(filter, log));
    if (lie === 'empty_logs') return [];
    // A node that drops some logs of a block, which the block's filter cannot tell. Only the first pass reads by hash.
    if (lie === 'partial_logs' && filter.blockHash) return found.slice(0, Math.max(1, found.length - 1));
    if (lie === 'duplicates') return [...found, ...found];
    if (lie === 'shuffled') return [...found].reverse();
    if (lie === 'removed') return found.map((log) => ({ ...log, removed: true }));
    if (lie === 'larger_amounts') return largerAmounts(found);
    if (lie === 'truncated') return found.map(({ data: _, ...log }) => log);
    return found;
  };

  const respond = (method: string, params: readonly unknown[]): unknown => {
    const first = params[0] as string;
    const state = (block: SimBlock | undefined = at(height())) => (block ?? sim.head()).state;
    switch (method) {
      case 'eth_chainId':
        return hex(lie === 'wrong_chain' ? sim.chain.id + 1 : sim.chain.id);
      case 'eth_blockNumber':
        return hex(height());
      case 'eth_getBlockByNumber': {
        const block = byTag(first);
        return block ? block.header : null;
      }
      case 'eth_getLogs':
        return logsIn(params[0] as Filter);
      case 'eth_getBlockReceipts': {
        const block = sim.blocks.find(({ hash }) => hash === first);
        return block ? block.txs.map((mined) => receiptOf(block, mined)) : null;
      }
      case 'eth_getTransactionReceipt': {
        const found = sim.find(first as Hex);
        if (!found || found.block.number > height()) return null;
        const receipt = receiptOf(found.block, found.mined);
        return lie === 'larger_amounts' ? { ...receipt, logs: largerAmounts(receipt.logs) } : receipt;
      }
      case 'eth_getTransactionByHash':
        return sim.find(first as Hex) || sim.pending().some(({ hash }) => hash === first) ? { hash: first } : null;
      case 'eth_getTransactionCount':
        return hex(state().nonces.get(first.toLowerCase()) ?? 0);
      case 'eth_getBalance':
        return hex(10n ** 20n);
      case 'eth_maxPriorityFeePerGas':
        return hex(1_000_000);
      case 'eth_estimateGas':
        return hex(200_000);
      case 'eth_call': {
        const { to, data } = params[0] as { to: Address; data: Hex };
        const token = sim.chain.tokens.find(({ address }) => address.toLowerCase() === to.toLowerCase());
        if (!token) return '0x';
        if (data.startsWith(DECIMALS_CALLDATA)) return `0x${abiWord(token.decimals)}`;
        if (data.startsWith(SYMBOL_CALLDATA)) return textResult(token.name);
        return `0x${abiWord(balanceOf(state(blockOf(params[1])), to, addressFromWord(data.slice(-40))))}`;
      }
      case 'eth_sendRawTransaction':
        return sendRaw(first as Hex);
      default:
        throw fail('rpc_refused', `${method} is not simulated`);
    }
  };

  const sendRaw = (rawTx: Hex): Hex => {
    const { hash, from, nonce, to, data } = Transaction.from(rawTx);
    if (!hash || !from || !to) throw fail('rpc_refused', 'not a signed transaction');
    const account = from.toLowerCase();
    if (sim.find(hash as Hex) || sim.pending().some((tx) => tx.hash === hash))
      throw fail('rpc_refused', 'already known');
    if (nonce < (sim.head().state.nonces.get(account) ?? 0)) throw fail('rpc_refused', 'nonce too low');
    sim.submit({
      hash: hash as Hex,
      nonce: { account, value: nonce },
      run: (state) => runCalldata(state, to as Address, data as Hex),
    });
    return hash as Hex;
  };

  const call = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (lie === 'rate_limited') throw fail('rpc_rate_limited', 'too many requests (429)');
    if (lie === 'unreachable') throw fail('rpc_unreachable', 'not reachable');
    return respond(method, params);
  };
  return {
    name,
    lie(kind) {
      lie = kind;
    },
    call,
    batch: (calls) =>
      Promise.all(
        calls.map(({ method, params }) =>
          call(method, params).catch((error: unknown) => {
            if (error instanceof RpcError && error.code === 'rpc_refused') return error;
            throw error;
          }),
        ),
      ),
    close: async () => {},
  };
};
