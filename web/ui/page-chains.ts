// The networks of CHAINS_FILE as a page carries them: data that came with the document, before any transaction (decision 0087).
import { useRouteLoaderData } from '@remix-run/react';
import type { ChainEntry } from '#domain/chain-entry.ts';
import { BUILT_IN_CHAINS, type Chain, withConfigured } from '#domain/chains.ts';

const ELEMENT_ID = 'configured-chains';

/** For the document's body; null where all networks are built in. Nothing in it ends the element. */
export const usePageChains = (): { id: string; type: string; dangerouslySetInnerHTML: { __html: string } } | null => {
  const data = useRouteLoaderData('root') as { configuredChains?: readonly ChainEntry[] } | undefined;
  const entries = data?.configuredChains ?? [];
  if (entries.length === 0) return null;
  const __html = JSON.stringify(entries).replaceAll('<', '\\u003c');
  return { id: ELEMENT_ID, type: 'application/json', dangerouslySetInnerHTML: { __html } };
};

/**
 * The built-in networks, which no page can change, and those that the page adds. A page whose entries are wrong, or that takes anything
 * from a built-in network, adds none.
 */
export const chainsWith = (pageText: string | null): { chain: Chain; isConfigured: boolean }[] => {
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
export const pageChains = (): { chain: Chain; isConfigured: boolean }[] =>
  chainsWith(typeof document === 'undefined' ? null : (document.getElementById(ELEMENT_ID)?.textContent ?? null));
