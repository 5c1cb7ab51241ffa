// What watchers have read: chains and tokens whose orders, settlements and refunds are in the ledger (decision 0087).
import type { Address } from '#domain/address.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface WatchedChains {
  chainIds: number[];
  /** Of those whose kind is known. */
  kinds: { chainId: number; isTest: boolean }[];
  tokens: { chainId: number; token: Address }[];
}

export const readWatchedChains = async (em: Em): Promise<WatchedChains> => {
  const sql = kyselyOf(em);
  const chains = await sql.selectFrom('ChainCursor').select(['chainId', 'isTest']).orderBy('chainId').execute();
  const tokens = await sql.selectFrom('TokenCheck').select(['chainId', 'token']).orderBy('chainId').execute();
  const kinds = chains.flatMap(({ chainId, isTest }) => (isTest === null ? [] : [{ chainId, isTest }]));
  return { chainIds: chains.map(({ chainId }) => chainId), kinds, tokens };
};
