// Screening of payers (KYT): whether money from an address may be accepted. The interface of every provider, and a provider without
// a service: the fixed deny list of SCREENING_DENY_LIST.
import { type Address, parseAddress } from './address.ts';
import type { Env } from './config.ts';
import { ConfigError } from './errors.ts';

export interface Screening {
  /**
   * Whether money from this address must be denied. Asynchronous, because providers are services. Throws when there is no
   * response: the caller then waits or tells the payer to come back, and never accepts the money.
   */
  isDenied(address: Address): Promise<boolean>;
}

/** Refuses exactly these addresses. */
export const createStaticScreening = (denyList: readonly Address[]): Screening => {
  const denied: ReadonlySet<Address> = new Set(denyList);
  return { isDenied: async (address) => denied.has(address) };
};

export const DENY_LIST_VARIABLE = 'SCREENING_DENY_LIST';

/** The denied addresses of an environment: comma-separated, each checked by EIP-55; none when unset. Throws ConfigError. */
export const readDenyList = (env: Env): Address[] =>
  (env[DENY_LIST_VARIABLE] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text, index) => {
      const address = parseAddress(text);
      if (!address) {
        throw new ConfigError(
          `${DENY_LIST_VARIABLE}: entry ${index + 1} is not an address with a right EIP-55 checksum`,
        );
      }
      return address;
    });
