// The networks of CHAINS_FILE as a page carries them: data that came with the document, before any transaction (decision 0087). Every page
// loads this file; what makes chains of the entries is in web/account/keys/known-chains.ts.
import { useRouteLoaderData } from '@remix-run/react';
import type { ChainEntry } from '#domain/chain-entry.ts';
import { ROOT } from '#web/text/page-texts.ts';

const ELEMENT_ID = 'configured-chains';

/** For the document's body; null where all networks are built in. Nothing in it ends the element. */
export const usePageChains = (): { id: string; type: string; dangerouslySetInnerHTML: { __html: string } } | null => {
  const data = useRouteLoaderData(ROOT) as { configuredChains?: readonly ChainEntry[] } | undefined;
  const entries = data?.configuredChains ?? [];
  if (entries.length === 0) return null;
  const __html = JSON.stringify(entries).replaceAll('<', '\\u003c');
  return { id: ELEMENT_ID, type: 'application/json', dangerouslySetInnerHTML: { __html } };
};

/** What the page that this script runs in carries; null where all networks are built in, and on the server. */
export const pageChainsText = (): string | null =>
  typeof document === 'undefined' ? null : (document.getElementById(ELEMENT_ID)?.textContent ?? null);
