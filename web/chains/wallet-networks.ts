// The networks as a wallet gets to know them when it does not have them yet (EIP-3085). Public endpoints only: our own
// providers' addresses carry keys. A local chain has no public endpoint, and its own has no key.
import type { Hex } from '#domain/address.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { WalletNetwork } from '#web/checkout/server/wallet-types.ts';

/** Named by the networks themselves (or, for Ethereum and Polygon, long-standing public ones). */
const PUBLIC_RPC: Readonly<Record<number, string>> = {
  1: 'https://ethereum-rpc.publicnode.com',
  10: 'https://mainnet.optimism.io',
  56: 'https://bsc-dataseed.bnbchain.org',
  137: 'https://polygon-bor-rpc.publicnode.com',
  8453: 'https://mainnet.base.org',
  42161: 'https://arb1.arbitrum.io/rpc',
};

export const walletNetwork = ({ chain, rpcUrls }: EnabledChain): WalletNetwork => {
  const publicRpc = PUBLIC_RPC[chain.id];
  return {
    chainId: chainIdHex(chain.id),
    chainName: chain.name,
    nativeCurrency: { name: chain.nativeSymbol, symbol: chain.nativeSymbol, decimals: 18 },
    rpcUrls: chain.local ? [...rpcUrls] : publicRpc ? [publicRpc] : [],
    blockExplorerUrls: chain.explorerTxUrl ? [new URL(chain.explorerTxUrl).origin] : [],
  };
};

export const chainIdHex = (chainId: number): Hex => `0x${chainId.toString(16)}`;
