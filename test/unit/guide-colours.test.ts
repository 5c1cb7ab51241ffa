// Colours of code in the guide: the text stays as it is, and each colour can be read in light and dark (WCAG AA).
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contrast } from '#domain/accent.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { highlighted } from '#web/docs/content/highlight.server.ts';
import { plainText } from '#web/docs/content/render-guide.server.ts';

const LANGUAGES: Record<string, string> = {
  sh: 'bash',
  mjs: 'javascript',
  py: 'python',
  php: 'php',
  go: 'go',
  java: 'java',
};
const samples = globSync('docs/guide/samples/*', { cwd: REPOSITORY }).map((file) => ({
  file,
  language: LANGUAGES[file.replace(/^.*\./, '')] ?? '',
  code: readFileSync(join(REPOSITORY, file), 'utf8'),
}));
const blocks = globSync('docs/guide/*.md', { cwd: REPOSITORY }).flatMap((file) =>
  [...readFileSync(join(REPOSITORY, file), 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)].map(
    ([, language = '', code = '']) => ({ file, language, code }),
  ),
);

/** As a browser copies it. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

test.each([...samples, ...blocks])('$file, $language: coloured, and the same text', ({ code, language }) => {
  const html = highlighted(code, language) ?? '';
  // A lone command has nothing to colour.
  if (code.trim().includes('\n')) expect(html).toContain('<span class="token');
  // Classes only: a style attribute would break the content security policy.
  expect(html.replaceAll(/<span class="token[^"]*">|<\/span>/g, '')).not.toMatch(/<(?!\?)|style=/);
  expect(textOf(html)).toBe(code);
  expect(plainText(html)).toBe(
    plainText(code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')),
  );
});

test('an unknown language, and a name that every object has, stay plain', () => {
  for (const language of ['', 'cobol', 'toString', '__proto__']) expect(highlighted('<b>', language)).toBeUndefined();
});

describe('contrast', () => {
  const css = readFileSync(join(REPOSITORY, 'web', 'docs', 'docs.css'), 'utf8');
  const theme = readFileSync(join(REPOSITORY, 'web', 'ui', 'app.css'), 'utf8');
  const valuesOf = (text: string, name: string): string[] =>
    [...text.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))].map(([, value = '']) => value);

  test.each(['code-string', 'code-keyword', 'code-number', 'code-function', 'code-name'])('%s', (name) => {
    const colours = valuesOf(css, name);
    // Light, dark; then print, which is light.
    const grounds = valuesOf(theme, 'sunken');
    expect([colours.length, grounds.length]).toEqual([2, 3]);
    for (const [index, colour] of colours.entries())
      expect(contrast(colour, grounds[index] ?? '')).toBeGreaterThan(4.5);
  });
});
