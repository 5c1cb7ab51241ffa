// Pays a checkout on a local chain from the node's account: the button "Pay with the development wallet". Development only.

import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { parseBaseUnits } from '#domain/money.ts';

export interface DevelopmentWalletOrder {
  address: `0x${string}`;
  coin: CoinId;
  chainId: number;
  /** Decimal string of coin. */
  amount: string;
}

/** Throws UserError with a message for the page. */
export const payByDevelopmentWallet = async (
  chains: readonly EnabledChain[],
  { address, coin, chainId, amount }: DevelopmentWalletOrder,
): Promise<{ txHash: string }> => {
  const rpcUrl = chains.find(({ chain }) => chain.id === chainId)?.rpcUrls[0];
  const chain = chainById(chainId);
  const amountBaseUnits = parseBaseUnits(amount, tokenOf(chain, coin)?.decimals ?? 0);
  if (!rpcUrl || !amountBaseUnits)
    throw new UserError('not_payable', 'The development wallet cannot pay on this network');
  return await payFromDevelopmentWallet({ rpcUrl, chain, coin, to: address, amountBaseUnits });
};
