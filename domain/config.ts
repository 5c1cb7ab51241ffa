// Configuration that more than one process reads. Pure: the caller passes the environment.
import { typedAddress } from './address.ts';
import { CHAINS, type Chain } from './chains.ts';
import { ConfigError, UserError } from './errors.ts';
import { knownPayable, type PayableAddress } from './payable-address.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface EnabledChain {
  chain: Chain;
  rpcUrls: readonly string[];
  /** Where providers announce new heads. None: the watcher polls. */
  wsUrls?: readonly string[];
}

/**
 * The chains that are on: those with `RPC_URLS_<chain id>`, comma-separated http(s) addresses. `WS_URLS_<chain id>` has ws(s) addresses
 * beside them. Throws ConfigError that names the variable and the reason; an unknown chain id is one.
 */
export const enabledChains = (env: Env): EnabledChain[] => {
  for (const name of Object.keys(env)) {
    const id = /^(?:RPC|WS)_URLS_(.+)$/.exec(name)?.[1];
    if (id && env[name] && !CHAINS.some((chain) => String(chain.id) === id))
      throw new ConfigError(`${name}: no such chain`);
  }
  return CHAINS.flatMap((chain) => {
    const rpcUrls = addressesIn(env, `RPC_URLS_${chain.id}`, ['http:', 'https:'], 'an http(s) address');
    const wsUrls = addressesIn(env, `WS_URLS_${chain.id}`, ['ws:', 'wss:'], 'a ws(s) address');
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
