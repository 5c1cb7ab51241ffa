// The networks that this process knows: the built-in table, and those that CHAINS_FILE adds at the start (decision 0087). A network is on
// when its RPC URLs are configured; nothing here reaches one.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Address } from './address.ts';
import { BUILT_IN_ENTRIES } from './built-in-chains.ts';
import {
  type Chain,
  type ChainEntry,
  ChainEntryError,
  type ChainSettings,
  chainOf,
  type Token,
} from './chain-entry.ts';
import { COIN_IDS, type CoinId, coinSymbol } from './coins.ts';
import { ConfigError } from './errors.ts';

export type { Chain, Token } from './chain-entry.ts';

interface Registry {
  configured: readonly ChainEntry[];
  chains: readonly Chain[];
  digest: string;
}

export const BUILT_IN_CHAINS: readonly Chain[] = BUILT_IN_ENTRIES.map(chainOf);

/**
 * The networks of the table and these. Throws ChainEntryError, whose field begins with `chains[index]`, for a bad entry and for one that
 * takes an id, a name or a mark from another.
 */
export const withConfigured = (configured: readonly ChainEntry[]): readonly Chain[] => {
  const chains = [...BUILT_IN_CHAINS];
  for (const [index, entry] of configured.entries()) {
    const at = (field: string, reason: string): ChainEntryError =>
      new ChainEntryError(`chains[${index}].${field}`, reason);
    try {
      const chain = chainOf(entry);
      if (chain.local) throw at('local', 'only built-in networks are local');
      for (const other of chains) {
        if (other.id === chain.id) throw at('id', `is that of ${other.name}: an entry adds a network and changes none`);
        if (other.name.toLowerCase() === chain.name.toLowerCase()) throw at('name', `is that of network ${other.id}`);
        if (other.mark === chain.mark) throw at('mark', `is that of ${other.name}`);
      }
      chains.push(chain);
    } catch (error) {
      if (!(error instanceof ChainEntryError) || error.field.startsWith('chains[')) throw error;
      throw at(error.field, error.reason);
    }
  }
  return chains;
};

// The bundle of the pages has its own copy of this file, in the process of the server.
const REGISTRY = Symbol.for('allscale.checkout.chains');
const shared = globalThis as { [REGISTRY]?: Registry };

const registryOf = (configured: readonly ChainEntry[], settings: ChainSettings): Registry => {
  const set = [...settings].toSorted(([a], [b]) => a - b);
  const known = [BUILT_IN_ENTRIES, configured, ...(set.length > 0 ? [set] : [])];
  return {
    configured,
    chains: withSettings(withConfigured(configured), configured, settings),
    digest: bytesToHex(sha256(utf8ToBytes(JSON.stringify(known)))),
  };
};

const withSettings = (
  chains: readonly Chain[],
  configured: readonly ChainEntry[],
  settings: ChainSettings,
): readonly Chain[] => {
  const entries = [...BUILT_IN_ENTRIES, ...configured];
  for (const id of settings.keys())
    if (!entries.some((entry) => entry.id === id)) throw new ChainEntryError(String(id), 'no such chain');
  return chains.map((chain, index) => {
    const [entry, values] = [entries[index], settings.get(chain.id)];
    if (!entry || !values) return chain;
    try {
      return chainOf({ ...entry, ...values });
    } catch (error) {
      if (error instanceof ChainEntryError) throw new ChainEntryError(`${chain.id}.${error.field}`, error.reason);
      throw error;
    }
  });
};

const registry = (): Registry => {
  shared[REGISTRY] ??= registryOf([], new Map());
  return shared[REGISTRY];
};

/**
 * Adds networks to the table and sets what may be set, once, at the start of a process. Throws ChainEntryError and changes nothing when
 * one is wrong; of settings, its field begins with the chain id.
 */
export const setConfiguredChains = (configured: readonly ChainEntry[], settings: ChainSettings = new Map()): void => {
  shared[REGISTRY] = registryOf(configured, settings);
};

/** All networks that this process knows. Not for constants of a module: those are made before the file is read. */
export const allChains = (): readonly Chain[] => registry().chains;

/** The entries of the file, for browsers. */
export const configuredEntries = (): readonly ChainEntry[] => registry().configured;

/** The same in two processes that know the same networks. URLs of providers are no part of it. */
export const chainsDigest = (): string => registry().digest;

export const findChain = (id: number): Chain | undefined => allChains().find((chain) => chain.id === id);

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
export const bridgedTokens = (): { chainId: number; address: Address }[] =>
  allChains().flatMap(({ id, tokens }) =>
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
 * Of the networks that are on, those that a store may take. Coins of a test network have no value: a test store takes nothing else, and
 * a live store takes none of them. Only where nothing but local chains is on, as in development, it takes those.
 */
export const networksFor = (store: { isTest: boolean }, enabled: readonly Chain[]): Chain[] => {
  const [test, real] = [enabled.filter(({ isTest }) => isTest), enabled.filter(({ isTest }) => !isTest)];
  return store.isTest || (real.length === 0 && test.every(({ local }) => local)) ? test : real;
};

/** The coins that can be paid on a chain. */
export const coinsOf = (chain: Chain): CoinId[] => COIN_IDS.filter((coin) => tokenOf(chain, coin));

export const explorerTxUrl = (chain: Chain, txHash: string): string | null =>
  chain.explorerTxUrl ? chain.explorerTxUrl + txHash : null;

/**
 * Throws ConfigError when a chain or token that was watched is not known any more: its orders, settlements and refunds would lose their
 * names, decimals and watcher. Tokens of local chains change with our contracts. Neither may a network become a test network, nor the
 * other way round: coins without value would pay orders of live stores, or live money those of test stores.
 */
export const refuseForgottenChains = (watched: {
  chainIds: readonly number[];
  kinds: readonly { chainId: number; isTest: boolean }[];
  tokens: readonly { chainId: number; token: Address }[];
}): void => {
  for (const id of watched.chainIds) {
    if (!findChain(id))
      throw new ConfigError(
        `CHAINS_FILE: chain ${id} was watched, and has no entry any more: put it back (without URLs it is off)`,
      );
  }
  for (const { chainId, isTest } of watched.kinds) {
    const chain = findChain(chainId);
    if (chain && chain.isTest !== isTest)
      throw new ConfigError(
        `CHAINS_FILE: ${chain.name} was watched as a ${isTest ? 'test' : 'live'} network: its isTest may not change. Give another network its own entry`,
      );
  }
  for (const { chainId, token } of watched.tokens) {
    const chain = findChain(chainId);
    if (chain && !chain.local && !tokenAt(chain, token))
      throw new ConfigError(
        `CHAINS_FILE: token ${token} of ${chain.name} was watched, and is not in its entry any more`,
      );
  }
};
