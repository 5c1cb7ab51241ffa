// Fills a wallet on a local chain with test coins and gas, from the node's unlocked account. Development only; rejects every other
// chain.
import type { Address, Hex } from '#domain/address.ts';
import { primaryTokensOf } from '#domain/chains.ts';
import { mintCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { baseUnitsOf } from '#domain/money.ts';
import type { ChainAccess } from '#web/chains/chain-access.ts';
import type { Missing } from './top-up.ts';

const COINS_EACH = 1_000n;
const ONE_NATIVE: Hex = '0xde0b6b3a7640000';
const GAS: Hex = '0x30d40';

/**
 * Sends 1,000 of each coin and one native coin; they arrive with the next block. Throws UserError `not_local`.
 * @param only for a wallet that may receive no more than this
 */
export const fillFromFaucet = async (
  access: ChainAccess,
  chainId: number,
  to: Address,
  only?: Missing,
): Promise<void> => {
  const chain = access.chain(chainId);
  if (!chain.local) throw new UserError('not_local', `${chain.name} is not a local chain`);
  await access.pool(chainId).use(async (provider) => {
    const from = ((await provider.call('eth_accounts', [])) as Address[]).at(-1);
    if (!from) throw new UserError('no_account', `The node of ${chain.name} has no unlocked account`);
    const value = only ? (`0x${only.nativeWei.toString(16)}` as Hex) : ONE_NATIVE;
    await provider.call('eth_sendTransaction', [{ from, to, value, gas: GAS }]);
    const coins = only
      ? [{ token: only.token.address, baseUnits: only.coinBaseUnits }]
      : primaryTokensOf(chain).map(({ address: token, decimals }) => ({
          token,
          baseUnits: baseUnitsOf(COINS_EACH * 10n ** BigInt(decimals)),
        }));
    for (const { token, baseUnits } of coins) {
      const data = mintCalldata(to, baseUnits);
      await provider.call('eth_sendTransaction', [{ from, to: token, data, gas: GAS }]);
    }
  });
};
