// Keeps a local chain at its head while something is done to it, as short as possible: others share the chain.
import { localCall } from './local-transfer.ts';

/**
 * Runs `work` while the chain mines no blocks by time. Afterwards it mines as before; after a holder that died, each `blockSeconds`;
 * null: it stays held. A chain that mines a block for each transaction needs no holding.
 */
export const whileHeld = async <T>(rpcUrl: string, blockSeconds: number | null, work: () => Promise<T>): Promise<T> => {
  if (await localCall<boolean>(rpcUrl, 'anvil_getAutomine', [])) return await work();
  const wasMining = await localCall<number | null>(rpcUrl, 'anvil_getIntervalMining', []);
  const interval = wasMining || blockSeconds;
  if (!interval) return await work();
  await localCall(rpcUrl, 'evm_setIntervalMining', [0]);
  try {
    // A block that was begun before is finished before the next one.
    if (wasMining) await localCall(rpcUrl, 'evm_mine', []);
    return await work();
  } finally {
    await localCall(rpcUrl, 'evm_setIntervalMining', [interval]);
  }
};
