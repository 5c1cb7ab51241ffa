// React 18 sends zeros where a character does not fit into the rest of its buffer; pages do not.

import { PassThrough, type Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createElement } from 'react';
import { renderToPipeableStream } from 'react-dom/server';
import { expect, test } from 'vitest';
import { withoutNullBytes } from '#web/ui/without-null-bytes.ts';

const LINE = '決済の状態を確認しています。';
/** Texts of three bytes a character, moved by `offset` bytes against the buffers. */
const render = (offset: number, into: Transform): Promise<string> => {
  const lines = Array.from({ length: 400 }, (_, at) => createElement('p', { key: at, title: LINE }, LINE));
  const { pipe } = renderToPipeableStream(createElement('main', null, '-'.repeat(offset), ...lines));
  pipe(into);
  return text(into);
};

test('a page has every character, and no zeros, wherever the buffers of React end', async () => {
  const raw = await Promise.all([0, 1, 2].map((offset) => render(offset, new PassThrough())));
  // If this fails, React is fixed: delete the stream and this test.
  expect(raw.some((html) => html.includes('\0'))).toBe(true);
  for (const [offset, html] of raw.entries()) {
    const sent = await render(offset, withoutNullBytes());
    expect(sent).toBe(html.replaceAll('\0', ''));
    expect(sent.split(`<p title="${LINE}">${LINE}</p>`)).toHaveLength(401);
  }
});
