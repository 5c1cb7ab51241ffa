// The RPC pool of a chain that a workflow names.
import type { RpcPool } from '#chain/rpc-pool.ts';

export const poolOf = (pools: ReadonlyMap<number, RpcPool>, chainId: number): RpcPool => {
  const pool = pools.get(chainId);
  if (!pool) throw new RangeError(`Chain ${chainId} is not enabled: RPC_URLS_${chainId} is not set`);
  return pool;
};
