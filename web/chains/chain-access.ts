// The enabled chains with their RPC pools, for the account's reads and transfers.
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Chain } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import type { ChainPools } from './chain-pools.ts';

export interface ChainAccess {
  readonly chains: readonly Chain[];
  /** Throws UserError `unknown_chain` when the chain is off. */
  chain(chainId: number): Chain;
  /** The chain with its RPC URLs. Throws UserError `unknown_chain` when it is off. */
  enabled(chainId: number): EnabledChain;
  pool(chainId: number): RpcPool;
}

export const chainAccess = (enabled: readonly EnabledChain[], pools: ChainPools): ChainAccess => {
  const unknown = (): UserError => new UserError('unknown_chain', 'This network is not available here');
  const find = (chainId: number): EnabledChain => {
    const found = enabled.find(({ chain }) => chain.id === chainId);
    if (!found) throw unknown();
    return found;
  };
  return {
    chains: enabled.map(({ chain }) => chain),
    chain: (chainId) => find(chainId).chain,
    enabled: find,
    pool(chainId) {
      const pool = pools.get(chainId);
      if (!pool) throw unknown();
      return pool;
    },
  };
};
