// Where the palette can lead: pages by name, and which of them a few typed letters mean.
import type { LucideIcon } from 'lucide-react';

export interface PaletteTarget {
  to: string;
  label: string;
  Icon: LucideIcon;
  /** A store on test networks. */
  isTest?: boolean;
  /** Further words that mean it. */
  message?: string;
  /** `Stores` stand apart from pages. */
  group: 'Pages' | 'Stores';
  /** Shown before anything is typed. */
  first?: boolean;
}

/** What a frame's palette offers. */
export interface PaletteSource {
  places: readonly PaletteTarget[];
  /** What can be found besides pages: `order`, in the singular. */
  noun: string;
  /** Answers `{ found: PaletteEntry[] }` for `?q=`; the newest without one. */
  findUrl: string;
  /** The page whose own search box takes `?q=`: where the search goes without JavaScript, or when more is wanted. */
  listUrl: string;
}

/** One thing that was found, in words. */
export interface PaletteEntry {
  to: string;
  title: string;
  /** Amount, name, or whatever tells two of them apart. */
  detail: string;
  state: string;
}

/** The places that a query means, those whose name begins with it first; the first ones for no query. */
export const targetsFor = (places: readonly PaletteTarget[], query: string): PaletteTarget[] => {
  const typed = query.trim().toLowerCase();
  if (typed === '') return places.filter(({ first }) => first);
  const message = typed.split(/\s+/);
  const found = places.filter(({ label, message: more = '' }) => {
    const text = `${label} ${more}`.toLowerCase();
    return message.every((word) => text.includes(word));
  });
  const beginsWith = ({ label }: PaletteTarget): number => (label.toLowerCase().startsWith(typed) ? 0 : 1);
  return found.sort((a, b) => beginsWith(a) - beginsWith(b));
};
