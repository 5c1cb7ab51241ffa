// Account pages over a real database and real local chains, at `localhost`: browsers treat it as secure, and passkeys need that.
import { deployLocalContracts } from '#contracts/deploy.ts';
import { toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { balanceOfCalldata } from '#domain/erc20.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import type { PagesOptions } from '#web/http/pages-plugin.ts';
import { type CheckoutWorld, openCheckoutWorld } from './checkout-world.ts';

export interface AccountWorld extends CheckoutWorld {
  chains: Record<31337 | 31338, TestChain>;
  database: TestDatabase;
  /** An on-chain balance in base units. */
  balanceOf(chainId: 31337 | 31338, coin: CoinId, owner: string): Promise<bigint>;
}

export const openAccountWorld = async (
  options: Partial<Pick<PagesOptions, 'development' | 'demoShop'>> = {},
): Promise<AccountWorld> => {
  const [database, first, second] = await Promise.all([
    createTestDatabase(),
    startTestChain({ chainId: 31337 }),
    startTestChain({ chainId: 31338 }),
  ]);
  await Promise.all([first, second].map(({ rpcUrl }) => deployLocalContracts({ rpcUrl })));
  const chains = { 31337: first, 31338: second };
  const world = await openCheckoutWorld(database.url, {
    ...options,
    host: 'localhost',
    rpcUrls: { 31337: first.rpcUrl, 31338: second.rpcUrl },
  });
  return {
    ...world,
    chains,
    database,
    async balanceOf(chainId, coin, owner) {
      const token = tokenOf(chainById(chainId), coin)?.address;
      const data = balanceOfCalldata(toChecksumAddress(owner));
      return BigInt(await chains[chainId].call<string>('eth_call', [{ to: token, data }, 'latest']));
    },
    async close() {
      await world.close();
      await Promise.all([first.stop(), second.stop()]);
      await database.drop();
    },
  };
};
