// The developer guide: Markdown of docs/guide with its tables and samples put in, as Markdown (the twin of each page) and as HTML.
// Read when the pages are built, so that the server needs no files.
import { Marked } from 'marked';
import { TABLES } from './tables.server.ts';

export interface GuideEntry {
  /** Last part of its address. */
  name: string;
  title: string;
  description: string;
}

export interface Heading {
  id: string;
  title: string;
}

export interface GuidePage extends GuideEntry {
  markdown: string;
  html: string;
  /** Of the second level. */
  headings: Heading[];
}

const raw = (modules: Record<string, unknown>): Map<string, string> =>
  new Map(Object.entries(modules).map(([path, text]) => [path.replace(/^.*\//, ''), text as string]));

const PAGES = raw(import.meta.glob('../../../docs/guide/*.md', { query: '?raw', import: 'default', eager: true }));
const FILES = raw(import.meta.glob('../../../docs/guide/samples/*', { query: '?raw', import: 'default', eager: true }));

const SAMPLES = [
  { file: 'curl.sh', language: 'bash', title: 'curl and openssl' },
  { file: 'node.mjs', language: 'javascript', title: 'Node' },
  { file: 'python.py', language: 'python', title: 'Python' },
  { file: 'php.php', language: 'php', title: 'PHP' },
  { file: 'go.go', language: 'go', title: 'Go' },
  { file: 'Java.java', language: 'java', title: 'Java' },
] as const;

const samples = (): string =>
  SAMPLES.map(({ file, language, title }) => {
    return `### ${title}\n\n\`\`\`${language}\n${FILES.get(file)?.trimEnd()}\n\`\`\``;
  }).join('\n\n');

interface Source extends GuideEntry {
  order: number;
  body: string;
}

const parse = (file: string, text: string): Source => {
  const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  const facts = new Map(head.split('\n').map((line) => [line.split(':')[0], line.replace(/^\w+: */, '')]));
  const { title, description, order } = Object.fromEntries(facts);
  if (!title || !description || !order) throw new Error(`docs/guide/${file}: title, description and order are needed`);
  return { name: file.replace(/\.md$/, ''), title, description, order: Number(order), body };
};

const SOURCES = [...PAGES].map(([file, text]) => parse(file, text)).sort((a, b) => a.order - b.order);

export const GUIDE: readonly GuideEntry[] = SOURCES.map(({ name, title, description }) => ({
  name,
  title,
  description,
}));

const fill = (body: string, baseUrl: string): string =>
  body
    .replaceAll('{{BASE_URL}}', baseUrl)
    .replaceAll('CHECKOUT:-http://localhost:3000', `CHECKOUT:-${baseUrl}`)
    .replaceAll('<!-- samples -->', samples)
    .replaceAll(/<!-- table:(\w+) -->/g, (_, name: string) => {
      const make = TABLES[name];
      if (!make) throw new Error(`docs/guide: there is no table ${name}`);
      return make();
    })
    .trim();

const idOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/<[^>]+>|[`'’]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

const render = (markdown: string): { html: string; headings: Heading[] } => {
  const headings: Heading[] = [];
  let above = 'Table';
  let tables = 0;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const title = this.parser.parseInline(tokens);
        const id = idOf(title);
        above = title.replaceAll(/<[^>]+>/g, '');
        if (depth === 2) headings.push({ id, title: above });
        return depth === 1
          ? `<h1>${title}</h1>\n`
          : `<h${depth} id="${id}"><a href="#${id}">${title}</a></h${depth}>\n`;
      },
      // Wide tables scroll by themselves, and so can be reached by the keyboard.
      table(token) {
        const row = (cells: typeof token.header, tag: string) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const head = row(token.header, 'th');
        const body = token.rows.map((cells) => row(cells, 'td')).join('');
        tables += 1;
        return `<div class="docs-wide" tabindex="0" role="region" aria-label="Table ${tables}: ${above}"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;
      },
      code({ text, lang }) {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        return `<pre tabindex="0"${lang ? ` data-language="${lang}"` : ''}><code>${escaped}</code></pre>\n`;
      },
    },
  });
  return { html: marked.parse(markdown, { async: false }), headings };
};

/** A page of the guide as the server at `baseUrl` shows it; null when there is none of that name. */
export const guidePage = (name: string, baseUrl: string): GuidePage | null => {
  const source = SOURCES.find((entry) => entry.name === name);
  if (!source) return null;
  const { title, description } = source;
  const markdown = fill(source.body, baseUrl);
  return { name, title, description, markdown, ...render(markdown) };
};
