// Fills a wallet on a local chain with test coins and gas, from the node's unlocked account. Development only; rejects every other
// chain.
import type { Address, Hex } from '#domain/address.ts';
import { primaryTokensOf } from '#domain/chains.ts';
import { mintCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { baseUnitsOf } from '#domain/money.ts';
import type { ChainAccess } from '#web/chains/chain-access.ts';

const COINS_EACH = 1_000n;
const ONE_NATIVE: Hex = '0xde0b6b3a7640000';
const GAS: Hex = '0x30d40';

/** Sends 1,000 of each coin and one native coin; they arrive with the next block. Throws UserError `not_local`. */
export const fillFromFaucet = async (access: ChainAccess, chainId: number, to: Address): Promise<void> => {
  const chain = access.chain(chainId);
  if (!chain.local) throw new UserError('not_local', `${chain.name} is not a local chain`);
  await access.pool(chainId).use(async (provider) => {
    const from = ((await provider.call('eth_accounts', [])) as Address[]).at(-1);
    if (!from) throw new UserError('no_account', `The node of ${chain.name} has no unlocked account`);
    await provider.call('eth_sendTransaction', [{ from, to, value: ONE_NATIVE, gas: GAS }]);
    for (const { address, decimals } of primaryTokensOf(chain)) {
      const data = mintCalldata(to, baseUnitsOf(COINS_EACH * 10n ** BigInt(decimals)));
      await provider.call('eth_sendTransaction', [{ from, to: address, data, gas: GAS }]);
    }
  });
};
