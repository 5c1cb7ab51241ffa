// A reorganisation on a local chain (anvil): the newest blocks are replaced by ones of the same height.
import { UserError } from '#domain/errors.ts';
import { whileHeld } from './hold-mining.ts';
import { localCall } from './local-transfer.ts';

export interface Reorganisation {
  /** First and last replaced block. */
  fromBlock: number;
  toBlock: number;
  /** Transactions that left the chain; anvil does not mine them again (docs/chains.md section 3). */
  dropped: string[];
}

/** Replacing the blocks again fills a gap. */
const ATTEMPTS = 5;

interface Block {
  number: string;
  hash: string;
  transactions: string[];
}

/**
 * Replaces `depth` blocks by empty ones, or by ones with the same transactions but `without`: others on the chain keep their payments.
 * Throws UserError when the chain does not respond, is too short, or rejects the depth.
 */
export const reorganise = async (
  rpcUrl: string,
  depth: number,
  { without }: { without?: string } = {},
): Promise<Reorganisation> => {
  if (depth < 1 || depth > 256) throw new UserError('bad_depth', '--depth: must be from 1 to 256 blocks');
  const call = <T>(method: string, params: readonly unknown[] = []): Promise<T> => localCall<T>(rpcUrl, method, params);
  const blockAt = (number: number): Promise<Block | null> =>
    call('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);

  const head = Number(await call<string>('eth_blockNumber'));
  if (depth > head) throw new UserError('bad_depth', `--depth: the chain has only ${head} blocks`);
  const first = head - depth + 1;
  const upward = async (): Promise<(Block | null)[]> => {
    const top = Number(await call<string>('eth_blockNumber'));
    return await Promise.all(Array.from({ length: top - first + 1 }, (_, index) => blockAt(first + index)));
  };
  const before = new Map<string, Block>();
  // A block that anvil mines at the same moment can leave a gap: the heights of the replaced blocks have no blocks then, for ever.
  await whileHeld(rpcUrl, null, async () => {
    for (let attempt = 1; ; attempt += 1) {
      const blocks = await upward();
      for (const block of blocks) if (block) before.set(block.hash, block);
      const kept = without ? await keptTransactions(rpcUrl, [...before.values()], { first, without }) : [];
      await call('anvil_reorg', [blocks.length, kept]);
      if ((await upward()).every((block) => block !== null)) return;
      if (attempt === ATTEMPTS) throw new UserError('bad_chain', `The local chain has a gap above block ${first - 1}`);
    }
  });
  // Blocks can have been mined before that: only blocks whose hash differs were replaced.
  const replaced: Block[] = [];
  const kept = new Set<string>();
  for (const block of before.values()) {
    const now = await blockAt(Number(block.number));
    if (now?.hash === block.hash) continue;
    replaced.push(block);
    for (const hash of now?.transactions ?? []) kept.add(hash);
  }
  return {
    fromBlock: Number(replaced[0]?.number ?? head),
    toBlock: Number(replaced.at(-1)?.number ?? head),
    dropped: replaced.flatMap(({ transactions }) => transactions).filter((hash) => !kept.has(hash)),
  };
};

/** The transactions of these blocks but one, as `anvil_reorg` takes them: raw, each with the index of its new block. */
const keptTransactions = async (
  rpcUrl: string,
  blocks: readonly Block[],
  { first, without }: { first: number; without: string },
): Promise<[raw: string, block: number][]> => {
  const kept: [string, number][] = [];
  for (const { number, transactions } of blocks) {
    for (const hash of transactions) {
      if (hash !== without) {
        kept.push([await localCall<string>(rpcUrl, 'eth_getRawTransactionByHash', [hash]), Number(number) - first]);
      }
    }
  }
  return kept;
};
