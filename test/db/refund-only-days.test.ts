// A day on which nothing but refunds happened, after a day with payments: an order that was paid in two coins is refunded in part, then the
// rest. Home, the report, its comparison and its file say what left, below zero where that is so.
import { randomBytes } from 'node:crypto';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { listOrders } from '#db/orders/order-list.ts';
import { sqlOf } from '#db/pool.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { reportCsv } from '#db/reports/report-csv.ts';
import { readReportFigures, totalsOf } from '#db/reports/report-figures.ts';
import type { Address } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { addDays, dayOf, startOfDay } from '#domain/local-days.ts';
import { amountLeft, centsOf, multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { readHomeView } from '#web/dashboard/home/server/home-presenter.ts';
import { type Ledger, openLedger } from './intents.ts';

const ZONE = 'UTC';
const CHAIN = 31337;
let ledger: Ledger;
let id: IntentId;
/** Between the payment and the refunds. */
let between: Date;
const today = dayOf(Date.now(), ZONE);
const created = addDays(today, -2);

const paid = (coin: CoinId, coins: number): Promise<string> => {
  const token = tokenOf(chainById(CHAIN), coin);
  if (token?.decimals !== 6) throw new Error('no such token');
  return ledger.newTransfer(id, coins, { chainId: CHAIN, coin, token: token.address as Address });
};
const refund = async (coin: CoinId, coins: number): Promise<void> => {
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, id);
  const payer = order?.shares.find((share) => share.coin === coin)?.payer;
  if (!payer) throw new Error('nobody paid in this coin');
  const made = await prepareWalletRefund(ledger.orm.em, ledger.storeId, id, { payer, coins });
  const proof = { kind: 'confirmed', txHash: randomHash(), logIndex: 0, feeBaseUnits: ZERO } as const;
  expect(await applyRefundUpdate(ledger.orm.em, made, proof)).toBe(true);
};
const isRefunded = async () => {
  const { orders } = await listOrders(sqlOf(ledger.orm), ledger.storeId, { ids: [id] }, null);
  return orders[0]?.refunded;
};
const home = (from: typeof today) =>
  readHomeView(
    ledger.orm.em,
    { id: ledger.storeId, timeZone: ZONE },
    Date.now(),
    new URLSearchParams({ range: 'own', from, to: today }),
  );

beforeAll(async () => {
  ledger = await openLedger();
  id = makeIntentId(startOfDay(created, ZONE) + 3_600, randomBytes(8));
  await ledger.newIntent({
    id,
    orderId: 'TWO',
    amountCents: centsOf(1000n),
    amountUnits: multiply(ONE_COIN, 10n),
  });
  const paymentTransferIds = [await paid(2, 6), await paid(1, 4)];
  await changeIntent(ledger.orm.em.fork(), {
    ...{ intentId: id, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds },
  });
  const [clock] = await ledger.rows<{ now: string }>('select now()');
  between = new Date(clock?.now ?? '');
});
afterAll(async () => await ledger?.close());

test('an order of two coins is refunded in part, in each coin, and then has nothing left', async () => {
  await refund(2, 1.5);
  expect(await isRefunded()).toBe('part');
  // Nothing was paid in these days: the amounts are in the coin that was refunded.
  expect((await home(today)).unit).toBe('USDC');
  await refund(2, 4.5);
  expect(await isRefunded()).toBe('part');
  await refund(1, 4);
  expect(await isRefunded()).toBe('all');
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, id);
  expect(order?.shares.map(({ remainingBaseUnits }) => remainingBaseUnits)).toEqual([0n, 0n]);
});

test('Home of that day has no payments, what was refunded, and less than nothing left', async () => {
  const view = await home(today);
  expect(view.current).toMatchObject({
    ...{ gross: '0.0000', net: '0.0000', refunded: '10.0000', netAfterRefunds: '-10.0000' },
    ...{ orders: 0, paid: 0, successPercent: null },
  });
  expect(view.change).toEqual({ gross: null, fee: null, net: null, orders: null });
  expect([view.splits, view.statuses, view.unit]).toEqual([[], [], 'USDT + USDC']);
});

test('Home of more days has each figure at its day', async () => {
  const { days, current } = await home(created);
  expect(days.map(({ day, gross, refunded, paid: orders }) => [day, gross, refunded, orders])).toEqual([
    [created, '10.0000', '0.0000', 1],
    [addDays(created, 1), '0.0000', '0.0000', 0],
    [today, '0.0000', '10.0000', 0],
  ]);
  expect(current).toMatchObject({ refunded: '10.0000', netAfterRefunds: amountLeft(current.net, '10.0000') });
});

test('its report compares with the time before, and the rows of its file add up to it', async () => {
  const [start, end] = [new Date(between.getTime() - 3_600_000), new Date(Date.now() + 60_000)];
  const read = (from: Date, before: Date) => readReportFigures(ledger.orm.em, ledger.storeId, from, before);
  const totals = totalsOf(await read(between, end), await read(start, between));
  expect(totals.sums).toMatchObject({ gross: '0.0000', net: '0.0000', refunds: '10.0000', paidOrders: 0 });
  expect(totals.before).toMatchObject({ gross: '10.0000', refunds: '0.0000', paidOrders: 1 });
  let text = '';
  const period = { startsAt: between, endsAt: end, timeZone: ZONE, csvFormat: 4 } as const;
  for await (const chunk of reportCsv(ledger.orm.em, { storeId: ledger.storeId, ...period })) text += chunk;
  const { data } = Papa.parse<Record<string, string>>(text.replace('\uFEFF', '').trim(), { header: true });
  expect(data.map((line) => [line.row, line.sent_back, line.paid_coin])).toEqual([
    ['send_back', '1.5000', 'USDC'],
    ['send_back', '4.5000', 'USDC'],
    ['send_back', '4.0000', 'USDT'],
  ]);
});
