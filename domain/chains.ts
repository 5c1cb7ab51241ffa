// Chains and tokens as data (docs/open-api.md section 11): ids, names, explorers, confirmation rules, token contracts.
// A chain is on when its RPC URLs are configured; nothing here reaches a network.

import { type Address, parseAddress } from './address.ts';
import { COIN_IDS, type CoinId, coinSymbol } from './coins.ts';
import type { ConfirmationRule } from './confirmations.ts';
import { LOCAL_TOKENS } from './contract-addresses.ts';
import { type Cents, centsOf, multiply, ONE_COIN, type Wei, weiOf } from './money.ts';

export interface Token {
  coin: CoinId;
  address: Address;
  decimals: number;
  /** As people call it: the coin's symbol, or the name that tells it from the chain's primary token ("USDT0", "USDC.e"). */
  name: string;
  /** Bridged by others than its issuer: counts only for stores that accept such tokens. */
  isBridged: boolean;
}

export interface Chain {
  id: number;
  name: string;
  /** Short network mark for tight places. */
  mark: string;
  nativeSymbol: string;
  /**
   * What one native coin is worth in US cents, for "about 0.02 USD" beside a gas fee. Rounded by hand in November 2026; no payment is
   * priced with it.
   */
  nativeUsdCents: Cents;
  /** Endpoint that a browser wallet may add with the chain (EIP-3085); ours carry keys. Null on local chains. */
  publicRpcUrl: string | null;
  /** Transaction page prefix of the explorer, or null where there is none (local chains). */
  explorerTxUrl: string | null;
  /** Typical seconds between blocks; for "about n seconds" on pages and for polling, never for money. */
  blockSeconds: number;
  confirmation: ConfirmationRule;
  /** The relayer pays no more for a unit of gas, in wei: several times what the chain costs in its busiest hours. */
  gasPriceCap: Wei;
  /** Gas of a token transfer when the node gives no estimate; above what USDT and USDC take. */
  transferGas: bigint;
  /** Whether transactions also pay for their bytes on Ethereum, as the OP stack's gas price oracle says. */
  isOpStack: boolean;
  /** Of several tokens of a coin, the first is the primary: QR codes, wallets and documents name that one. All are watched. */
  tokens: readonly Token[];
  /** Local development chains: faucets, development wallet, demo payments. */
  local: boolean;
}

const token = (
  coin: CoinId,
  address: string,
  decimals: number,
  { name = coinSymbol(coin) as string, isBridged = false } = {},
): Token => {
  const checked = parseAddress(address);
  if (checked !== address) throw new RangeError(`Token address ${address} is not in EIP-55 spelling`);
  return { coin, address: checked, decimals, name, isBridged };
};

/** Another contract of a coin beside the primary one, by the coin's issuer. */
const secondToken = (coin: CoinId, address: string, decimals: number, name: string): Token =>
  token(coin, address, decimals, { name });

const bridgedToken = (coin: CoinId, address: string, decimals: number, name: string): Token =>
  token(coin, address, decimals, { name, isBridged: true });

const depth = (blocks: number): ConfirmationRule => ({ tiers: [{ upToUnits: null, need: { kind: 'depth', blocks } }] });

/** Up to 1,000 coins by depth, above it the chain's `safe` tag. */
const depthThenSafe = (blocks: number): ConfirmationRule => ({
  tiers: [
    { upToUnits: multiply(ONE_COIN, 1_000n), need: { kind: 'depth', blocks } },
    { upToUnits: null, need: { kind: 'tag', tag: 'safe' } },
  ],
});

const gwei = (price: bigint): Wei => weiOf(price * 1_000_000_000n);
const ETH_USD_CENTS = centsOf(300_000n);
const TRANSFER_GAS = 100_000n;

export const CHAINS: readonly Chain[] = [
  {
    id: 1,
    name: 'Ethereum',
    mark: 'ETH',
    nativeSymbol: 'ETH',
    nativeUsdCents: ETH_USD_CENTS,
    publicRpcUrl: 'https://ethereum-rpc.publicnode.com',
    explorerTxUrl: 'https://etherscan.io/tx/',
    blockSeconds: 12,
    confirmation: depth(12),
    gasPriceCap: gwei(200n),
    transferGas: TRANSFER_GAS,
    isOpStack: false,
    local: false,
    tokens: [
      token(1, '0xdAC17F958D2ee523a2206206994597C13D831ec7', 6),
      token(2, '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', 6),
    ],
  },
  {
    id: 10,
    name: 'Optimism',
    mark: 'OP',
    nativeSymbol: 'ETH',
    nativeUsdCents: ETH_USD_CENTS,
    publicRpcUrl: 'https://mainnet.optimism.io',
    explorerTxUrl: 'https://optimistic.etherscan.io/tx/',
    blockSeconds: 2,
    confirmation: depthThenSafe(10),
    gasPriceCap: gwei(5n),
    transferGas: TRANSFER_GAS,
    isOpStack: true,
    local: false,
    tokens: [
      token(1, '0x94b008aA00579c1307B0EF2c499aD98a8ce58e58', 6),
      secondToken(1, '0x01bFF41798a0BcF287b996046Ca68b395DbC1071', 6, 'USDT0'),
      token(2, '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85', 6),
      bridgedToken(2, '0x7F5c764cBc14f9669B88837ca1490cCa17c31607', 6, 'USDC.e'),
    ],
  },
  {
    id: 56,
    name: 'BNB Chain',
    mark: 'BNB',
    nativeSymbol: 'BNB',
    nativeUsdCents: centsOf(90_000n),
    publicRpcUrl: 'https://bsc-dataseed.bnbchain.org',
    explorerTxUrl: 'https://bscscan.com/tx/',
    blockSeconds: 1,
    confirmation: depth(15),
    gasPriceCap: gwei(20n),
    transferGas: TRANSFER_GAS,
    isOpStack: false,
    local: false,
    tokens: [
      token(1, '0x55d398326f99059fF775485246999027B3197955', 18),
      token(2, '0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d', 18),
    ],
  },
  {
    id: 137,
    name: 'Polygon',
    mark: 'POL',
    nativeSymbol: 'POL',
    nativeUsdCents: centsOf(20n),
    publicRpcUrl: 'https://polygon-bor-rpc.publicnode.com',
    explorerTxUrl: 'https://polygonscan.com/tx/',
    blockSeconds: 2,
    confirmation: { tiers: [{ upToUnits: null, need: { kind: 'tag', tag: 'finalized' } }] },
    gasPriceCap: gwei(3_000n),
    transferGas: TRANSFER_GAS,
    isOpStack: false,
    local: false,
    tokens: [
      token(1, '0xc2132D05D31c914a87C6611C10748AEb04B58e8F', 6),
      token(2, '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359', 6),
      bridgedToken(2, '0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174', 6, 'USDC.e'),
    ],
  },
  {
    id: 8453,
    name: 'Base',
    mark: 'BASE',
    nativeSymbol: 'ETH',
    nativeUsdCents: ETH_USD_CENTS,
    publicRpcUrl: 'https://mainnet.base.org',
    explorerTxUrl: 'https://basescan.org/tx/',
    blockSeconds: 2,
    confirmation: depthThenSafe(10),
    gasPriceCap: gwei(5n),
    transferGas: TRANSFER_GAS,
    isOpStack: true,
    local: false,
    tokens: [
      token(1, '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2', 6),
      token(2, '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913', 6),
      bridgedToken(2, '0xd9aAEc86B65D86f6A7B5B1b0c42FFA531710b6CA', 6, 'USDbC'),
    ],
  },
  {
    id: 42161,
    name: 'Arbitrum One',
    mark: 'ARB',
    nativeSymbol: 'ETH',
    nativeUsdCents: ETH_USD_CENTS,
    publicRpcUrl: 'https://arb1.arbitrum.io/rpc',
    explorerTxUrl: 'https://arbiscan.io/tx/',
    blockSeconds: 0.25,
    confirmation: depth(300),
    gasPriceCap: gwei(10n),
    transferGas: TRANSFER_GAS,
    isOpStack: false,
    local: false,
    tokens: [
      token(1, '0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9', 6),
      token(2, '0xaf88d065e77c8cC2239327C5EDb3A432268e5831', 6),
      bridgedToken(2, '0xFF970A61A04b1cA14834A43f5dE4533eBDDB5CC8', 6, 'USDC.e'),
    ],
  },
  {
    id: 31337,
    name: 'Local Chain A',
    mark: 'A',
    nativeSymbol: 'ETH',
    nativeUsdCents: ETH_USD_CENTS,
    publicRpcUrl: null,
    explorerTxUrl: null,
    blockSeconds: 2,
    confirmation: depth(2),
    gasPriceCap: gwei(500n),
    transferGas: TRANSFER_GAS,
    isOpStack: false,
    local: true,
    tokens: [
      token(1, LOCAL_TOKENS.usdt6, 6),
      secondToken(1, LOCAL_TOKENS.usdt0, 6, 'USDT0'),
      token(2, LOCAL_TOKENS.usdc6, 6),
      bridgedToken(2, LOCAL_TOKENS.usdce, 6, 'USDC.e'),
    ],
  },
  {
    id: 31338,
    name: 'Local Chain B',
    mark: 'B',
    nativeSymbol: 'ETH',
    nativeUsdCents: ETH_USD_CENTS,
    publicRpcUrl: null,
    explorerTxUrl: null,
    blockSeconds: 2,
    confirmation: depth(2),
    gasPriceCap: gwei(500n),
    transferGas: TRANSFER_GAS,
    isOpStack: false,
    local: true,
    tokens: [token(1, LOCAL_TOKENS.usdt18, 18), token(2, LOCAL_TOKENS.usdc18, 18)],
  },
];

export const findChain = (id: number): Chain | undefined => CHAINS.find((chain) => chain.id === id);

/** The network's name as people read it, or its id where this deployment does not know it. */
export const networkName = (chainId: number): string => findChain(chainId)?.name ?? `Chain ${chainId}`;

/** The chain with this id. Throws RangeError when the registry has none. */
export const chainById = (id: number): Chain => {
  const chain = findChain(id);
  if (!chain) throw new RangeError(`Unknown chain ${id}`);
  return chain;
};

/** The primary token of a coin on a chain. */
export const tokenOf = (chain: Chain, coin: CoinId): Token | undefined =>
  chain.tokens.find((entry) => entry.coin === coin);

/** Whether the token is the primary one of its coin. */
export const isPrimaryToken = (chain: Chain, token: Token): boolean => tokenOf(chain, token.coin) === token;

/** The coin's token with this contract; undefined for a contract that is none of the chain's coins. */
export const tokenAt = (chain: Chain | undefined, address: Address): Token | undefined =>
  chain?.tokens.find((entry) => entry.address === address);

/**
 * What people call the token of a transfer: "USDT", or "USDT0" where that is not the coin's primary token.
 * @param address null in records that are older than token families: the coin's symbol
 */
export const tokenName = (chainId: number, address: Address | null, coin: CoinId): string =>
  (address && tokenAt(findChain(chainId), address)?.name) ?? coinSymbol(coin);

/** `USDT0 on Optimism`. */
export const placeName = ({ chainId, token, coin }: { chainId: number; token: Address | null; coin: CoinId }): string =>
  `${tokenName(chainId, token, coin)} on ${networkName(chainId)}`;

/** Tokens that count only where bridged ones are accepted. */
export const BRIDGED_TOKENS: readonly { chainId: number; address: Address }[] = CHAINS.flatMap(({ id, tokens }) =>
  tokens.flatMap(({ address, isBridged }) => (isBridged ? [{ chainId: id, address }] : [])),
);

/** A bridged token at an intent that does not accept those. */
export const isUnwantedToken = (
  { acceptsBridgedTokens }: { acceptsBridgedTokens: boolean },
  { chainId, token }: { chainId: number; token: Address },
): boolean => !acceptsBridgedTokens && (tokenAt(findChain(chainId), token)?.isBridged ?? false);

/** The primary tokens of a chain, one for each coin. */
export const primaryTokensOf = (chain: Chain): Token[] => chain.tokens.filter((entry) => isPrimaryToken(chain, entry));

/**
 * Of the networks that are on, those that a store may take. The registry's test networks are the local ones, where coins have no value:
 * a test store takes nothing else, and a live store takes none of them, unless nothing else is on, as in development.
 */
export const networksFor = (store: { isTest: boolean }, enabled: readonly Chain[]): Chain[] => {
  const [test, real] = [enabled.filter(({ local }) => local), enabled.filter(({ local }) => !local)];
  return store.isTest || real.length === 0 ? test : real;
};

/** The coins that can be paid on a chain. */
export const coinsOf = (chain: Chain): CoinId[] => COIN_IDS.filter((coin) => tokenOf(chain, coin));

export const explorerTxUrl = (chain: Chain, txHash: string): string | null =>
  chain.explorerTxUrl ? chain.explorerTxUrl + txHash : null;
