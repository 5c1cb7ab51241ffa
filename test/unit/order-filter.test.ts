// The filter that list, export and reports share: what a query means, and the message for one that is not valid.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import { COIN_IDS, coinSymbol } from '#domain/coins.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import {
  FILTER_FIELDS,
  METHOD_NAMES,
  ORDER_TABS,
  type OrderFilter,
  type OrderSearch,
  type OrderTab,
  parseOrderFilter,
  parseSearch,
} from '#domain/order-filter.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { INTENT_STATUSES, statusName } from '#domain/status.ts';
import { UNCLEAR_AMOUNT } from '#domain/typed-amount.ts';

const parse = (query: string, zone = 'UTC') => parseOrderFilter(new URLSearchParams(query), zone);

test('every parameter restricts the list, and empty parameters are ignored', () => {
  const { filter, problems } = parse(
    'tab=expired&status=TIMEOUT&status=canceled&network=8453&coin=usdc&method=ALL_SCALE_PAY&source=link&source=HAND&min=1.5&max=20&q=&from=&to=',
  );
  expect(problems).toEqual([]);
  expect(filter).toEqual({
    tab: 'expired',
    statuses: [-5, -4],
    chainIds: [8453],
    coins: [2],
    methods: [3],
    sources: [1, 3],
    minUnits: 1_500_000_000_000_000_000n,
    maxUnits: 20_000_000_000_000_000_000n,
  });
  expect(parse('tab=all&status=&q=++')).toEqual({ filter: {}, problems: [] });
});

test('days are those of the store, whatever their length', () => {
  const seconds = (iso: string) => Date.parse(iso) / 1000;
  // Berlin sets its clocks back on 25 October 2026: the day has 25 hours.
  expect(parse('from=2026-10-25&to=2026-10-25', 'Europe/Berlin').filter).toEqual({
    createdFrom: seconds('2026-10-24T22:00:00Z'),
    createdBefore: seconds('2026-10-25T23:00:00Z'),
  });
  // Santiago skips midnight on 6 September 2026: the day begins at one.
  expect(parse('from=2026-09-06', 'America/Santiago').filter.createdFrom).toBe(seconds('2026-09-06T04:00:00Z'));
});

const text = (typed: string, ...words: string[]) => ({
  ...{ kind: 'text', text: typed, words: words.length > 0 ? words : [typed] },
});

test.each([
  ['#1042', text('#1042', '1042')],
  ['#', text('#')],
  [' Enamel  MUG ', text('Enamel  MUG', 'Enamel', 'MUG')],
  ['5f3a9c0e1b2d4f6a8c0e1b2d', { kind: 'intent', id: '5f3a9c0e1b2d4f6a8c0e1b2d', text: '5f3a9c0e1b2d4f6a8c0e1b2d' }],
  [`0x${'AB'.repeat(32)}`, { kind: 'transaction', hash: `0x${'ab'.repeat(32)}`, text: `0x${'AB'.repeat(32)}` }],
  ['CD'.repeat(32), { kind: 'transaction', hash: `0x${'cd'.repeat(32)}`, text: 'CD'.repeat(32) }],
  [
    `https://etherscan.io/tx/0x${'ef'.repeat(32)}`,
    { kind: 'transaction', hash: `0x${'ef'.repeat(32)}`, text: `https://etherscan.io/tx/0x${'ef'.repeat(32)}` },
  ],
  [`inv-${'cd'.repeat(32)}`, text(`inv-${'cd'.repeat(32)}`)],
  [`${'cd'.repeat(32)}0`, text(`${'cd'.repeat(32)}0`)],
  ['cd'.repeat(32), { kind: 'transaction', hash: `0x${'cd'.repeat(32)}`, text: 'cd'.repeat(32) }],
  [
    '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
    {
      kind: 'address',
      address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      text: '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
    },
  ],
  ['  WEB-100%  ', text('WEB-100%')],
])('the search box understands %s', (text, search) => {
  expect(parse(new URLSearchParams({ q: text }).toString()).filter.search).toEqual(search);
});

test.each([
  ['tab=lost', 'tab', 'There is no tab "lost".'],
  ['status=PAID', 'status', '"PAID" is not a status.'],
  ['network=99', 'network', '"99" is not a known network.'],
  ['coin=BTC', 'coin', '"BTC" is not a coin: USDT or USDC.'],
  ['method=CASH', 'method', '"CASH" is not a way to pay.'],
  ['min=-1', 'min', '"-1" is not an amount: write 25 or 25.50.'],
  ['min=1,5.0', 'min', '"1,5.0" is not an amount: write 25 or 25.50.'],
  ['min=1.000', 'min', `"1.000" ${UNCLEAR_AMOUNT}.`],
  ['max=1,000', 'max', `"1,000" ${UNCLEAR_AMOUNT}.`],
  ['min=5&max=4', 'max', 'The largest amount is below the smallest.'],
  ['from=2026-02-30', 'from', '"2026-02-30" is not a day: write 2026-11-22.'],
  ['from=2026-02-03&to=2026-02-02', 'to', 'The last day is before the first.'],
  [`q=${'x'.repeat(200)}`, 'q', 'Search for at most 10 words or 128 characters, without control characters.'],
  ['q=a%00b', 'q', 'Search for at most 10 words or 128 characters, without control characters.'],
  [`q=${'a+'.repeat(11)}`, 'q', 'Search for at most 10 words or 128 characters, without control characters.'],
  ['status=constructor', 'status', '"constructor" is not a status.'],
])('%s is rejected with a message at its field', (query, field, message) => {
  expect(parse(query).problems).toEqual([{ field, message }]);
});

/** A filter as a page's URL has it. Dates and search have their own tests above. */
const format = (filter: OrderFilter): URLSearchParams => {
  const params = new URLSearchParams();
  const add = (field: string, values: readonly (string | undefined)[] = []): void => {
    for (const value of values) if (value !== undefined) params.append(field, value);
  };
  add('tab', [filter.tab]);
  add('status', filter.statuses?.map(statusName));
  add('network', filter.chainIds?.map(String));
  add('coin', filter.coins?.map(coinSymbol));
  add(
    'method',
    filter.methods?.map((method) => METHOD_NAMES[method]),
  );
  add(
    'source',
    filter.sources?.map((source) => Object.keys(OrderSourceKind)[source]),
  );
  add('min', [filter.minUnits === undefined ? undefined : formatUnits(filter.minUnits)]);
  add('max', [filter.maxUnits === undefined ? undefined : formatUnits(filter.maxUnits)]);
  if (filter.search?.kind === 'text') add('q', [filter.search.text]);
  return params;
};

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });
const units = fc.bigInt({ min: 0n, max: 10n ** 30n }).map(unitsOf);
const filters: fc.Arbitrary<OrderFilter> = fc
  .record(
    {
      tab: fc.constantFrom(...(Object.keys(ORDER_TABS) as OrderTab[])),
      statuses: some(INTENT_STATUSES),
      chainIds: some(BUILT_IN_CHAINS.map(({ id }) => id)),
      coins: some(COIN_IDS),
      methods: some([1, 2, 3] as const),
      sources: some(Object.values(OrderSourceKind)),
      minUnits: units,
      maxUnits: units,
      search: fc
        .stringMatching(/^[ -~]{1,40}$/)
        .map((text) => parseSearch(text))
        .filter((search) => search?.kind === 'text' && search.text !== '')
        .map((search) => search as OrderSearch),
    },
    { requiredKeys: [] },
  )
  .filter(({ minUnits, maxUnits }) => minUnits === undefined || maxUnits === undefined || minUnits <= maxUnits);

test('parsing a formatted filter gives the same filter', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      expect(parseOrderFilter(format(filter), 'UTC')).toEqual({ filter, problems: [] });
    }),
  );
});

test('any query gives a filter or problems, never an exception', () => {
  const field = fc.oneof(fc.constantFrom(...FILTER_FIELDS), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(field, fc.string({ unit: 'binary' }))), (pairs) => {
      const { problems } = parseOrderFilter(new URLSearchParams(pairs), 'Asia/Kathmandu');
      for (const problem of problems) expect(FILTER_FIELDS).toContain(problem.field);
    }),
  );
});
