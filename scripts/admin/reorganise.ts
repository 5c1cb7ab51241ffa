// A reorganisation on a local chain (anvil): the newest blocks are replaced by empty ones of the same height.
import { UserError } from '#domain/errors.ts';
import { type RpcBlock, rpcCall } from '../lib/stack/json-rpc.ts';

export interface Reorganisation {
  /** The first and the last block that were replaced. */
  fromBlock: number;
  toBlock: number;
  /** Transactions of the old blocks; anvil does not bring them back (docs/chains.md section 3). */
  dropped: string[];
}

/** Throws UserError when the chain does not answer, is too short, or refuses (deeper than the states it keeps). */
export const reorganise = async (rpcUrl: string, depth: number): Promise<Reorganisation> => {
  if (depth < 1 || depth > 256) throw new UserError('bad_depth', '--depth: must be from 1 to 256 blocks');
  const call = async <T>(method: string, params: readonly unknown[] = []): Promise<T> => {
    try {
      return await rpcCall<T>(rpcUrl, method, params);
    } catch (cause) {
      throw new UserError('chain_refused', `the chain does not do it: ${(cause as Error).message}`, { cause });
    }
  };
  const blockAt = (number: number): Promise<RpcBlock | null> =>
    call('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);

  const head = Number(await call<string>('eth_blockNumber'));
  if (depth > head) throw new UserError('bad_depth', `--depth: the chain has ${head} blocks only`);
  const before: RpcBlock[] = [];
  for (let number = head - depth + 1; number <= head; number += 1) {
    const block = await blockAt(number);
    if (block) before.push(block);
  }
  await call('anvil_reorg', [depth, []]);
  // A block may have been mined between the two: only what has another hash now was replaced.
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
