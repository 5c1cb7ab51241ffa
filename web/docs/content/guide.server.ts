// The developer guide: docs/guide with tables and samples filled in, as HTML and as Markdown. Vite bundles the files, so the server
// does not read them.
import type { ClientPackages } from '#web/http/client-packages.ts';
import { type Heading, renderGuide, SAMPLES_MARK, type Sample } from './render-guide.server.ts';
import { TABLES } from './tables.server.ts';

export interface GuideEntry {
  /** Last part of its URL. */
  name: string;
  title: string;
  description: string;
}

export interface GuidePage extends GuideEntry {
  /** With links to the Markdown of other pages. */
  markdown: string;
  html: string;
  /** The headings of the second level. */
  headings: Heading[];
}

const raw = (modules: Record<string, unknown>): Map<string, string> =>
  new Map(Object.entries(modules).map(([path, text]) => [path.replace(/^.*\//, ''), text as string]));

const PAGES = raw(import.meta.glob('../../../docs/guide/*.md', { query: '?raw', import: 'default', eager: true }));
const FILES = raw(import.meta.glob('../../../docs/guide/samples/*', { query: '?raw', import: 'default', eager: true }));

const SAMPLE_FILES = [
  { file: 'curl.sh', language: 'bash', title: 'curl and openssl' },
  { file: 'node.mjs', language: 'javascript', title: 'Node' },
  { file: 'python.py', language: 'python', title: 'Python' },
  { file: 'php.php', language: 'php', title: 'PHP' },
  { file: 'go.go', language: 'go', title: 'Go' },
  { file: 'Java.java', language: 'java', title: 'Java' },
] as const;

const SAMPLES: readonly Sample[] = SAMPLE_FILES.map(({ file, ...rest }) => ({
  ...rest,
  code: FILES.get(file)?.trimEnd() ?? '',
}));

const samplesAsMarkdown = (): string =>
  SAMPLES.map(({ code, language, title }) => `### ${title}\n\n\`\`\`${language}\n${code}\n\`\`\``).join('\n\n');

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

/** What pages say about the server that they are read on. */
export interface GuideServer {
  /** Without a trailing slash. */
  publicUrl: string;
  clientPackages: ClientPackages;
}

/** What a page shows of its reader's own. */
export interface OwnValues {
  /** The identifier of a key of a test store. */
  testKey?: string | undefined;
}

const fill = (body: string, server: GuideServer, { testKey = 'st_test_…' }: OwnValues): string => {
  const { publicUrl: baseUrl } = server;
  const { node, python } = server.clientPackages;
  const values: Record<string, string> = {
    BASE_URL: baseUrl,
    TEST_KEY: testKey,
    NODE_PACKAGE: `${baseUrl}/docs/packages/${node.file}`,
    NODE_SHA256: node.sha256,
    PYTHON_PACKAGE: `${baseUrl}/docs/packages/${python.file}`,
    PYTHON_SHA256: python.sha256,
  };
  return body
    .replaceAll(/\{\{([A-Z_0-9]+)\}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`docs/guide: there is no value ${name}`);
      return value;
    })
    .replaceAll('CHECKOUT:-http://localhost:3000', `CHECKOUT:-${baseUrl}`)
    .replaceAll(/<!-- table:(\w+) -->/g, (_, name: string) => {
      const make = TABLES[name];
      if (!make) throw new Error(`docs/guide: there is no table ${name}`);
      return make();
    })
    .trim();
};

/** Links to the Markdown of other pages. */
const withMarkdownLinks = (markdown: string, baseUrl: string): string =>
  markdown
    .replaceAll(SAMPLES_MARK, samplesAsMarkdown)
    .replaceAll(/\]\(\/docs\/([\w-]+)/g, (_, name: string) => `](${baseUrl}/docs/${name}.md`)
    .replaceAll('](/', `](${baseUrl}/`);

/** A page of the guide for a server, or null. */
export const guidePage = (name: string, server: GuideServer, own: OwnValues = {}): GuidePage | null => {
  const source = SOURCES.find((entry) => entry.name === name);
  if (!source) return null;
  const { title, description } = source;
  const text = fill(source.body, server, own);
  return {
    name,
    title,
    description,
    markdown: withMarkdownLinks(text, server.publicUrl),
    ...renderGuide(text, SAMPLES),
  };
};
