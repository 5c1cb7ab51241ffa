// Payment links over a real Postgres: the stock is never oversold, and every end of an order gives back or keeps its part.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { readIntent } from '#db/intents/read-intent.ts';
import { findLink, findPublicLink, ordersOf, sourceOf } from '#db/links/link-list.ts';
import { createLink, type LinkValues, setLinkStatus, updateLink } from '#db/links/payment-links.ts';
import { type PressOutcome, pressLink } from '#db/links/press-link.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { centsOf } from '#domain/money.ts';
import { linkAmount, makeSlug } from '#domain/payment-links.ts';
import { IntentStatus } from '#domain/status.ts';
import { createOrderMaker, type OrderMaker } from '#web/api/own-orders.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const ANN: Actor = { kind: 'member', id: 'ann', email: 'ann@shop.example' };
const S = IntentStatus;
let ledger: Ledger;
let orderOf: OrderMaker;

beforeAll(async () => {
  ledger = await openLedger();
  await storeStaticRates(ledger.orm.em);
  orderOf = createOrderMaker({
    orm: ledger.orm,
    chains: [chainById(31337), chainById(31338)],
    feeReceiver: RECEIVER,
  });
});
afterAll(() => ledger.close());

const VALUES: LinkValues = {
  currency: null,
  stableCoin: 1,
  amountCents: centsOf(500),
  minCents: null,
  maxCents: null,
  maxQuantity: 5,
  stock: null,
  expiresAt: null,
  redirectUrl: null,
  language: 'en',
  texts: { en: { title: 'Blue mug', description: '' } },
};

const newLink = (change: Partial<LinkValues> = {}, slug = makeSlug(randomBytes(10))) =>
  createLink(ledger.orm.em, ledger.storeId, { slug, values: { ...VALUES, ...change } }, ANN);

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

interface By {
  quantity?: number;
  browser?: string;
  address?: string;
  cents?: number;
}

/** A press as the public page makes it: priced first, then stored. */
const press = async (linkId: string, by: By = {}): Promise<PressOutcome> => {
  const { quantity = 1, browser = String(Math.random()), address = browser, cents } = by;
  const { link } = (await findLink(ledger.orm.em, ledger.storeId, linkId)) ?? {};
  if (!link) throw new Error('no link');
  const price = {
    amountCents: link.amountCents ?? null,
    minCents: link.minCents ?? null,
    maxCents: link.maxCents ?? null,
  };
  const named = cents === undefined ? undefined : centsOf(cents);
  const amount = linkAmount(price, quantity, named);
  const amountCents = 'cents' in amount ? Number(amount.cents) : (cents ?? 500);
  const intent = await orderOf({
    storeId: ledger.storeId,
    source: 1,
    body: { stable_coin: 1, amount_cents: amountCents, order_description: 'Blue mug' },
  });
  return pressLink(ledger.orm.em, {
    linkId,
    quantity,
    named,
    browserHash: hash(`browser ${browser}`),
    addressHash: hash(`address ${address}`),
    intent,
  });
};

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (value) => (value as PressOutcome | undefined)?.kind ?? 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

const countsOf = async (id: string) => {
  const [row] = await ledger.rows<{ reserved: number; sold: number }>(
    'select reserved, sold from payment_link where id = ?',
    [id],
  );
  return row;
};

const move = (id: IntentId, to: IntentStatus) =>
  changeIntent(ledger.orm.em.fork(), { intentId: id, actor: 'workflow', to });

const pay = async (id: IntentId) => {
  const transfer = await ledger.newTransfer(id, 5);
  await changeIntent(ledger.orm.em.fork(), {
    intentId: id,
    actor: 'workflow',
    to: S.CONFIRMED,
    paymentTransferIds: [transfer],
  });
};

describe('a press', () => {
  test('makes an ordinary order with a readable order id and without a key, once for each browser', async () => {
    const link = await newLink({}, 'blue-mug');
    const first = await press(link.id, { browser: 'a' });
    expect(first.kind).toBe('made');
    expect(await press(link.id, { browser: 'a' })).toEqual({ kind: 'open', id: first.id, isSame: true });
    expect(await press(link.id, { browser: 'a', quantity: 2 })).toEqual({ kind: 'open', id: first.id, isSame: false });
    const [order] = await ordersOf(ledger.orm.em, { link: link.id }, 10);
    expect(order).toMatchObject({ id: first.id, orderId: 'L-blue-mug-1', quantity: 1, status: S.CREATED });
    const [row] = await ledger.rows('select source, api_key_id, one_workflow from checkout_intent where id = ?', [
      first.id,
    ]);
    expect(row).toEqual({ source: 1, api_key_id: null, one_workflow: true });
    expect(await ledger.rows('select kind from dispatch where subject_id = ?', [first.id])).toEqual([
      { kind: 'start_intent' },
    ]);
    expect(await sourceOf(ledger.orm.em, first.id)).toEqual({ kind: 'link', id: link.id, name: 'Blue mug' });
    const wire = await readIntent(ledger.orm.em, ledger.storeId, first.id);
    expect(wire).toMatchObject({ orderId: 'L-blue-mug-1', orderDescription: 'Blue mug', extra: null });
  });

  test('takes an open amount within its bounds only', async () => {
    const link = await newLink({ amountCents: null, minCents: centsOf(100), maxCents: centsOf(900) });
    expect(await codeOf(press(link.id, { cents: 99 }))).toBe('link_changed');
    expect(await codeOf(press(link.id, { cents: 901 }))).toBe('link_changed');
    expect(await codeOf(press(link.id, { cents: 100 }))).toBe('made');
    expect(await codeOf(press(link.id, { cents: 900 }))).toBe('made');
  });

  test('is rejected while a link is paused, archived or expired, and for a quantity above the most', async () => {
    const link = await newLink();
    expect(await codeOf(press(link.id, { quantity: 6 }))).toBe('quantity');
    await setLinkStatus(ledger.orm.em, ledger.storeId, link.id, 'paused', ANN);
    expect(await codeOf(press(link.id))).toBe('link_paused');
    await setLinkStatus(ledger.orm.em, ledger.storeId, link.id, 'active', ANN);
    expect(await codeOf(press(link.id))).toBe('made');
    await updateLink(ledger.orm.em, ledger.storeId, link.id, { values: { ...VALUES, expiresAt: new Date(1) } }, ANN);
    expect(await codeOf(press(link.id))).toBe('link_expired');
    await setLinkStatus(ledger.orm.em, ledger.storeId, link.id, 'archived', ANN);
    expect(await codeOf(press(link.id))).toBe('link_archived');
    expect(await findPublicLink(ledger.orm.em, link.slug)).toBeNull();
  });

  test('is rejected when its price was changed after it was read', async () => {
    const link = await newLink();
    const intent = await orderOf({ storeId: ledger.storeId, source: 1, body: { stable_coin: 1, amount_cents: 500 } });
    await updateLink(ledger.orm.em, ledger.storeId, link.id, { values: { ...VALUES, amountCents: centsOf(700) } }, ANN);
    const stale = { linkId: link.id, quantity: 1, named: undefined, browserHash: 'b', addressHash: 'a', intent };
    expect(await codeOf(pressLink(ledger.orm.em, stale))).toBe('link_changed');
    expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 0 });
  });

  test('of one network address opens at most five orders of a link with a stock', async () => {
    const link = await newLink({ stock: 100 });
    const outcomes: string[] = [];
    for (let at = 0; at < 6; at += 1)
      outcomes.push(await codeOf(press(link.id, { browser: `x${at}`, address: 'one' })));
    expect(outcomes).toEqual(['made', 'made', 'made', 'made', 'made', 'too_many_open']);
    expect(await codeOf(press(link.id, { browser: 'y', address: 'two' }))).toBe('made');
  });
});

describe('the stock', () => {
  test('is never oversold by 50 presses at once', async () => {
    const link = await newLink({ stock: 20 });
    const presses = Array.from({ length: 50 }, (_, at) => codeOf(press(link.id, { quantity: 1 + (at % 3) })));
    const outcomes = await Promise.all(presses);
    const [sum] = await ledger.rows<{ quantity: number }>(
      'select sum(quantity)::int as quantity from order_source where link_id = ?',
      [link.id],
    );
    expect(outcomes.filter((code) => !['made', 'quantity', 'link_sold_out'].includes(code))).toEqual([]);
    expect(outcomes).toContain('link_sold_out');
    expect(sum).toEqual({ quantity: 20 });
    expect(await countsOf(link.id)).toEqual({ reserved: 20, sold: 0 });
    const numbers = (await ordersOf(ledger.orm.em, { link: link.id }, 100)).map(({ orderId }) => orderId);
    expect(new Set(numbers).size).toBe(outcomes.filter((outcome) => outcome === 'made').length);
  });

  test.each([S.TIMEOUT, S.CANCELED, S.REJECTED, S.UNDERPAID, S.FAILED])(
    'gets its part back when an order ends with %i',
    async (status) => {
      const link = await newLink({ stock: 3 });
      const { id } = await press(link.id, { quantity: 3, browser: 'z' });
      expect(await codeOf(press(link.id))).toBe('link_sold_out');
      await move(id, status);
      expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 0 });
      expect(await codeOf(press(link.id, { quantity: 3, browser: 'z' }))).toBe('made');
    },
  );

  test('keeps what is paid, and nothing else, when 20 orders end at once', async () => {
    const link = await newLink({ stock: 20 });
    const made: IntentId[] = [];
    for (let at = 0; at < 20; at += 1) made.push((await press(link.id)).id);
    await Promise.all(made.map((id, at) => (at % 2 === 0 ? pay(id) : move(id, S.TIMEOUT))));
    expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 10 });
  });

  test('counts a late payment that is accepted, also above the stock, and rejects nothing then', async () => {
    const link = await newLink({ stock: 1 });
    const { id: late } = await press(link.id);
    await move(late, S.TIMEOUT);
    const { id: next } = await press(link.id);
    await pay(next);
    expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 1 });
    await move(late, S.PENDING_MANUAL_OPERATION);
    expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 1 });
    await pay(late);
    expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 2 });
    expect(await codeOf(press(link.id))).toBe('link_sold_out');
  });

  test('is held while a person decides, and the browser may order again', async () => {
    const link = await newLink({ stock: 2 });
    const { id } = await press(link.id, { browser: 'w' });
    await move(id, S.PENDING_MANUAL_OPERATION);
    expect(await countsOf(link.id)).toEqual({ reserved: 1, sold: 0 });
    expect(await codeOf(press(link.id, { browser: 'w' }))).toBe('made');
    // Money of the review vanished: the order is open again, and the index of open orders is not in its way.
    await move(id, S.TEMP_WALLET_RECEIVED);
    await move(id, S.TIMEOUT);
    expect(await countsOf(link.id)).toEqual({ reserved: 1, sold: 0 });
  });

  test('is not changed by a refund of a paid order', async () => {
    const link = await newLink({ stock: 2 });
    const { id } = await press(link.id);
    await pay(id);
    await move(id, S.SEND_BACK);
    await move(id, S.CONFIRMED);
    expect(await countsOf(link.id)).toEqual({ reserved: 0, sold: 1 });
  });
});

describe('a link', () => {
  test('has a name that no other link of any store has', async () => {
    await newLink({}, 'only-one');
    expect(await codeOf(newLink({}, 'only-one'))).toBe('slug_taken');
  });

  test('cannot be changed by another store, and every change is in the audit log', async () => {
    const link = await newLink();
    expect(await codeOf(setLinkStatus(ledger.orm.em, 'sto_other', link.id, 'paused', ANN))).toBe('store_not_found');
    await updateLink(ledger.orm.em, ledger.storeId, link.id, { values: { ...VALUES, maxQuantity: 2 } }, ANN);
    await setLinkStatus(ledger.orm.em, ledger.storeId, link.id, 'paused', ANN);
    await setLinkStatus(ledger.orm.em, ledger.storeId, link.id, 'paused', ANN);
    const entries = await ledger.rows<{ action: string; data: Record<string, unknown> }>(
      'select action, data from audit_entry where subject_id = ? order by id',
      [link.id],
    );
    expect(entries.map(({ action }) => action)).toEqual(['link.create', 'link.update', 'link.status']);
    expect(entries[1]?.data).toMatchObject({ changed: ['maxQuantity'] });
  });
});
