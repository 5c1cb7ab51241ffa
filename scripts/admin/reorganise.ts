// A reorganisation on a local chain (anvil): the newest blocks are replaced by empty ones of the same height.
import { UserError } from '#domain/errors.ts';
import { type RpcBlock, rpcCall } from '../lib/stack/json-rpc.ts';

export interface Reorganisation {
  /** First and last replaced block. */
  fromBlock: number;
  toBlock: number;
  /** Transactions of the replaced blocks; anvil does not mine them again (docs/chains.md section 3). */
  dropped: string[];
}

/** Throws UserError when the chain does not respond, is too short, or rejects the depth. */
export const reorganise = async (rpcUrl: string, depth: number): Promise<Reorganisation> => {
  if (depth < 1 || depth > 256) throw new UserError('bad_depth', '--depth: must be from 1 to 256 blocks');
  const call = async <T>(method: string, params: readonly unknown[] = []): Promise<T> => {
    try {
      return await rpcCall<T>(rpcUrl, method, params);
    } catch (cause) {
      throw new UserError('chain_refused', `the chain rejected the reorganisation: ${(cause as Error).message}`, {
        cause,
      });
    }
  };
  const blockAt = (number: number): Promise<RpcBlock | null> =>
    call('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);

  const head = Number(await call<string>('eth_blockNumber'));
  if (depth > head) throw new UserError('bad_depth', `--depth: the chain has only ${head} blocks`);
  const before: RpcBlock[] = [];
  for (let number = head - depth + 1; number <= head; number += 1) {
    const block = await blockAt(number);
    if (block) before.push(block);
  }
  // A block that anvil mines at the same moment can leave a gap: the heights of the replaced blocks have no blocks then, for ever.
  const interval = await call<number | null>('anvil_getIntervalMining');
  if (interval) await call('evm_setIntervalMining', [0]);
  try {
    await call('anvil_reorg', [depth, []]);
  } finally {
    if (interval) await call('evm_setIntervalMining', [interval]);
  }
  // Blocks can have been mined before that: only blocks whose hash differs were replaced.
  const replaced: RpcBlock[] = [];
  for (const block of before) {
    if ((await blockAt(Number(block.number)))?.hash !== block.hash) replaced.push(block);
  }
  return {
    fromBlock: Number(replaced[0]?.number ?? head),
    toBlock: Number(replaced.at(-1)?.number ?? head),
    dropped: replaced.flatMap(({ transactions }) => transactions as string[]),
  };
};
