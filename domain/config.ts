// Configuration that more than one process reads. Pure: the caller passes the environment.
import { typedAddress } from './address.ts';
import { CHAINS, type Chain } from './chains.ts';
import { ConfigError, UserError } from './errors.ts';
import { knownPayable, type PayableAddress } from './payable-address.ts';

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
