// The networks as a wallet gets to know them when it does not have them yet (EIP-3085). Public endpoints only: our own
// providers' addresses carry keys. A local chain has no public endpoint, and its own has no key.
import type { Hex } from '#domain/address.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { WalletNetwork } from '#web/checkout/server/wallet-types.ts';

export const walletNetwork = ({ chain, rpcUrls }: EnabledChain): WalletNetwork => ({
  chainId: chainIdHex(chain.id),
  chainName: chain.name,
  nativeCurrency: { name: chain.nativeSymbol, symbol: chain.nativeSymbol, decimals: 18 },
  rpcUrls: chain.local ? [...rpcUrls] : chain.publicRpcUrl ? [chain.publicRpcUrl] : [],
  blockExplorerUrls: chain.explorerTxUrl ? [new URL(chain.explorerTxUrl).origin] : [],
});

export const chainIdHex = (chainId: number): Hex => `0x${chainId.toString(16)}`;
