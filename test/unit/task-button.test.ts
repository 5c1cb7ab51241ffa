// Buttons whose task is running: the one component for them, and no form that has another way.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { TaskButton } from '#web/ui/task-button.tsx';

const html = (props: Parameters<typeof TaskButton>[0]): string =>
  renderToStaticMarkup(createElement(TaskButton, props));

test('a running task leaves its button in reach, and marks it', () => {
  expect(html({ busy: true, children: 'Save' })).toBe(
    '<button type="button" aria-disabled="true" aria-busy="true">Save</button>',
  );
  expect(html({ type: 'submit', children: 'Save' })).toBe('<button type="submit">Save</button>');
  expect(html({ disabled: true, children: 'Save' })).toBe('<button type="button" disabled="">Save</button>');
});

/** The opening tags of these elements: a `>` inside of braces ends none. */
const tagsOf = (source: string, name: RegExp): string[] =>
  [...source.matchAll(name)].map(({ index }) => {
    let depth = 0;
    let end = index;
    for (; depth > 0 || source[end] !== '>'; end += 1) depth += source[end] === '{' ? 1 : source[end] === '}' ? -1 : 0;
    return source.slice(index, end + 1);
  });

test('no button of a page is disabled because something runs', () => {
  const web = join(REPOSITORY, 'web');
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));
  const tags = files
    .filter((file) => file !== join('ui', 'task-button.tsx'))
    .flatMap((file) => tagsOf(readFileSync(join(web, file), 'utf8'), /<(?:\w*Button|button)\b/g));
  const disabled = tags.filter((tag) => /\sdisabled=/.test(tag));
  expect(tags.filter((tag) => /\sbusy=/.test(tag)).length).toBeGreaterThan(30);
  // What may be: the page is not hydrated, nothing is chosen, there is no address yet.
  const reasons = disabled.map((tag) => /\sdisabled=\{([^}]*)\}/.exec(tag)?.[1]);
  expect(new Set(reasons)).toEqual(new Set(['!hydrated', 'chosen === 0', '!address']));
  expect(tags.filter((tag) => tag.startsWith('<button') && tag.includes('aria-disabled'))).toEqual([]);
});
