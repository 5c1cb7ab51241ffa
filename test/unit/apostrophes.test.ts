// Texts of pages and e-mails have typographic apostrophes: one page with both kinds looks careless. Texts of the API, of logs and of the
// documentation's Markdown have straight ones, because people paste them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Read by programs and in terminals, or Markdown of the documentation. */
const STRAIGHT = ['web/api/', 'web/chains/', 'web/docs/content/', 'web/http/'];

const sources = ['web', 'emails']
  .flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`),
  )
  .filter((file) => /\.tsx?$/.test(file) && !STRAIGHT.some((folder) => file.startsWith(folder)));

/** Texts in a source file, without its comments. */
const textsOf = (file: string): string[] => {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isJsxText(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, false, kind));
  return texts;
};

test('no text of a page or an e-mail has a straight apostrophe', () => {
  expect(sources.length).toBeGreaterThan(400);
  const found = sources.flatMap((file) =>
    textsOf(file)
      .filter((text) => /\p{L}'\p{L}|\p{L}s' |^'s\b/u.test(text))
      .map((text) => `${file}: ${text.replace(/\s+/g, ' ').trim()}`),
  );
  expect(found).toEqual([]);
});
