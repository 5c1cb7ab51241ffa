// The built-in networks (docs/open-api.md section 11), and the public test networks for test stores. The same form and the same check as
// CHAINS_FILE (decision 0087). Native coin in US dollars: rounded by hand in November 2026; no payment is priced with it.
import type { ChainEntry, TierEntry, TokenEntry } from './chain-entry.ts';
import type { CoinSymbol } from './coins.ts';
import { LOCAL_TOKENS } from './contract-addresses.ts';

const token = (coin: CoinSymbol, address: string, decimals: number, name?: string): TokenEntry => ({
  ...{ coin, address, decimals },
  ...(name === undefined ? {} : { name }),
});

/** Not by the coin's issuer. */
const bridged = (coin: CoinSymbol, address: string, decimals: number, name: string): TokenEntry => ({
  ...token(coin, address, decimals, name),
  isBridged: true,
});

/** Up to 1,000 coins by depth, above it the chain's `safe` tag. */
const depthThenSafe = (blocks: number): TierEntry[] => [{ upTo: '1000', blocks }, { tag: 'safe' }];

const ETHER = { symbol: 'ETH', usd: '3000' };
/** Test coins have no price. */
const worthless = (symbol: string): ChainEntry['native'] => ({ symbol, usd: '0' });

const LIVE: readonly ChainEntry[] = [
  {
    ...{ id: 1, name: 'Ethereum', mark: 'ETH', native: ETHER, blockSeconds: 12 },
    publicRpcUrl: 'https://ethereum-rpc.publicnode.com',
    explorerTxUrl: 'https://etherscan.io/tx/',
    confirmation: [{ blocks: 12 }],
    gasPriceCapGwei: 200,
    tokens: [
      token('USDT', '0xdAC17F958D2ee523a2206206994597C13D831ec7', 6),
      token('USDC', '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', 6),
    ],
  },
  {
    ...{ id: 10, name: 'Optimism', mark: 'OP', native: ETHER, blockSeconds: 2 },
    publicRpcUrl: 'https://mainnet.optimism.io',
    explorerTxUrl: 'https://optimistic.etherscan.io/tx/',
    confirmation: depthThenSafe(10),
    gasPriceCapGwei: 5,
    isOpStack: true,
    tokens: [
      token('USDT', '0x94b008aA00579c1307B0EF2c499aD98a8ce58e58', 6),
      token('USDT', '0x01bFF41798a0BcF287b996046Ca68b395DbC1071', 6, 'USDT0'),
      token('USDC', '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85', 6),
      bridged('USDC', '0x7F5c764cBc14f9669B88837ca1490cCa17c31607', 6, 'USDC.e'),
    ],
  },
  {
    ...{ id: 56, name: 'BNB Chain', mark: 'BNB', native: { symbol: 'BNB', usd: '900' }, blockSeconds: 1 },
    publicRpcUrl: 'https://bsc-dataseed.bnbchain.org',
    explorerTxUrl: 'https://bscscan.com/tx/',
    confirmation: [{ blocks: 15 }],
    gasPriceCapGwei: 20,
    tokens: [
      token('USDT', '0x55d398326f99059fF775485246999027B3197955', 18),
      token('USDC', '0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d', 18),
    ],
  },
  {
    ...{ id: 137, name: 'Polygon', mark: 'POL', native: { symbol: 'POL', usd: '0.20' }, blockSeconds: 2 },
    publicRpcUrl: 'https://polygon-bor-rpc.publicnode.com',
    explorerTxUrl: 'https://polygonscan.com/tx/',
    confirmation: [{ tag: 'finalized' }],
    gasPriceCapGwei: 3_000,
    tokens: [
      token('USDT', '0xc2132D05D31c914a87C6611C10748AEb04B58e8F', 6),
      token('USDC', '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359', 6),
      bridged('USDC', '0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174', 6, 'USDC.e'),
    ],
  },
  {
    ...{ id: 8453, name: 'Base', mark: 'BASE', native: ETHER, blockSeconds: 2 },
    publicRpcUrl: 'https://mainnet.base.org',
    explorerTxUrl: 'https://basescan.org/tx/',
    confirmation: depthThenSafe(10),
    gasPriceCapGwei: 5,
    isOpStack: true,
    tokens: [
      token('USDT', '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2', 6),
      token('USDC', '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913', 6),
      bridged('USDC', '0xd9aAEc86B65D86f6A7B5B1b0c42FFA531710b6CA', 6, 'USDbC'),
    ],
  },
  {
    ...{ id: 42161, name: 'Arbitrum One', mark: 'ARB', native: ETHER, blockSeconds: 0.25 },
    publicRpcUrl: 'https://arb1.arbitrum.io/rpc',
    explorerTxUrl: 'https://arbiscan.io/tx/',
    confirmation: [{ blocks: 300 }],
    gasPriceCapGwei: 10,
    tokens: [
      token('USDT', '0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9', 6),
      token('USDC', '0xaf88d065e77c8cC2239327C5EDb3A432268e5831', 6),
      bridged('USDC', '0xFF970A61A04b1cA14834A43f5dE4533eBDDB5CC8', 6, 'USDC.e'),
    ],
  },
];

/**
 * USDC is Circle's (developers.circle.com/stablecoins/usdc-contract-addresses) where Circle issues it. The others are test tokens of our
 * own, which anybody may mint; `admin -- chain deploy` puts them there.
 */
const PUBLIC_TEST: readonly ChainEntry[] = [
  {
    ...{ id: 11_155_111, name: 'Sepolia', mark: 'SEP', isTest: true, native: worthless('ETH'), blockSeconds: 12 },
    publicRpcUrl: 'https://ethereum-sepolia-rpc.publicnode.com',
    explorerTxUrl: 'https://sepolia.etherscan.io/tx/',
    confirmation: [{ blocks: 3 }],
    gasPriceCapGwei: 500,
    tokens: [token('USDT', LOCAL_TOKENS.usdt6, 6), token('USDC', '0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238', 6)],
  },
  {
    ...{ id: 84_532, name: 'Base Sepolia', mark: 'BSEP', isTest: true, native: worthless('ETH'), blockSeconds: 2 },
    publicRpcUrl: 'https://sepolia.base.org',
    explorerTxUrl: 'https://sepolia.basescan.org/tx/',
    confirmation: depthThenSafe(5),
    gasPriceCapGwei: 50,
    isOpStack: true,
    tokens: [token('USDT', LOCAL_TOKENS.usdt6, 6), token('USDC', '0x036CbD53842c5426634e7929541eC2318f3dCF7e', 6)],
  },
  {
    ...{ id: 421_614, name: 'Arbitrum Sepolia', mark: 'ASEP', isTest: true, native: worthless('ETH') },
    publicRpcUrl: 'https://sepolia-rollup.arbitrum.io/rpc',
    explorerTxUrl: 'https://sepolia.arbiscan.io/tx/',
    blockSeconds: 0.25,
    confirmation: [{ blocks: 40 }],
    gasPriceCapGwei: 50,
    tokens: [token('USDT', LOCAL_TOKENS.usdt6, 6), token('USDC', '0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d', 6)],
  },
  {
    ...{ id: 80_002, name: 'Polygon Amoy', mark: 'AMOY', isTest: true, native: worthless('POL'), blockSeconds: 2 },
    publicRpcUrl: 'https://rpc-amoy.polygon.technology',
    explorerTxUrl: 'https://amoy.polygonscan.com/tx/',
    confirmation: [{ tag: 'finalized' }],
    gasPriceCapGwei: 3_000,
    tokens: [token('USDT', LOCAL_TOKENS.usdt6, 6), token('USDC', '0x41E94Eb019C0762f9Bfcf9Fb1E58725BfB0e7582', 6)],
  },
  {
    ...{ id: 97, name: 'BNB Testnet', mark: 'TBNB', isTest: true, native: worthless('tBNB'), blockSeconds: 1 },
    publicRpcUrl: 'https://bsc-testnet-rpc.publicnode.com',
    explorerTxUrl: 'https://testnet.bscscan.com/tx/',
    confirmation: [{ blocks: 15 }],
    gasPriceCapGwei: 50,
    tokens: [token('USDT', LOCAL_TOKENS.usdt18, 18), token('USDC', LOCAL_TOKENS.usdc18, 18)],
  },
];

const local = { local: true, native: ETHER, blockSeconds: 2, confirmation: [{ blocks: 2 }], gasPriceCapGwei: 500 };

const LOCAL: readonly ChainEntry[] = [
  {
    ...{ id: 31_337, name: 'Local Chain A', mark: 'A', ...local },
    tokens: [
      token('USDT', LOCAL_TOKENS.usdt6, 6),
      token('USDT', LOCAL_TOKENS.usdt0, 6, 'USDT0'),
      token('USDC', LOCAL_TOKENS.usdc6, 6),
      bridged('USDC', LOCAL_TOKENS.usdce, 6, 'USDC.e'),
    ],
  },
  {
    ...{ id: 31_338, name: 'Local Chain B', mark: 'B', ...local },
    tokens: [token('USDT', LOCAL_TOKENS.usdt18, 18), token('USDC', LOCAL_TOKENS.usdc18, 18)],
  },
];

export const BUILT_IN_ENTRIES: readonly ChainEntry[] = [...LIVE, ...PUBLIC_TEST, ...LOCAL];
