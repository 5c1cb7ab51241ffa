// A chain for one test file: a new anvil, which ends with the file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#scripts/lib/ports.ts';
import { startChain } from '#scripts/lib/stack/chain.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';

export interface TestChainOptions {
  chainId?: number;
  /** Seconds for each block; 0 (the default) mines a block for each transaction; 'manual' on `mine()` only. */
  blockTime?: number | 'manual';
}

export interface TestChain {
  chainId: number;
  rpcUrl: string;
  wsUrl: string;
  pid: number;
  /** One JSON-RPC call; throws with the node's message. */
  call<T>(method: string, params?: readonly unknown[]): Promise<T>;
  /** Mines this number of blocks, 1 by default. */
  mine(blocks?: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestChain({ chainId = 31337, blockTime = 0 }: TestChainOptions = {}): Promise<TestChain> {
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-chain-'));
  const chain = await startChain({ dataDir, chainId, port: await freePort(), blockTime, persistent: false });
  const call = async <T>(method: string, params: readonly unknown[] = []) =>
    await rpcCall<T>(chain.rpcUrl, method, params);
  return {
    chainId,
    rpcUrl: chain.rpcUrl,
    wsUrl: chain.wsUrl,
    pid: chain.pid,
    call,
    async mine(blocks = 1) {
      await call('anvil_mine', [`0x${blocks.toString(16)}`]);
    },
    async stop() {
      await chain.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
