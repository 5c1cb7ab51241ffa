// Follows a local chain and keeps it on the disk: the whole state after each block with transactions, a journal line for
// each empty block. What can be lost by a kill -9 is what happened in the few milliseconds before it.
import { once } from 'node:events';
import type { ChainStore } from './chain-store.ts';
import { type RpcBlock, rpcCall } from './json-rpc.ts';

/** The journal's length after which a whole state is saved even without transactions: bounds the time of a restart. */
const BLOCKS_PER_STATE = 300;

export interface KeeperOptions {
  rpcUrl: string;
  store: ChainStore;
  /** Resolves when the chain's process is gone: the keeper then ends too. */
  exited: Promise<unknown>;
  onError: (error: Error) => void;
}

export interface Keeper {
  /** Saves a last time, so that the next start needs no journal, and ends. */
  stop(): Promise<void>;
}

/** Returns when it follows the chain and the present state is saved. */
export async function keepChain({ rpcUrl, store, exited, onError }: KeeperOptions): Promise<Keeper> {
  let gone = false;
  let blocksSinceState = 0;
  let head = await latest(rpcUrl);
  await store.saveState(rpcUrl);

  const save = async () => {
    await store.saveState(rpcUrl);
    blocksSinceState = 0;
  };

  const follow = async () => {
    const newest = await latest(rpcUrl);
    if (newest.hash === head.hash) return;
    for (let number = Number(head.number) + 1; number <= Number(newest.number); number += 1) {
      const block = await rpcCall<RpcBlock | null>(rpcUrl, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);
      // A parent that is not the last head: a reorganisation was asked for, and the journal tells of blocks that are no more.
      if (block?.parentHash !== head.hash || block.transactions.length > 0 || blocksSinceState >= BLOCKS_PER_STATE) {
        head = newest;
        return await save();
      }
      store.addBlock(block);
      blocksSinceState += 1;
      head = block;
    }
    if (head.hash !== newest.hash) {
      head = newest;
      await save();
    }
  };

  const remember = async (hash: string) => {
    const raw = await rpcCall<string | null>(rpcUrl, 'eth_getRawTransactionByHash', [hash]);
    if (raw) store.addTransaction(hash, raw);
  };

  // One thing after the other: two saves at once would tread on each other's files.
  let queue = Promise.resolve();
  const enqueue = (work: () => Promise<void>) => {
    queue = queue.then(work).catch((error: Error) => {
      if (!gone) onError(error);
    });
  };

  const socket = new WebSocket(rpcUrl.replace(/^http/, 'ws'));
  void exited.then(() => {
    gone = true;
    socket.close();
  });
  await once(socket, 'open');
  socket.addEventListener('message', ({ data }) => {
    const { params } = JSON.parse(String(data)) as { params?: { result: string | object } };
    if (typeof params?.result === 'string') {
      const hash = params.result;
      enqueue(async () => await remember(hash));
    } else if (params) enqueue(follow);
  });
  for (const [id, topic] of ['newHeads', 'newPendingTransactions'].entries()) {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_subscribe', params: [topic] }));
  }

  return {
    async stop() {
      if (!gone) enqueue(save);
      await queue;
      socket.close();
    },
  };
}

async function latest(rpcUrl: string): Promise<RpcBlock> {
  return await rpcCall<RpcBlock>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
}
