// Configuration that more than one process reads. Pure: the caller passes the environment.
import { type Address, parseAddress } from './address.ts';
import { CHAINS, type Chain } from './chains.ts';
import { ConfigError } from './errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface EnabledChain {
  chain: Chain;
  rpcUrls: readonly string[];
}

/**
 * The chains that are on: those with `RPC_URLS_<chain id>`, comma-separated http(s) addresses. Throws ConfigError that names
 * the variable and the reason; an unknown chain id is one.
 */
export const enabledChains = (env: Env): EnabledChain[] => {
  for (const name of Object.keys(env)) {
    const id = /^RPC_URLS_(.+)$/.exec(name)?.[1];
    if (id && env[name] && !CHAINS.some((chain) => String(chain.id) === id))
      throw new ConfigError(`${name}: no such chain`);
  }
  return CHAINS.flatMap((chain) => {
    const name = `RPC_URLS_${chain.id}`;
    const rpcUrls = (env[name] ?? '')
      .split(',')
      .map((url) => url.trim())
      .filter(Boolean);
    for (const url of rpcUrls) {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        throw new ConfigError(`${name}: not an http(s) address`);
    }
    return rpcUrls.length > 0 ? [{ chain, rpcUrls }] : [];
  });
};

/** An address variable, checked by EIP-55. Throws ConfigError. */
export const addressVariable = (env: Env, name: string): Address => {
  const address = parseAddress(env[name] ?? '');
  if (!address) throw new ConfigError(`${name}: an address with a right EIP-55 checksum is needed`);
  return address;
};
