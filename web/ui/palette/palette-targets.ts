// The targets of the search palette, and which of them match a query.
import type { LucideIcon } from 'lucide-react';

export interface PaletteTarget {
  to: string;
  label: string;
  Icon: LucideIcon;
  /** A test store. */
  isTest?: boolean;
  /** Other words that match it. */
  keywords?: string;
  /** The group it is listed in: stores are apart from pages. */
  group: 'Pages' | 'Stores';
  /** Shown before anything is typed. */
  first?: boolean;
}

/** What a frame's palette offers. */
export interface PaletteSource {
  targets: readonly PaletteTarget[];
  /** What can be found besides pages. The first is searched without JavaScript. */
  lists: readonly [SearchedList, ...SearchedList[]];
  /** Returns `{ found: PaletteEntry[] }` for `?q=`; the newest entries without it; with `slow` when the search was stopped. */
  findUrl: string;
}

export interface SearchedList {
  /** `order`, in the singular. */
  noun: string;
  /** The page that takes `?q=`, for more results. */
  url: string;
}

/** One search result. */
export interface PaletteEntry {
  /** Of the group that it is listed in; entries of one group follow each other. */
  heading: string;
  to: string;
  title: string;
  /** An amount or name that tells results apart. */
  detail: string;
  state: string;
}

/** The targets that match a query, those whose name begins with it first. Without a query, the first ones. */
export const targetsFor = (targets: readonly PaletteTarget[], query: string): PaletteTarget[] => {
  const typed = query.trim().toLowerCase();
  if (typed === '') return targets.filter(({ first }) => first);
  const terms = typed.split(/\s+/);
  const found = targets.filter(({ label, keywords = '' }) => {
    const text = `${label} ${keywords}`.toLowerCase();
    return terms.every((term) => text.includes(term));
  });
  const beginsWith = ({ label }: PaletteTarget): number => (label.toLowerCase().startsWith(typed) ? 0 : 1);
  return found.sort((a, b) => beginsWith(a) - beginsWith(b));
};
