// An order of 10.00 paid with 6 USDT0 and 5 USDT, two tokens of one coin on one network: every list, page, report and e-mail shows each
// token by itself and by its own name, and each is refunded as itself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyOrders } from '#db/books/order-books.ts';
import { readEmailOrder } from '#db/delivery/email-order.ts';
import { changeIntent, type IntentChange } from '#db/intents/change-intent.ts';
import { firstIdOf } from '#db/orders/order-conditions.ts';
import { readDayTotals } from '#db/orders/order-day-totals.ts';
import { listOrders } from '#db/orders/order-list.ts';
import { sqlOf } from '#db/pool.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { readReportFigures, sumsOf, totalsOf } from '#db/reports/report-figures.ts';
import { keepReport } from '#db/reports/reports.ts';
import { chainById } from '#domain/chains.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import type { EmailKind } from '#domain/email-data.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { centsOf, formatUnits, multiply, ONE_COIN } from '#domain/money.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { randomAddress } from '#test/support/intents.ts';
import { readCheckoutView } from '#web/checkout/server/checkout-view.ts';
import { readHomeView } from '#web/dashboard/home/server/home-presenter.ts';
import { readOrderView } from '#web/dashboard/orders/server/order-presenter.ts';
import { readBooksView } from '#web/dashboard/reports/server/books-view.ts';
import { type Ledger, openLedger } from './intents.ts';

const A = 31337;
const { usdt6: USDT, usdt0: USDT0 } = LOCAL_TOKENS;
const DAY = 86_400;
/** An order of days ago, so that its day's totals are stored. */
const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
const startsAt = new Date((today - 3 * DAY) * 1000);
const endsAt = new Date((today - 2 * DAY) * 1000);
const createdAt = new Date(startsAt.getTime() + 3_600_000);
const payer = randomAddress();

let ledger: Ledger;
let id: IntentId;

const change = (more: Partial<IntentChange>) =>
  changeIntent(ledger.orm.em.fork(), { intentId: id, actor: 'workflow', ...more });
const pay = (token: typeof USDT, coins: number, second: number) =>
  ledger.newTransfer(id, coins, {
    ...{ chainId: A, token, from: payer, logIndex: second },
    blockTime: new Date(createdAt.getTime() + second * 1000),
  });
const checkout = () => {
  const choice = { coin: null, network: null, qrHasAmount: false };
  return readCheckoutView(ledger.orm.em.fork(), { chains: [chainById(A)], development: false }, id, choice);
};

beforeAll(async () => {
  ledger = await openLedger();
  id = makeIntentId(createdAt.getTime() / 1000, Buffer.alloc(8, 7));
  await ledger.newIntent({
    ...{ id, createdAt, expiresAt: new Date(createdAt.getTime() + 60_000) },
    ...{ amountCents: centsOf(1000n), amountUnits: multiply(ONE_COIN, 10n) },
  });
});
afterAll(async () => await ledger?.close());

test('the checkout says what was received in each token, before and after the payment', async () => {
  const first = await pay(USDT0, 6, 1);
  const second = await pay(USDT, 5, 2);
  expect((await checkout())?.state).toMatchObject({ phase: 'confirming', received: '6.0000 USDT0 + 5.0000 USDT' });
  await change({ to: S.CONFIRMED, paymentTransferIds: [first, second] });
  // Booked when it was paid, not now.
  await ledger.rows('update booking set booked_at = ?', [new Date(createdAt.getTime() + 120_000)]);
  const view = await checkout();
  expect(view?.state).toMatchObject({ phase: 'paid', amount: '6.0000 USDT0 + 5.0000 USDT', surplus: '1.0000 USDT' });
  // Only what lies beyond the price, in the token that carried it.
  expect(view?.refundable).toMatchObject([{ amount: '1.0000 USDT', network: 'Local Chain A' }]);
});

test('the list and the page of the order', async () => {
  const [order] = (await listOrders(sqlOf(ledger.orm), ledger.storeId, {}, null)).orders;
  expect(order?.paid.map(({ token, units }) => [token, formatUnits(units)])).toEqual([
    [USDT0, '6.0000'],
    [USDT, '5.0000'],
  ]);
  const view = await readOrderView(ledger.orm.em, ledger.storeId, id);
  expect(view?.line.paid).toEqual([
    { amount: '6.0000', coin: 'USDT0', network: 'Local Chain A' },
    { amount: '5.0000', coin: 'USDT', network: 'Local Chain A' },
  ]);
});

test.each<EmailKind>(['order_paid', 'shopper_receipt'])('the e-mail %s', async (kind) => {
  const order = await readEmailOrder(ledger.orm.em, id);
  const { subject, text } = await renderEmail({ ...sampleInput(kind, 'en'), order });
  expect(subject).toContain('6.0000 USDT0 + 5.0000 USDT');
  expect(text).toContain('USDT0 on Local Chain A: 6.0000 USDT0');
  expect(text).toContain('USDT on Local Chain A: 5.0000 USDT');
  expect(text).not.toContain('11.0000');
});

test('money beyond the price, and a refund, are those of their own token', async () => {
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, id);
  expect(
    order?.shares.map(({ token, receivedBaseUnits, parts }) => [
      token,
      receivedBaseUnits,
      parts.map(({ kind, amountBaseUnits }) => [kind, amountBaseUnits]),
    ]),
  ).toEqual([
    [USDT0, 6_000_000n, []],
    [USDT, 5_000_000n, [['surplus', 1_000_000n]]],
  ]);
});

test('the report, its e-mail and its page', async () => {
  const figures = await readReportFigures(ledger.orm.em, ledger.storeId, startsAt, endsAt);
  const totals = totalsOf(figures, null);
  expect(totals.byCoinAndNetwork.map(({ token, orders, gross }) => [token, orders, gross])).toEqual(
    [
      [USDT0, 1, '6.0000'],
      [USDT, 1, '5.0000'],
    ].sort(),
  );
  // The order counts once in the sums.
  expect(sumsOf(figures)).toMatchObject({ paidOrders: 1, gross: '11.0000' });
  const sample = sampleInput('daily_report', 'en');
  const { text } = await renderEmail({ ...sample, data: { ...sample.data, ...totals } } as typeof sample);
  expect(text).toContain('USDT0, Local Chain A');
  expect(text).toContain('USDT, Local Chain A');
});

const differences = async () =>
  (await verifyOrders(ledger.orm.em, ledger.storeId)).differences.map(({ records, token, amount }) => [
    ...[records[0], token, amount],
  ]);

test('a stored report is compared by token; one of an older release by coin', async () => {
  const csv = { sha256: '0'.repeat(64), bytes: 1, format: 4 as const };
  const period = { kind: 'daily' as const, name: startsAt.toISOString().slice(0, 10), startsAt, endsAt };
  const totals = totalsOf(await readReportFigures(ledger.orm.em, ledger.storeId, startsAt, endsAt), null);
  const keep = (byCoinAndNetwork: typeof totals.byCoinAndNetwork) =>
    keepReport(
      ledger.orm.em,
      {
        storeId: ledger.storeId,
        ...{ period: period as never, timeZone: 'UTC', csv },
        totals: { ...totals, byCoinAndNetwork },
      },
      null,
    );
  await keep(totals.byCoinAndNetwork);
  expect(await differences()).toEqual([]);
  // The right sum of the coin, in the wrong tokens.
  await ledger.rows('delete from report');
  await keep(totals.byCoinAndNetwork.map((row) => ({ ...row, gross: row.token === USDT ? '6.0000' : '5.0000' })));
  expect(await differences()).toEqual(
    expect.arrayContaining([
      [`daily report ${period.name}: gross`, USDT, '1.0000'],
      [`daily report ${period.name}: gross`, USDT0, '-1.0000'],
    ]),
  );
  await ledger.rows('delete from report');
  const { gross, fee, net } = totals.sums;
  await keep([{ coin: 1, chainId: A, orders: 1, gross, fee, net }]);
  expect(await differences()).toEqual([]);
});

test('home and the books have a line for each; a day that an older release stored by coin is added up again', async () => {
  const store = { id: ledger.storeId, timeZone: 'UTC' };
  const lines = async () => {
    const home = await readHomeView(ledger.orm.em, store, Date.now());
    const books = await readBooksView(ledger.orm.em, store, startsAt.toISOString().slice(0, 7), Date.now());
    return {
      home: home.splits.map(({ coin, network, gross, orders }) => [coin, network, gross, orders]),
      books: books.lines.map(({ coin, received, booked, reported, difference }) => [
        ...[coin, received, booked, reported, difference],
      ]),
    };
  };
  const expected = {
    home: [
      ['USDT0', 'Local Chain A', '6.0000', 1],
      ['USDT', 'Local Chain A', '5.0000', 1],
    ],
    books: expect.arrayContaining([
      ['USDT', '5.0000', '5.0000', '5.0000', '0.0000'],
      ['USDT0', '6.0000', '6.0000', '6.0000', '0.0000'],
    ]),
  };
  expect(await lines()).toEqual(expected);
  const boundaries = [startsAt, endsAt].map((day) => day.getTime() / 1000);
  await readDayTotals(ledger.orm.em, ledger.storeId, boundaries);
  const old = { statuses: [[20, 1]], paid: 1, parts: [[A, 1, 1, '11', '1', '10']] };
  const stored = await ledger.rows<{ n: number }>(
    `with changed as (update order_day_total set totals = ? where from_id = ? returning 1) select count(*)::int as n from changed`,
    [JSON.stringify(old), firstIdOf(boundaries[0] ?? 0)],
  );
  expect(stored).toEqual([{ n: 1 }]);
  expect(await differences()).toEqual([]);
  expect(await lines()).toEqual(expected);
  const kept = await ledger.rows<{ sizes: number[] }>(
    `select array(select jsonb_array_length(part) from jsonb_array_elements(totals -> 'parts') part) as sizes
     from order_day_total where from_id = ?`,
    [firstIdOf(boundaries[0] ?? 0)],
  );
  expect(kept).toEqual([{ sizes: [7, 7] }]);
});
