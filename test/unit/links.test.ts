// Every Markdown link, and every file, folder, section and decision record that a comment or a document names, exists.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const IGNORED = /(^|\/)(node_modules|\.git|\.cache|\.data|build|dist|out|cache|generated|histories)(\/|$)/;
const FILES = globSync('{*,.*,**/*}.{ts,tsx,mjs,cjs,md,sol,css,sh,yml,json}', {
  cwd: REPOSITORY,
  exclude: (name) => IGNORED.test(name),
});
const DOCUMENTS = FILES.filter((file) => file.endsWith('.md'));
const SOURCES = FILES.filter((file) => /\.(ts|tsx|mjs|cjs|sol|css)$/.test(file));
const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```/gm, '');
const commentsOf = (source: string): string =>
  [...source.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm)].map(([comment]) => comment).join('\n');

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
const headingsOf = (file: string): string[] =>
  [...withoutCode(read(file)).matchAll(/^#+\s+(.+)$/gm)].map(([, heading]) => heading ?? '');

/** Pages of the guide link to one another by their URL on the server. */
const targetOf = (file: string, link: string): string =>
  link.startsWith('/') ? join('docs', 'guide', `${link.replace(/^\/docs\/?/, '')}.md`) : join(dirname(file), link);

test('links between documents lead to an existing file and heading', () => {
  const broken: string[] = [];
  for (const file of DOCUMENTS) {
    for (const [, link = ''] of withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^([a-z]+:|\{\{)/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : targetOf(file, path);
      if (!existsSync(join(REPOSITORY, target))) broken.push(`${file}: ${link}`);
      else if (anchor && target.endsWith('.md') && !headingsOf(target).map(anchorOf).includes(anchor))
        broken.push(`${file}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

const ROOMS =
  'domain|contracts|db|chain|emails|workflows|activities|worker|web|sdk|scripts|bench|simulate|test|docs|public';
const CITED_PATH = new RegExp(`(?<![\\w./#@$:-])(?:${ROOMS})/[\\w./$@-]+`, 'g');
/** A file name, with or without folders, must be the end of some file's path. */
const CITED_FILE = /(?<![\w./#@$*<>…-])[\w$.-][\w/$.-]*\.(?:tsx?|mjs|cjs|sol|md)(?![\w*-])/g;
const ENDINGS = new Set(
  FILES.flatMap((file) => file.split('/').map((_, index, parts) => parts.slice(index).join('/'))),
);

/** Decision records are also cited by number alone. */
const exists = (path: string): boolean =>
  IGNORED.test(path) ||
  existsSync(join(REPOSITORY, path)) ||
  (/^docs\/decisions\/\d{4}$/.test(path) && FILES.some((file) => file.startsWith(`${path}-`)));
const cited = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([path]) => path.replace(/[./]+$/, ''));

const missingIn = (file: string, text: string): string[] => {
  const paths = cited(text, CITED_PATH).filter(
    (path) => !exists(path) && !ENDINGS.has(path) && !exists(join(dirname(file), path)),
  );
  const names = cited(text, CITED_FILE).filter(
    (name) => /\w\.\w+$/.test(name) && !ENDINGS.has(name) && !exists(join(dirname(file), name)),
  );
  return [...new Set([...paths, ...names])].map((path) => `${file}: ${path}`);
};

test('files and folders named in comments and documents exist', () => {
  expect(FILES.length).toBeGreaterThan(500);
  // Decision records may also name what they replaced.
  const current = DOCUMENTS.filter((file) => !file.startsWith('docs/decisions/'));
  const inDocuments = current.flatMap((file) => missingIn(file, withoutCode(read(file))));
  const inComments = SOURCES.flatMap((file) => missingIn(file, commentsOf(read(file))));
  expect([...inDocuments, ...inComments]).toEqual([]);
});

test('cited sections and decision records exist', () => {
  const decisions = globSync('docs/decisions/*.md', { cwd: REPOSITORY }).map((file) => /\d{4}/.exec(file)?.[0]);
  const broken: string[] = [];
  for (const file of [...DOCUMENTS, ...SOURCES]) {
    const text = file.endsWith('.md') ? withoutCode(read(file)) : commentsOf(read(file)).replace(/\n\s*(\/\/|\*)/g, '');
    for (const [, number] of text.matchAll(/\bdecision (\d{4})\b/g))
      if (!decisions.includes(number)) broken.push(`${file}: decision ${number}`);
    for (const [, page = '', section] of text.matchAll(/([\w/-]+\.md)`?\)?,? sections? (\d+)/g)) {
      const target = [page, join(dirname(file), page)].find((path) => existsSync(join(REPOSITORY, path)));
      if (!target || !headingsOf(target).some((heading) => heading.startsWith(`${section}. `)))
        broken.push(`${file}: ${page} section ${section}`);
    }
  }
  expect(broken).toEqual([]);
});
