// The web process's RPC pools, one for each enabled chain (decision 0010). No request before a page needs one.
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import type { EnabledChain } from '#domain/config.ts';

export type ChainPools = ReadonlyMap<number, RpcPool>;

/** A shopper waits for the response. */
const TIMEOUT_MS = 4_000;

export const createChainPools = (chains: readonly EnabledChain[]): ChainPools =>
  new Map(
    chains.map(({ chain, rpcUrls }) => [
      chain.id,
      createRpcPool({ chainId: chain.id, urls: rpcUrls, timeoutMs: TIMEOUT_MS }),
    ]),
  );

export const closeChainPools = async (pools: ChainPools): Promise<void> => {
  await Promise.all([...pools.values()].map((pool) => pool.close()));
};
