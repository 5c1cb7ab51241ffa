// The URL of the list of orders: parts that have no effect are named, and a file refuses them. What is said of a read that was stopped.
import { expect, test } from 'vitest';
import { askedCsvStyle } from '#domain/csv-style.ts';
import { slowText } from '#web/dashboard/orders/parts/orders-notices.tsx';
import { filterOf } from '#web/dashboard/orders/server/orders-presenter.ts';
import { unknownIn } from '#web/dashboard/orders/server/unknown-parts.ts';
import { anyText, oneOf, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';

const unknown = (query: string) => unknownIn(new URLSearchParams(query));
const ID = '6b0e1de5e03c25d4fd59b274';

test('what the list takes is known, empty fields of its form too', () => {
  for (const query of [
    '',
    'q=mug&tab=paid&status=CONFIRMED&network=31337&coin=USDT&method=WALLET_SCAN&source=api&min=1&max=2&from=2026-01-01&to=2026-01-02',
    `sort=oldest&totals=on&hide=time&hide=paid&older=${ID}&redelivered=3`,
    'q=&status=&hide=&sort=&totals=',
    // The filter itself says what is wrong with these.
    'status=foo&min=lots&tab=nowhere',
  ]) {
    expect(unknown(query), query).toBeNull();
  }
});

test('names and values that mean nothing are named, and what is known stays', () => {
  expect(unknown('coins=USDT&status=CONFIRMED')).toEqual({ parts: ['coins=USDT'], query: 'status=CONFIRMED' });
  expect(unknown('sort=up&hide=nonsense&hide=paid&older=zzz&totals=1')).toEqual({
    parts: ['sort=up', 'hide=nonsense', 'older=zzz', 'totals=1'],
    query: 'hide=paid',
  });
  // Names of every object are no parameters.
  expect(unknown('constructor=1')?.parts).toEqual(['constructor=1']);
  expect(unknown(`${'x'.repeat(200)}=1`)?.parts).toEqual([`${'x'.repeat(40)}…`]);
  expect(unknown(Array.from({ length: 30 }, (_, index) => `p${index}=1`).join('&'))?.parts).toHaveLength(5);
});

test('other lists know what they take, and an empty field of their forms', () => {
  const takes = { state: oneOf([null, 'failed']), after: wholeNumber, text: anyText };
  const of = (query: string) => unknownParts(new URLSearchParams(query), takes);
  for (const query of ['', 'state=failed&after=7&text=%20x', 'state=&after=%20', 'index']) expect(of(query)).toBeNull();
  expect(of('state=Failed&after=-1&text=a&x=')).toEqual({ parts: ['state=Failed', 'after=-1', 'x='], query: 'text=a' });
});

test('a file is not made of more orders than its URL seems to ask for', () => {
  const filter = (query: string) => filterOf(new URLSearchParams(query), 'UTC');
  expect(() => filter('statuses=PAID')).toThrow('“statuses=PAID” is no filter of orders.');
  expect(filter(`rows=orders&separator=;&style=comma&order=${ID}&sort=oldest&totals=on&hide=paid`).ids).toEqual([ID]);
});

test('a file’s style is what its URL asks for, else the store’s; another one is named', () => {
  const asked = (query: string, store = {}) => askedCsvStyle(new URLSearchParams(query), { locale: 'en', ...store });
  expect(asked('')).toBe('comma');
  expect(asked('', { locale: 'es' })).toBe('semicolon');
  expect(asked('', { locale: 'es', csvStyle: 'semicolon_decimal_comma' })).toBe('semicolon_decimal_comma');
  expect(asked('style=comma', { csvStyle: 'semicolon' })).toBe('comma');
  expect(asked('separator=;')).toBe('semicolon');
  expect(asked('separator=,', { locale: 'es' })).toBe('comma');
  expect(() => asked('style=constructor')).toThrow('style: must be one of comma, semicolon, semicolon_decimal_comma');
  expect(() => asked('separator=|')).toThrow('separator: must be a comma or a semicolon');
});

test('a search that was stopped is named, with what to do; so are a list and totals', () => {
  expect(slowText({ what: 'orders', seconds: 5 }, 'mug')).toMatchObject({
    title: 'The search for “mug” was stopped after 5 seconds',
    text: expect.stringContaining('the whole order id'),
  });
  expect(slowText({ what: 'orders', seconds: 5 }, undefined).title).toBe('This list was stopped after 5 seconds');
  expect(slowText({ what: 'totals', seconds: 15 }, 'mug').title).toBe('The totals were stopped after 15 seconds');
});
