// A local EVM chain: anvil, with its state saved so that neither a kill -9 nor a restart moves the head back. docs/chains.md section 3
// says why anvil's `--state` is not enough.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { type Progress, toStderr } from '../progress.ts';
import { foundry } from '../tools/packaged-binaries.ts';
import { keepChain } from './chain-keeper.ts';
import { ChainStore } from './chain-store.ts';
import { endLeftover, type Running } from './child.ts';
import { rpcCall } from './json-rpc.ts';
import { startReadyChild } from './ready-child.ts';

const READY_WITHIN_MS = 30_000;
/** How far back `eth_call` and reorganisations can go; blocks, transactions and logs are kept for ever. */
const STATES_IN_MEMORY = 256;
/** The local stack uses the first ten (deployer, relayer, receivers) and the last one (development wallet). */
const FUNDED_ACCOUNTS = 20;

export interface ChainOptions {
  /** Logs, pid files and, when persistent, `dataDir/chain-ID/`. */
  dataDir: string;
  chainId: number;
  port: number;
  /** Seconds for each block; 0 mines a block for each transaction; 'manual' mines on `evm_mine` only. */
  blockTime?: number | 'manual';
  /** True: the chain keeps its blocks. False (tests): a new chain at each start. */
  persistent?: boolean;
  /** Not persistent: begins at the state that was saved there, if there is one. Without a miner; the caller sets its clock first. */
  startAt?: ChainStore;
  /** Reports blocks or states that could not be saved; stderr by default. */
  onLine?: Progress;
}

export interface RunningChain extends Running {
  chainId: number;
  rpcUrl: string;
  /** The same node over WebSocket. */
  wsUrl: string;
}

/** Starts the chain on 127.0.0.1 and returns when it responds, at its previous head. */
export async function startChain(options: ChainOptions): Promise<RunningChain> {
  const { dataDir, chainId, persistent = true, onLine = toStderr } = options;
  if (!persistent) return await startAnvil(options, options.startAt?.loadFlags() ?? [], []);
  const store = new ChainStore(join(dataDir, `chain-${chainId}`));
  await endLeftover(dataDir, nameOf(chainId));
  if (store.hasBlocksSinceState()) await catchUp(options, store);
  const pending = store.pendingTransactions().map(({ raw }) => raw);
  const chain = await startAnvil(options, store.loadFlags(), pending);
  const keeper = await keepChain({
    rpcUrl: chain.rpcUrl,
    store,
    exited: chain.exited,
    onError: (error) => onLine(`chain ${chainId} can't be saved: ${error.message}`),
  });
  return {
    ...chain,
    async stop() {
      await keeper.stop();
      await chain.stop();
    },
  };
}

function nameOf(chainId: number): string {
  return `chain-${chainId}`;
}

/**
 * After a kill, mines the blocks since the saved state again, with the same timestamps and therefore the same hashes. This runs on
 * a private port, so that readers never see the head move back.
 */
async function catchUp(options: ChainOptions, store: ChainStore): Promise<void> {
  const port = await freePort();
  const chain = await startAnvil({ ...options, port, blockTime: 'manual' }, store.loadFlags(), []);
  try {
    const lost = await store.replayBlocks(chain.rpcUrl);
    if (lost > 0) options.onLine?.(`chain ${options.chainId}: the last ${lost} empty blocks before the kill are lost`);
    await store.saveState(chain.rpcUrl);
  } finally {
    await chain.stop();
  }
}

async function startAnvil(
  options: ChainOptions,
  loadFlags: readonly string[],
  pending: readonly string[],
): Promise<RunningChain> {
  const { dataDir, chainId, port, blockTime = 2 } = options;
  mkdirSync(dataDir, { recursive: true });
  const mining = blockTime === 'manual' ? ['--no-mining'] : blockTime === 0 ? [] : ['--block-time', String(blockTime)];
  const rpcUrl = `http://127.0.0.1:${port}`;
  const command: [string, ...string[]] = [
    foundry('anvil'),
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--chain-id',
    String(chainId),
    // "safe" is then one block behind the head and "finalized" two.
    '--slots-in-an-epoch',
    '1',
    '--accounts',
    String(FUNDED_ACCOUNTS),
    '--prune-history',
    String(STATES_IN_MEMORY),
    '--quiet',
    ...mining,
    ...loadFlags,
  ];
  const child = await startReadyChild(
    { name: nameOf(chainId), dataDir, command, graceMs: 5_000 },
    {
      title: `chain ${chainId}`,
      timeoutMs: READY_WITHIN_MS,
      isReady: async () => Number(await rpcCall<string>(rpcUrl, 'eth_chainId', [], 2_000)) === chainId,
    },
  );
  // In sequence, because a transaction may depend on the previous one. The node rejects those that are mined already.
  for (const raw of pending) await rpcCall(rpcUrl, 'eth_sendRawTransaction', [raw]).catch(() => {});
  return {
    name: child.name,
    pid: child.pid,
    exited: child.exited,
    chainId,
    rpcUrl,
    wsUrl: `ws://127.0.0.1:${port}`,
    stop: child.stop,
  };
}
