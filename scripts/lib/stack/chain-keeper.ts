// Follows a local chain and saves it: the whole state after each block with transactions, a journal line for each empty block. A
// kill -9 can lose only the last few milliseconds.
import { once } from 'node:events';
import type { ChainStore } from './chain-store.ts';
import { type RpcBlock, rpcCall } from './json-rpc.ts';

/** Saves the state after this many journal lines even without transactions, which limits the time of a restart. */
const BLOCKS_PER_STATE = 300;

export interface KeeperOptions {
  rpcUrl: string;
  store: ChainStore;
  /** Resolves when the chain's process has ended; the keeper then ends too. */
  exited: Promise<unknown>;
  onError: (error: Error) => void;
}

export interface Keeper {
  /** Saves the state a last time, so that the next start needs no journal, and ends. */
  stop(): Promise<void>;
}

/** Returns when it follows the chain and has saved the present state. */
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
      // The parent is not the last head: after a reorganisation the journal holds blocks that do not exist any more.
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

  // In sequence: two saves at once would write the same files.
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
