// Account pages over a real database and real local chains, at `localhost`: browsers treat it as secure, and passkeys need that.
import { deployLocalContracts } from '#contracts/deploy.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { balanceOfCalldata, mintCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import type { PagesOptions } from '#web/http/pages-plugin.ts';
import { type CheckoutWorld, openCheckoutWorld } from './checkout-world.ts';

export interface AccountWorld extends CheckoutWorld {
  chains: Record<31337 | 31338, TestChain>;
  database: TestDatabase;
  /** An on-chain balance in base units. */
  balanceOf(chainId: 31337 | 31338, coin: CoinId, owner: string): Promise<bigint>;
  /** The same of a token, which need not be the primary one of its coin. */
  tokenBalanceOf(chainId: 31337 | 31338, token: Address, owner: string): Promise<bigint>;
  /** Gives the owner this much of a token, in base units, and one native coin for gas; returns when both are mined. */
  fund(chainId: 31337 | 31338, token: Address, owner: string, baseUnits: bigint): Promise<void>;
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
  const tokenBalanceOf: AccountWorld['tokenBalanceOf'] = async (chainId, token, owner) => {
    const data = balanceOfCalldata(toChecksumAddress(owner));
    return BigInt(await chains[chainId].call<string>('eth_call', [{ to: token, data }, 'latest']));
  };
  return {
    ...world,
    chains,
    database,
    async balanceOf(chainId, coin, owner) {
      const token = tokenOf(chainById(chainId), coin);
      if (!token) throw new Error('no such coin');
      return await tokenBalanceOf(chainId, token.address, owner);
    },
    tokenBalanceOf,
    async fund(chainId, token, owner, baseUnits) {
      const chain = chains[chainId];
      const before = await tokenBalanceOf(chainId, token, owner);
      const [from] = await chain.call<Address[]>('eth_accounts', []);
      await chain.call('anvil_setBalance', [owner, '0xde0b6b3a7640000']);
      const data = mintCalldata(toChecksumAddress(owner), baseUnitsOf(baseUnits));
      await chain.call('eth_sendTransaction', [{ from, to: token, data, gas: '0x30d40' }]);
      await waitFor(async () => (await tokenBalanceOf(chainId, token, owner)) > before, {
        what: 'the test coins',
        timeoutMs: 30_000,
      });
    },
    async close() {
      await world.close();
      await Promise.all([first.stop(), second.stop()]);
      await database.drop();
    },
  };
};
