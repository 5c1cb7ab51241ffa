// The networks on which a wallet signs: the built-in table of this script, and what the page adds to it (decision 0087).
import { BUILT_IN_CHAINS, type Chain, withConfigured } from '#domain/chains.ts';
import { pageChainsText } from '#web/ui/page-chains.ts';

export interface KnownChain {
  chain: Chain;
  /** Of CHAINS_FILE: what it says is the site's word. */
  isConfigured: boolean;
}

/**
 * The built-in networks, which no page can change, and those that the page adds. A page whose entries are wrong, or that takes anything
 * from a built-in network, adds none.
 */
export const chainsWith = (pageText: string | null): KnownChain[] => {
  let chains = BUILT_IN_CHAINS;
  try {
    const entries: unknown = pageText === null ? [] : JSON.parse(pageText);
    if (Array.isArray(entries)) chains = withConfigured(entries);
  } catch {
    // The page is not believed.
  }
  return chains.map((chain, index) => ({ chain, isConfigured: index >= BUILT_IN_CHAINS.length }));
};

/** Those of the page that this script runs in. */
export const pageChains = (): KnownChain[] => chainsWith(pageChainsText());
