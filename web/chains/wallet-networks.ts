// Networks for `wallet_addEthereumChain` (EIP-3085). Public RPC URLs only: those of our own providers hold keys. A local chain has
// no public URL, and its own holds no key.
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
