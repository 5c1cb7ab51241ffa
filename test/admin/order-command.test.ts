// `order create` with a database: what it prints, the order that it made, and the input that it rejects.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { AuditEntry } from '#db/entities/merchant-people.entity.ts';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { adminHere, adminJson, adminJsonHere, MASTER_KEYS, RECEIVER } from './support.ts';

let database: TestDatabase;
let orm: Orm;
let env: Record<string, string>;
let store: string;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
  await storeStaticRates(orm.em);
  const withoutChains = { DATABASE_URL: database.url, MASTER_KEYS };
  const args = ['--name', 'Shop', '--email', 'shop@example.com', '--receiver', RECEIVER];
  store = (await adminJsonHere<{ store_id: string }>(withoutChains, 'store', 'create', ...args)).store_id;
  // No chain is asked: the address of a deposit is computed.
  const chains = { RPC_URLS_31337: 'http://127.0.0.1:9' };
  env = { ...withoutChains, ...chains, FEE_RECEIVER: RECEIVER, PUBLIC_URL: 'https://pay.example/' };
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const orderOf = (id: string) => orm.em.fork().findOneOrFail(CheckoutIntent, id as IntentId);

describe('order create', () => {
  it('prints the URL of the checkout, the amount and its end, and writes the order to the audit log', async () => {
    const details = ['--description', 'Repair of a bicycle', '--order-id', 'T-7', '--minutes', '60'];
    const made = await adminJson<Record<string, string>>(
      env,
      ...['order', 'create', '--store', store, '--amount', '12.5', '--coin', 'usdc', ...details],
    );
    const id = String(made.all_scale_checkout_intent_id);
    const order = await orderOf(id);
    expect(made).toEqual({
      all_scale_checkout_intent_id: id,
      checkout_url: `https://pay.example/checkout/${id}`,
      amount_coins: '12.5000',
      coin_symbol: 'USDC',
      order_id: 'T-7',
      expires_at: order.expiresAt.toISOString(),
    });
    expect(order).toMatchObject({
      ...{ source: 3, stableCoin: 2, orderDescription: 'Repair of a bicycle', amountUnits: 125n * 10n ** 17n },
      ...{ apiKey: null, acceptedChainIds: [31337] },
    });
    expect(order.expiresAt.getTime() - order.createdAt.getTime()).toBe(3_600_000);
    const entry = await orm.em.fork().findOneOrFail(AuditEntry, { action: 'order.create', subjectId: id });
    expect(entry).toMatchObject({ actorKind: 'command' });
  });

  it('prices in a currency, and prints lines for people', async () => {
    const said = await adminHere(env, 'order', 'create', '--store', store, '--amount', '20', '--currency', 'EUR');
    expect(said).toMatchObject({ code: 0, stderr: '' });
    const [url = '', amount, ...more] = said.stdout.trimEnd().split('\n');
    expect(more).toEqual([]);
    const id = /^https:\/\/pay\.example\/checkout\/([0-9a-f]{24})$/.exec(url)?.[1] ?? '';
    const { expiresAt, amountCents } = await orderOf(id);
    expect(amountCents).toBe(2000n);
    expect(amount).toMatch(/^\d+\.\d{4} USD[TC], payable until /);
    expect(amount?.endsWith(expiresAt.toISOString())).toBe(true);
  });

  const given = (...more: string[]): string[] => ['--amount', '20', ...more];
  it.each([
    ['neither coin nor currency', given(), 'not_exactly_one'],
    ['both coin and currency', given('--coin', 'USDT', '--currency', 'EUR'), 'not_exactly_one'],
    ['an order id of 300 characters', given('--coin', 'USDT', '--order-id', 'x'.repeat(300)), null],
    [
      'an amount that can be read in two ways',
      ['--amount', '1,000', '--coin', 'USDT'],
      null,
      'can be read in two ways',
    ],
    ['no amount', ['--amount', 'ten', '--coin', 'USDT'], null, 'at most two decimals'],
    ['an amount below the least', ['--amount', '0.01', '--coin', 'USDT'], null],
  ])('rejects %s, and makes nothing', async (_what, args, code, said = '') => {
    const before = await orm.em.fork().count(CheckoutIntent);
    const result = await adminHere(env, 'order', 'create', '--store', store, ...args, '--json');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    const { error } = JSON.parse(result.stderr) as { error: { code: string; message: string } };
    expect(error.message).not.toBe('');
    expect(error.message).toContain(said);
    if (code !== null) expect(error.code).toBe(code);
    expect(await orm.em.fork().count(CheckoutIntent)).toBe(before);
  });

  it('rejects a store that does not exist', async () => {
    const unknown = `sto_${'0'.repeat(32)}`;
    const said = await adminHere(env, 'order', 'create', '--store', unknown, ...given('--coin', 'USDT'), '--json');
    expect(JSON.parse(said.stderr)).toEqual({ error: { code: 'no_store', message: `There is no store ${unknown}.` } });
  });
});
