// SQL as text stands only in the files listed here, each with its reason. Everything else goes through the entity manager or
// typed SQL (db/README.md), where the compiler knows tables, columns and types.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHIPPED = ['domain', 'contracts', 'db', 'chain', 'emails', 'workflows', 'activities', 'worker', 'web', 'scripts'];

/** Files, or folders that end with a slash. */
const ALLOWED: Record<string, string> = {};

/** A whole statement, lower case as written here or in capitals: prose in messages does not begin so. */
const STATEMENT =
  /^[\s(]*(?:select\s[\s\S]*?\bfrom\s|select\s+\w+\(|insert\s+into\s|update\s+\S+\s+(?:\w+\s+)?set\s|delete\s+from\s|with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\s|truncate\s|(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:unique\s+)?(?:table|index|schema|database|role|function|trigger|view|sequence)\s|(?:listen|notify|unlisten)\s+\w+$|copy\s+\S+\s*\()/;
const isStatement = (text: string): boolean =>
  STATEMENT.test(text) || STATEMENT.test(text.replace(/\b[A-Z]+\b/g, (word) => word.toLowerCase()));

/** Statements in a file, as the lines they begin on. Placeholders of templates count as a word. */
export const statementsIn = (fileName: string, source: string): { line: number; text: string }[] => {
  if (!/select|insert|update|delete|with|truncate|create|alter|drop|listen|notify|copy/i.test(source)) return [];
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, false);
  const found: { line: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join('')
        : undefined;
    if (text !== undefined && isStatement(text)) {
      found.push({ line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, text: text.trim() });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

const sourceFiles = SHIPPED.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.includes('node_modules'))
    .map((path) => `${room}/${path}`),
);
const isAllowed = (path: string): boolean =>
  Object.keys(ALLOWED).some((allowed) => (allowed.endsWith('/') ? path.startsWith(allowed) : path === allowed));

test('raw SQL stands only in the listed files, and each of them has some', () => {
  const withSql = sourceFiles
    .map((path) => ({ path, statements: statementsIn(path, readFileSync(join(ROOT, path), 'utf8')) }))
    .filter(({ statements }) => statements.length > 0);
  const elsewhere = withSql
    .filter(({ path }) => !isAllowed(path))
    .flatMap(({ path, statements }) => statements.map(({ line, text }) => `${path}:${line} ${text.slice(0, 60)}`));
  expect(elsewhere).toEqual([]);
  const unused = Object.keys(ALLOWED).filter((allowed) => !withSql.some(({ path }) => path.startsWith(allowed)));
  expect(unused).toEqual([]);
});

test('statements are told from prose', () => {
  const statements = (source: string) => statementsIn('x.ts', source).map(({ line }) => line);
  expect(
    statements("em.execute('select 1 from store');\nem.execute(`\n  with a as (select 1) select $" + '{x} from a`)'),
  ).toEqual([1, 2]);
  expect(
    statements(
      "a('SELECT id FROM store', `update store set name = $" + "{x}`, 'delete from store', 'insert into a values (1)')",
    ),
  ).toEqual([1, 1, 1, 1]);
  expect(
    statements("a('Select a coin from the list', 'update the settings', 'with love', 'create', 'delete')"),
  ).toEqual([]);
});
