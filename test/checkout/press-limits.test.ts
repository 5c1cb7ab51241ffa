// The limits of presses on payment links and invoices, over a real Postgres: by network address and page, and by page, in a minute, across
// web servers.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLink } from '#db/links/payment-links.ts';
import { chainById } from '#domain/chains.ts';
import { centsOf } from '#domain/money.ts';
import { makeSlug } from '#domain/payment-links.ts';
import { type Ledger, openLedger, RECEIVER } from '#test/db/intents.ts';
import { createPayService } from '#web/pay/server/pay-service.ts';
import type { PayOutcome, PayService } from '#web/pay/server/pay-types.ts';

let ledger: Ledger;
let servers: [PayService, PayService];
beforeAll(async () => {
  ledger = await openLedger();
  const server = () =>
    createPayService({
      ...{ orm: ledger.orm, chains: [chainById(31337)], feeReceiver: RECEIVER, publicUrl: 'https://pay.example' },
    });
  servers = [server(), server()];
});
afterAll(() => ledger?.close());

const newLink = async (stock: number | null = null): Promise<string> => {
  const price = { currency: null, stableCoin: 1 as const, amountCents: centsOf(500), minCents: null, maxCents: null };
  const values = { ...price, maxQuantity: 5, stock, expiresAt: null, redirectUrl: null };
  const { slug } = await createLink(
    ledger.orm.em,
    ledger.storeId,
    {
      slug: makeSlug(randomBytes(10)),
      values: { ...values, language: 'en', texts: { en: { title: 'Mug', description: '' } } },
    },
    { kind: 'member', id: 'ann', email: 'ann@shop.example' },
  );
  return slug;
};

interface By {
  address?: string;
  quantity?: string;
  server?: 0 | 1;
  /** A new one when absent. */
  browser?: string;
}
const press = async (
  slug: string,
  { address = '203.0.113.1', quantity = '1', server = 0, browser = randomBytes(16).toString('hex') }: By = {},
) => {
  const outcome = await servers[server].pressLink({
    ...{ slug, quantity, amount: '', language: 'en', clientAddress: address },
    browserHash: (subject) => `${subject} ${browser}`,
  });
  if (!outcome) throw new Error('no link');
  return outcome;
};
const kindOf = (outcome: PayOutcome): string => (outcome.kind === 'problem' ? outcome.problem : outcome.kind);
const ordersOfStore = async (): Promise<number> =>
  Number((await ledger.rows<{ n: string }>('select count(*) as n from order_source'))[0]?.n);

describe('one network address on one link', () => {
  test('has 20 presses in a minute on all servers together, and makes nothing after that', async () => {
    const slug = await newLink();
    const kinds: string[] = [];
    for (let at = 0; at < 20; at += 1) kinds.push(kindOf(await press(slug, { server: at % 2 === 0 ? 0 : 1 })));
    expect(kinds).toEqual(Array.from({ length: 20 }, () => 'order'));
    const before = await ordersOfStore();
    for (const server of [0, 1] as const) {
      const denied = await press(slug, { server });
      expect(denied).toMatchObject({ kind: 'problem', problem: 'too_often' });
      const seconds = denied.kind === 'problem' ? Number(denied.values.seconds) : Number.NaN;
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
    }
    expect(await ordersOfStore()).toBe(before);
    // Other people, and the same ones on another link, are not stopped by it.
    expect(kindOf(await press(slug, { address: '203.0.113.2' }))).toBe('order');
    expect(kindOf(await press(await newLink()))).toBe('order');
  });

  test('is a whole /64 in IPv6; wrong quantities do not count', async () => {
    const slug = await newLink();
    for (let at = 0; at < 30; at += 1) {
      expect(kindOf(await press(slug, { address: '2001:db8::1', quantity: '9' }))).toBe('quantity');
    }
    for (let at = 1; at <= 20; at += 1) {
      expect(kindOf(await press(slug, { address: `2001:db8::${at}` }))).toBe('order');
    }
    expect(kindOf(await press(slug, { address: '2001:db8::ffff' }))).toBe('too_often');
    expect(kindOf(await press(slug, { address: '2001:db8:0:1::1' }))).toBe('order');
  });

  test('has at most five open orders of a link with a stock', async () => {
    const slug = await newLink(100);
    const kinds: string[] = [];
    for (let at = 0; at < 7; at += 1) kinds.push(kindOf(await press(slug)));
    expect(kinds).toEqual([...Array.from({ length: 5 }, () => 'order'), 'too_many_open', 'too_many_open']);
  });
});

test('all network addresses together have 300 presses on one link in a minute', async () => {
  const slug = await newLink();
  const addressOf = (at: number): string => `198.51.${100 + (at >> 8)}.${at & 255}`;
  const kinds = new Map<string, number>();
  for (let at = 0; at < 300; at += 1) {
    const kind = kindOf(await press(slug, { address: addressOf(at), browser: 'one' }));
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  expect([...kinds]).toEqual([['order', 300]]);
  expect(kindOf(await press(slug, { address: addressOf(301) }))).toBe('too_often');
  expect(kindOf(await press(await newLink(), { address: addressOf(301) }))).toBe('order');
});
