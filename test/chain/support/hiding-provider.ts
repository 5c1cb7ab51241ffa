// A provider that hides events, receipts and blocks, beside an honest one.
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { startLyingRpc } from '#simulate/doubles/lying-rpc.ts';

/** Runs `work` over both; the one that hides is asked first. */
export const besideHidingProvider = async (
  { chainId, rpcUrl }: { chainId: number; rpcUrl: string },
  work: (pool: RpcPool) => Promise<void>,
): Promise<void> => {
  const liar = await startLyingRpc(rpcUrl);
  const pool = createRpcPool({ chainId, urls: [liar.url, rpcUrl] });
  try {
    liar.lie = {
      response: async (method, params, truth) => {
        if (method === 'eth_getLogs') return [];
        if (method === 'eth_getTransactionReceipt') return null;
        const block = (await truth()) as Record<string, unknown> | null;
        const isByNumber = method === 'eth_getBlockByNumber' && String(params[0]).startsWith('0x');
        return isByNumber && block ? { ...block, hash: `0x${'ab'.repeat(32)}` } : block;
      },
    };
    await work(pool);
  } finally {
    await pool.close();
    await liar.stop();
  }
};
