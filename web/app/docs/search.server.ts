// Search over the guide, a section at a time. Small enough to be kept in memory and asked by a plain form.
import MiniSearch from 'minisearch';
import { GUIDE, guidePage } from './guide.server.ts';

export interface Hit {
  href: string;
  page: string;
  section: string;
  excerpt: string;
}

interface Section extends Hit {
  id: string;
  text: string;
}

const plain = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();

const EXCERPT = 180;

const sectionsOf = (name: string, baseUrl: string): Section[] => {
  const page = guidePage(name, baseUrl);
  if (!page) return [];
  return page.html.split(/(?=<h2 )/).map((html) => {
    const heading = /^<h2 id="([^"]+)">(.*?)<\/h2>/.exec(html);
    const text = plain(heading ? html.slice(heading[0].length) : html.replace(/<h1>.*?<\/h1>/, ''));
    const href = `/docs/${name}${heading ? `#${heading[1]}` : ''}`;
    const section = heading ? plain(heading[2] ?? '') : '';
    return { id: href, href, page: page.title, section, text, excerpt: '' };
  });
};

let index: MiniSearch<Section> | undefined;

const open = (baseUrl: string): MiniSearch<Section> => {
  if (index) return index;
  index = new MiniSearch<Section>({
    fields: ['page', 'section', 'text'],
    storeFields: ['href', 'page', 'section', 'text'],
  });
  index.addAll(GUIDE.flatMap(({ name }) => sectionsOf(name, baseUrl)));
  return index;
};

/** The best ten sections. Words may be incomplete or slightly wrong. */
export const searchGuide = (query: string, baseUrl: string): Hit[] =>
  open(baseUrl)
    .search(query, { prefix: true, fuzzy: 0.15, boost: { page: 3, section: 2 } })
    .slice(0, 10)
    .map(({ href, page, section, text, terms }) => ({ href, page, section, excerpt: excerptOf(text, terms) }));

const excerptOf = (text: string, terms: readonly string[]): string => {
  const lower = text.toLowerCase();
  const found = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...found, text.length) - 40);
  const from = start >= text.length ? 0 : start;
  const part = text.slice(from, from + EXCERPT).trim();
  return `${from > 0 ? '… ' : ''}${part}${from + EXCERPT < text.length ? ' …' : ''}`;
};
