// Configuration that more than one process reads. Pure: the caller passes the environment.
import { typedAddress } from './address.ts';
import { allChains, type Chain } from './chains.ts';
import { ConfigError, UserError } from './errors.ts';
import { knownPayable, type PayableAddress } from './payable-address.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface EnabledChain {
  chain: Chain;
  rpcUrls: readonly string[];
  /** Where providers announce new heads. None: the watcher polls. */
  wsUrls?: readonly string[];
}

/** Addresses of a chain's providers in CHAINS_FILE. */
export interface ChainUrls {
  rpcUrls: readonly string[];
  wsUrls: readonly string[];
}

/**
 * The chains that are on: those with `RPC_URLS_<chain id>`, comma-separated http(s) addresses. `WS_URLS_<chain id>` has ws(s) addresses
 * beside them. Throws ConfigError that names the variable and the reason; an unknown chain id is one. Processes call `loadChains`
 * (chain/chains-file.ts), which knows the chains and URLs of CHAINS_FILE too.
 * @param urlsOf addresses for chains whose variables are not set, by id
 */
export const enabledChains = (env: Env, urlsOf: ReadonlyMap<number, ChainUrls> = new Map()): EnabledChain[] => {
  for (const name of Object.keys(env)) {
    const id = /^(?:RPC|WS)_URLS_(.+)$/.exec(name)?.[1];
    if (id && env[name] && !allChains().some((chain) => String(chain.id) === id))
      throw new ConfigError(`${name}: no such chain`);
  }
  return allChains().flatMap((chain) => {
    const inFile = urlsOf.get(chain.id);
    const given = addressesIn(env, `RPC_URLS_${chain.id}`, ['http:', 'https:'], 'an http(s) address');
    const announced = addressesIn(env, `WS_URLS_${chain.id}`, ['ws:', 'wss:'], 'a ws(s) address');
    const rpcUrls = given.length > 0 ? given : (inFile?.rpcUrls ?? []);
    // A provider's announcements belong to its own calls: the variable's RPC URLs are not joined by the file's sockets.
    const wsUrls = announced.length > 0 || given.length > 0 ? announced : (inFile?.wsUrls ?? []);
    if (rpcUrls.length > 0) return [{ chain, rpcUrls, wsUrls }];
    if (wsUrls.length > 0) throw new ConfigError(`WS_URLS_${chain.id}: needs RPC_URLS_${chain.id}`);
    return [];
  });
};

const addressesIn = (env: Env, name: string, protocols: readonly string[], kind: string): string[] => {
  const urls = (env[name] ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean);
  for (const url of urls) {
    if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol)) throw new ConfigError(`${name}: not ${kind}`);
  }
  return urls;
};

/** The address of a variable that money is sent to. What chains have there is checked once they can be asked. Throws ConfigError. */
export const payableVariable = (env: Env, name: string, chainIds: readonly number[]): PayableAddress => {
  const given = env[name];
  if (!given) throw new ConfigError(`${name}: not set; an address in EIP-55 spelling is needed`);
  try {
    return knownPayable(typedAddress(given), chainIds);
  } catch (error) {
    if (error instanceof UserError) throw new ConfigError(`${name}: ${error.message}`);
    throw error;
  }
};
