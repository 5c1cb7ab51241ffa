// Rates from providers over HTTP: the median of providers that agree, never one provider alone, and a history of the rates used.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RateProviderSettings } from '#activities/rate-provider.ts';
import { createRatesActivities } from '#activities/rates.ts';
import { readRate } from '#db/intents/fiat-rates.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { formatRate } from '#domain/pricing.ts';
import { agreeOnRate } from '#domain/rate-quotes.ts';
import { asOwner, createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { readRatesSource } from '#worker/rates-env.ts';

let database: TestDatabase;
let orm: Orm;
let server: Server;
let base: string;
/** The body of each path; null: HTTP 503. */
const responses = new Map<string, string | null>();

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  server = createServer((request, response) => {
    const reply = responses.get(request.url ?? '') ?? null;
    response.writeHead(reply === null ? 503 : 200).end(reply ?? 'busy');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  await orm?.close();
  await database?.drop();
});
beforeEach(async () => {
  responses.clear();
  await asOwner(database.url, 'truncate fiat_rate, fiat_rate_history');
});

const provider = (name: string, more: Partial<RateProviderSettings> = {}): RateProviderSettings => ({
  name,
  url: `${base}/${name}`,
  path: 'rates.{currency}',
  quotes: 'units_per_usd',
  ...more,
});
const reply = (name: string, rates: Record<string, unknown>): void =>
  void responses.set(`/${name}`, JSON.stringify({ rates }));
const refresh = (...providers: RateProviderSettings[]): Promise<string> =>
  createRatesActivities({ em: orm.em, source: providers }).refreshRates();
const euro = async (): Promise<string | null> => {
  const rate = await readRate(orm.em, 44);
  return rate ? formatRate(rate.rateE10) : null;
};
const history = (): Promise<{ currency: number; source: string }[]> =>
  orm.em.fork().execute('select currency, source from fiat_rate_history order by id');

describe('providers', () => {
  test('are read by direction and JSON path from their settings; the median is stored', async () => {
    reply('a', { EUR: 0.8, JPY: 150 });
    responses.set('/b', JSON.stringify({ data: [{ EUR: { usd: '1.26' }, JPY: { usd: '0.0066666667' } }] }));
    reply('c', { EUR: 0.795 });
    const said = await refresh(
      provider('a'),
      provider('b', { path: 'data.0.{currency}.usd', quotes: 'usd_per_unit' }),
      provider('c'),
    );
    // 1.25, 1.26 and 1.2578616…
    expect(await euro()).toBe('1.2578616352');
    expect(formatRate((await readRate(orm.em, 72))?.rateE10 ?? 0n)).toBe('0.0066666666');
    expect(formatRate((await readRate(orm.em, 1))?.rateE10 ?? 0n)).toBe('1.0000');
    expect(said).toContain('3 rates stored');
  });

  test('that are far from the others do not count, and are named', async () => {
    reply('a', { EUR: 0.8 });
    reply('b', { EUR: 0.801 });
    reply('c', { EUR: 0.4 });
    expect(await refresh(provider('a'), provider('b'), provider('c'))).toContain('EUR: c is far off');
    expect(await euro()).toBe('1.2492197253');
    expect((await history()).find(({ currency }) => currency === 44)?.source).toBe('a+b');
  });

  test('two that disagree leave the rate unchanged', async () => {
    reply('a', { EUR: 0.8, GBP: 0.75 });
    reply('b', { EUR: 0.8, GBP: 0.75 });
    await refresh(provider('a'), provider('b'));
    reply('a', { EUR: 0.8, GBP: 0.75 });
    reply('b', { EUR: 0.7, GBP: 0.75 });
    expect(await refresh(provider('a'), provider('b'))).toContain('EUR: no two providers agree');
    expect(await euro()).toBe('1.2500');
  });

  test('when all but one fail, nothing is stored and the error names them', async () => {
    reply('a', { EUR: 0.8 });
    responses.set('/b', '<html>');
    await expect(refresh(provider('a'), provider('b'), provider('c'))).rejects.toThrow(
      /b did not respond with JSON.*c responded with HTTP 503.*EUR: no two providers agree/,
    );
    expect(await euro()).toBeNull();
  });

  test.each([
    ['text', 'x'],
    ['zero', 0],
    ['negative', -1],
    ['null', null],
    ['a list', [1]],
    ['infinite', '1e400'],
  ])('a number that is %s gives no rate', async (_, value) => {
    reply('a', { EUR: value, GBP: 0.75 });
    reply('b', { EUR: 0.8, GBP: 0.75 });
    expect(await refresh(provider('a'), provider('b'))).toContain('EUR: no two providers agree');
  });

  test('an unchanged rate adds no row to the history', async () => {
    reply('a', { EUR: 0.8 });
    reply('b', { EUR: 0.8 });
    await refresh(provider('a'), provider('b'));
    await refresh(provider('a'), provider('b'));
    expect((await history()).filter(({ currency }) => currency === 44)).toHaveLength(1);
    reply('a', { EUR: 0.79 });
    await refresh(provider('a'), provider('b'));
    expect((await history()).filter(({ currency }) => currency === 44)).toHaveLength(2);
  });
});

test('two quotes agree up to two per cent of their median', () => {
  const quotes = (a: bigint, b: bigint) => [
    { source: 'a', rateE10: a },
    { source: 'b', rateE10: b },
  ];
  expect(agreeOnRate(quotes(98n, 102n))).toEqual({ rateE10: 100n, source: 'a+b', outliers: [] });
  expect(agreeOnRate(quotes(97n, 103n))).toBeNull();
  expect(agreeOnRate(quotes(98n, 102n).slice(1))).toBeNull();
  expect(agreeOnRate([])).toBeNull();
});

describe('the setting', () => {
  const A = { name: 'a', url: 'https://a.example/v1?key=secret', quotes: 'units_per_usd' };
  const read = (list: unknown) => readRatesSource({ RATES: 'providers', RATE_PROVIDERS: JSON.stringify(list) }, true);

  test('lists providers', () => {
    expect(read([A, { ...A, name: 'b', path: 'x.{currency}' }])).toEqual([
      { ...A, path: 'rates.{currency}' },
      { ...A, name: 'b', path: 'x.{currency}' },
    ]);
    expect(readRatesSource({}, false)).toBe('static');
  });

  test.each<[string, unknown]>([
    ['at least 2', [A]],
    ['different names', [A, A]],
    ['0.url', [{ ...A, url: 'ftp://x' }, A]],
    ['0.path', [{ ...A, path: 'rates.EUR' }, A]],
    ['0.quotes', [{ ...A, quotes: 'other' }, A]],
    ['JSON', undefined],
  ])('is rejected with %s in the reason, and the message shows no URL', (reason, list) => {
    expect(() => read(list)).toThrow(reason);
    expect(() => read(list)).not.toThrow('secret');
    expect(() => readRatesSource({}, true)).toThrow('RATES: is needed in production');
  });
});
