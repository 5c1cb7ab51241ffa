// The tables of docs/open-api.md against the code: currencies (section 8) and chains (section 11).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN_CHAINS, tokenOf } from '#domain/chains.ts';
import { FIAT_CURRENCIES } from '#domain/currencies.ts';
import { NOTICE_EVENTS } from '#domain/order-events.ts';
import { isShownLine, isShownText } from '#domain/text.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const page = readFileSync(join(REPOSITORY, 'docs', 'open-api.md'), 'utf8');

test('every fiat currency is listed, and no other', () => {
  const list = Object.entries(FIAT_CURRENCIES).map(([id, symbol]) => `${id} ${symbol}`);
  expect(page).toContain(`Fiat: ${list.join(', ')}.`);
});

test('every live chain has a row with its tokens', () => {
  for (const chain of BUILT_IN_CHAINS.filter(({ isTest }) => !isTest)) {
    const [usdt, usdc] = [tokenOf(chain, 1), tokenOf(chain, 2)];
    expect(page).toContain(`| ${chain.name} | ${chain.id} | ${usdt?.address} | ${usdc?.address} | ${usdt?.decimals} |`);
  }
});

test('every event of section 15 is named', () => {
  const [, section = ''] = page.split('## 15. ');
  const [names = ''] = /`checkout_intent\.[\s\S]*?A notice has/.exec(section) ?? [];
  const named = [...names.matchAll(/`(?:checkout_intent)?\.([a-z_]+)`/g)].map(([, name]) => `checkout_intent.${name}`);
  expect(named).toEqual(Object.values(NOTICE_EVENTS));
});

/** The code points that a part of the page names: U+2028, and ranges as "U+202A to U+202E". */
const codePointsIn = (text: string): Set<number> =>
  new Set(
    [...text.matchAll(/U\+([0-9A-F]{4})(?: to U\+([0-9A-F]{4}))?/g)].flatMap(([, from = '', to = from]) =>
      Array.from(
        { length: Number.parseInt(to, 16) - Number.parseInt(from, 16) + 1 },
        (_, index) => Number.parseInt(from, 16) + index,
      ),
    ),
  );

test('the characters that shown texts reject are those that the page names', () => {
  const [rule = ''] = /Marks of writing\n {2}direction[\s\S]*?`bad_text`/.exec(page) ?? [];
  const [, breaks = '', ofLines = ''] = /may have tabs and line breaks \(([^)]*)\)(.*)/.exec(page) ?? [];
  const [rejected, allowed, alsoInLines] = [rule, breaks, ofLines].map(codePointsIn);
  for (let code = 0; code <= 0xffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const text = `a${String.fromCodePoint(code)}b`;
    const inLines = !rejected?.has(code) && !alsoInLines?.has(code);
    if (isShownLine(text) !== inLines) expect.fail(`${code.toString(16)} in one line`);
    if (isShownText(text) !== (!rejected?.has(code) || allowed?.has(code)))
      expect.fail(`${code.toString(16)} in a text`);
  }
  expect(rejected?.size).toBeGreaterThan(70);
});
