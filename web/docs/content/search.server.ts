// Full-text search over the guide's sections, in memory.
import MiniSearch from 'minisearch';
import { GUIDE, type GuideServer, guidePage } from './guide.server.ts';
import { plainText } from './render-guide.server.ts';

export interface Hit {
  href: string;
  page: string;
  section: string;
  /** In pieces, with the matches marked. */
  excerpt: { text: string; isMatch: boolean }[];
}

interface Section {
  id: string;
  page: string;
  /** The section's title, or the page's for its first section. */
  title: string;
  section: string;
  text: string;
  code: string;
}

const CODE = /<pre.*?<\/pre>|<button.*?<\/button>/gs;

/** A section begins at a heading or at a sample's language. */
const sectionsOf = (name: string, server: GuideServer): Section[] => {
  const page = guidePage(name, server);
  if (!page) return [];
  return page.html.split(/(?=<h2 |<details )/).map((html) => {
    const heading = /^<h2 id="([^"]+)">(.*?)<\/h2>/.exec(html) ?? /^<details .*?<summary>(.*?)<\/summary>/.exec(html);
    const section = plainText(heading?.at(-1) ?? '');
    const body = html.slice(heading?.[0].length ?? 0).replace(/<h1>.*?<\/h1>/, '');
    const fragment = /\bid="([^"]+)"/.exec(html)?.[1];
    return {
      id: `/docs/${name}${heading && fragment ? `#${fragment}` : ''}`,
      page: page.title,
      title: section || page.title,
      section,
      text: plainText(body.replaceAll(CODE, ' ')),
      code: plainText((body.match(CODE) ?? []).join(' ')),
    };
  });
};

/** Splits a text into words. `spent_nonce` and `X-API-Key` are found whole and by their parts. */
const wordsOf = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}_-]+/u).flatMap((word) => [...new Set([word, ...word.split(/[_-]+/)])].filter(Boolean));

/** A word in lower case, without the plural `s`. */
const termOf = (word: string): string => word.toLowerCase().replace(/(?<=\w{3})s$/, '');

let index: MiniSearch<Section> | undefined;

const open = (server: GuideServer): MiniSearch<Section> => {
  if (index) return index;
  index = new MiniSearch<Section>({
    fields: ['title', 'page', 'text', 'code'],
    storeFields: ['page', 'section', 'text'],
    tokenize: wordsOf,
    processTerm: termOf,
  });
  index.addAll(GUIDE.flatMap(({ name }) => sectionsOf(name, server)));
  return index;
};

const OPTIONS = {
  // A number matches only itself: 20001 is not a misspelling of 20002.
  prefix: (term: string) => term.length > 2 && !/^\d+$/.test(term),
  fuzzy: (term: string) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false),
  boost: { title: 4, page: 1.5, code: 0.3 },
};

const MAX_LENGTH = 100;

/** The request's search query. */
export const queryOf = (request: Request): string =>
  (new URL(request.url).searchParams.get('q') ?? '').trim().slice(0, MAX_LENGTH);

/** The best ten sections with all search terms or, if there are none, with any. Matches prefixes and small typing mistakes. */
export const searchGuide = (query: string, server: GuideServer): Hit[] => {
  const guide = open(server);
  const all = guide.search(query, { ...OPTIONS, combineWith: 'AND' });
  const found = all.length > 0 ? all : guide.search(query, OPTIONS);
  return found.slice(0, 10).map(({ id, page, section, text, terms }) => ({
    href: id,
    page,
    section,
    excerpt: excerptOf(text, terms),
  }));
};

const EXCERPT = 180;
const BEFORE = 40;

/** Text around the first match, cut between words. */
const excerptOf = (text: string, terms: readonly string[]): Hit['excerpt'] => {
  const alternatives = [...terms]
    .sort((a, b) => b.length - a.length)
    .map((term) => term.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${alternatives.join('|')})`, 'giu');
  const at = Math.max(0, text.search(pattern));
  const from = at > BEFORE ? text.indexOf(' ', at - BEFORE) + 1 : 0;
  const end = text.indexOf(' ', from + EXCERPT);
  const part = `${from > 0 ? '… ' : ''}${text.slice(from, end < 0 ? undefined : end)}${end < 0 ? '' : ' …'}`;
  // A split at a capturing group returns the matches as every second piece.
  return part.split(pattern).flatMap((piece, index) => (piece ? [{ text: piece, isMatch: index % 2 === 1 }] : []));
};
