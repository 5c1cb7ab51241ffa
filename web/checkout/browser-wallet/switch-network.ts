// Switches a wallet to a network, and adds the network when the wallet lacks it (EIP-3326, EIP-3085). Some wallets respond before
// they have switched, or without switching, so the caller reads `eth_chainId` afterwards.
import type { WalletNetwork } from '../server/wallet-types.ts';
import { chainIdOf, type Eip1193Provider } from './eip1193.ts';
import { mayLackChain } from './wallet-errors.ts';

/** Rejects with the wallet's own error. */
export const switchNetwork = async (wallet: Eip1193Provider, network: WalletNetwork): Promise<void> => {
  const switchChain = () =>
    wallet.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: network.chainId }] });
  try {
    await switchChain();
  } catch (error) {
    if (!mayLackChain(error)) throw error;
    const { blockExplorerUrls, ...rest } = network;
    const known = blockExplorerUrls.length > 0 ? network : rest;
    await wallet.request({ method: 'wallet_addEthereumChain', params: [known] });
    // Adding does not always switch. A wallet that did responds at once.
    const now = chainIdOf(await wallet.request({ method: 'eth_chainId' }));
    if (now !== Number(network.chainId)) await switchChain();
  }
};
