// Searches on the server when typing pauses. More typing aborts the request.
import { useEffect, useState } from 'react';
import type { PaletteEntry } from './palette-targets.ts';

const PAUSE_MS = 180;

export interface Found {
  /** `slow`: the server stopped a search; what other searches found is there. */
  state: 'asking' | 'done' | 'failed' | 'slow';
  entries: readonly PaletteEntry[];
}

const NOTHING: readonly PaletteEntry[] = [];

/** Results of the current query only: a response to an earlier one is never shown. */
export const useFound = (url: string, query: string): Found => {
  const [reply, setResponse] = useState<{
    query: string;
    entries: readonly PaletteEntry[] | null;
    slow?: boolean;
  } | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const response = await fetch(`${url}?${new URLSearchParams({ q: query })}`, { signal: controller.signal });
        if (!response.ok) throw new Error(`The search responded with ${response.status}`);
        const { found, slow = false } = (await response.json()) as { found: PaletteEntry[]; slow?: boolean };
        setResponse({ query, entries: found, slow });
      } catch {
        if (!controller.signal.aborted) setResponse({ query, entries: null });
      }
    };
    const timer = setTimeout(() => void ask(), query === '' ? 0 : PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [url, query]);
  if (reply?.query !== query) return { state: 'asking', entries: NOTHING };
  if (reply.slow) return { state: 'slow', entries: reply.entries ?? NOTHING };
  return reply.entries ? { state: 'done', entries: reply.entries } : { state: 'failed', entries: NOTHING };
};
