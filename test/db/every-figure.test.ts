// An order of 10.00 paid with 6 USDC on one network and 4 USDT on another, and 7 USDT accepted later: every list, page, file and e-mail
// shows each coin by itself, and they add up to the transfers (faults F2 and F3 of the review).
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEmailOrder } from '#db/delivery/email-order.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent, type IntentChange } from '#db/intents/change-intent.ts';
import { orderCsv } from '#db/orders/order-csv.ts';
import { listOrders } from '#db/orders/order-list.ts';
import { readFilterTotals } from '#db/orders/order-summary.ts';
import { sqlOf } from '#db/pool.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { reportCsv } from '#db/reports/report-csv.ts';
import { readReportFigures } from '#db/reports/report-figures.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { Address } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { EmailKind } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import { centsOf, formatUnits, multiply, ONE_COIN, parseUnits, sum, ZERO } from '#domain/money.ts';
import { parseOrderFilter } from '#domain/order-filter.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { readCheckoutView } from '#web/checkout/server/checkout-view.ts';
import { readHomeView } from '#web/dashboard/home/server/home-presenter.ts';
import { readOrderView } from '#web/dashboard/orders/server/order-presenter.ts';
import { type Ledger, openLedger } from './intents.ts';

const CHAINS = { A: 31337, B: 31338 } as const;
let ledger: Ledger;
let id: IntentId;
const start = new Date(Date.now() - 3_600_000);

const transfer = (chainId: number, coin: CoinId, amount: number, blockTime: Date): Promise<string> => {
  const token = tokenOf(chainById(chainId), coin);
  if (!token) throw new Error('no such token');
  const decimals = token.decimals === 18 ? 18 : 6;
  return ledger.newTransfer(id, amount, { chainId, coin, token: token.address as Address, decimals, blockTime });
};
const change = (more: Partial<IntentChange>) =>
  changeIntent(ledger.orm.em.fork(), { intentId: id, actor: 'workflow', ...more });

beforeAll(async () => {
  ledger = await openLedger();
  id = await ledger.newIntent({ orderId: 'F2', amountCents: centsOf(1000n), amountUnits: multiply(ONE_COIN, 10n) });
  const first = await transfer(CHAINS.B, 2, 6, new Date(Date.now() - 20_000));
  const second = await transfer(CHAINS.A, 1, 4, new Date(Date.now() - 10_000));
  await change({ to: S.CONFIRMED, paymentTransferIds: [first, second] });
});
afterAll(async () => await ledger?.close());

const acceptMore = async (): Promise<void> => {
  const more = await transfer(CHAINS.A, 1, 7, new Date());
  await change({ reviews: [{ kind: 'second_payment', transferId: more }] });
  await resolveReview(ledger.orm.em.fork(), {
    ...{ reviewItemId: await ledger.reviewOf(more), outcome: 'accepted', reason: 'agreed' },
    actor: { kind: 'operator', id: 'op', email: null },
  });
  await change({ paymentTransferIds: [more] });
};

type Line = Record<string, string>;
const linesOf = async (chunks: AsyncGenerator<string>): Promise<Line[]> => {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return Papa.parse<Line>(text.replace('\uFEFF', '').trim(), { header: true }).data;
};
const money = (lines: readonly Line[]) =>
  lines.map(({ row, paid, paid_coin, network, chain_id, price }) => ({
    row,
    paid,
    paid_coin,
    network,
    chain_id,
    price,
  }));
const exported = () =>
  linesOf(orderCsv(sqlOf(ledger.orm), { storeId: ledger.storeId, filter: {}, timeZone: 'UTC', rows: 'orders' }));
const reported = (before = new Date(Date.now() + 60_000)) =>
  linesOf(
    reportCsv(ledger.orm.em, {
      ...{ storeId: ledger.storeId, timeZone: 'UTC', startsAt: start, endsAt: before, csvFormat: 4 },
    }),
  );
const found = async (query: string): Promise<string[]> => {
  const { filter } = parseOrderFilter(new URLSearchParams(query), 'UTC');
  return (await listOrders(sqlOf(ledger.orm), ledger.storeId, filter, null)).orders.map((order) => order.id);
};
const A = { network: 'Local Chain A', chain_id: '31337' };
const B = { network: 'Local Chain B', chain_id: '31338' };
const PAYMENT = [
  { row: 'order', paid: '6.0000', paid_coin: 'USDC', ...B, price: '10.0000' },
  { row: 'part', paid: '4.0000', paid_coin: 'USDT', ...A, price: '' },
];

describe('paid in two coins on two networks', () => {
  test('the list shows both amounts, and each filter finds the order', async () => {
    const [order] = (await listOrders(sqlOf(ledger.orm), ledger.storeId, {}, null)).orders;
    expect(order?.paid.map(({ chainId, coin, units }) => [chainId, coin, formatUnits(units)])).toEqual([
      [CHAINS.B, 2, '6.0000'],
      [CHAINS.A, 1, '4.0000'],
    ]);
    for (const query of [
      'coin=USDC',
      'coin=USDT',
      'network=31337',
      'network=31338',
      'coin=USDC&network=31338',
      'min=10',
    ])
      expect([query, await found(query)]).toEqual([query, [id]]);
    // No transfer is USDT on B, and the filter asks for one.
    expect(await found('coin=USDT&network=31338')).toEqual([]);
  });

  test('the order page, the checkout and the receipt', async () => {
    const view = await readOrderView(ledger.orm.em, ledger.storeId, id);
    expect(view?.bookings.map(({ paid, coin, network, fee, net }) => [paid, coin, network, fee, net])).toEqual([
      ['6.0000', 'USDC', 'Local Chain B', '0.1200', '5.8800'],
      ['4.0000', 'USDT', 'Local Chain A', '0.0800', '3.9200'],
    ]);
    const chains = [chainById(CHAINS.A), chainById(CHAINS.B)];
    const choice = { coin: null, network: null, qrHasAmount: false };
    const checkout = await readCheckoutView(ledger.orm.em.fork(), { chains, development: false }, id, choice);
    expect(checkout?.state).toMatchObject({
      phase: 'paid',
      amount: '6.0000 USDC + 4.0000 USDT',
      network: 'Local Chain B, Local Chain A',
      surplus: null,
    });
  });

  test.each<EmailKind>(['order_paid', 'shopper_receipt'])('the e-mail %s', async (kind) => {
    const order = await readEmailOrder(ledger.orm.em, id);
    const { subject, text } = await renderEmail({ ...sampleInput(kind, 'en'), order });
    expect(subject).toContain('6.0000 USDC + 4.0000 USDT');
    expect(text).toContain('USDC on Local Chain B: 6.0000 USDC');
    expect(text).toContain('USDT on Local Chain A: 4.0000 USDT');
    expect(text).not.toContain('10.0000 USDT on');
    if (kind === 'order_paid') expect(text).toContain('5.8800 USDC + 3.9200 USDT');
  });

  test('home and the report', async () => {
    const home = await readHomeView(ledger.orm.em, { id: ledger.storeId, timeZone: 'UTC' }, Date.now());
    expect(home.splits.map(({ coin, network, gross, orders }) => [coin, network, gross, orders])).toEqual([
      ['USDC', 'Local Chain B', '6.0000', 1],
      ['USDT', 'Local Chain A', '4.0000', 1],
    ]);
    expect(home.current).toMatchObject({ gross: '10.0000', orders: 1, paid: 1 });
    const figures = await readReportFigures(ledger.orm.em, ledger.storeId, start, new Date(Date.now() + 60_000));
    expect(figures.paidOrders).toBe(1);
    expect(figures.byCoinAndNetwork.map((row) => [row.coin, row.chainId, formatUnits(row.grossUnits)])).toEqual([
      [1, CHAINS.A, '4.0000'],
      [2, CHAINS.B, '6.0000'],
    ]);
  });

  test('both CSV files have a row for each', async () => {
    expect(money(await exported())).toEqual(PAYMENT);
    expect(money(await reported())).toEqual(PAYMENT);
  });
});

describe('more money, accepted later', () => {
  test('is a row and a sum of its own, in the period of the acceptance', async () => {
    const [cut] = await ledger.rows<{ now: Date }>('select clock_timestamp() as now');
    const ended = new Date(String(cut?.now));
    await acceptMore();
    const later = { row: 'accepted', paid: '7.0000', paid_coin: 'USDT', ...A, price: '' };
    expect(money(await reported(ended))).toEqual(PAYMENT);
    expect(money(await reported())).toEqual([...PAYMENT, later]);
    expect(money(await exported())).toEqual([...PAYMENT, later]);
    const figures = await readReportFigures(ledger.orm.em, ledger.storeId, ended, new Date(Date.now() + 60_000));
    expect([figures.paidOrders, formatUnits(figures.grossUnits), formatUnits(figures.feeUnits)]).toEqual([
      ...[0, '7.0000', '0.1400'],
    ]);
  });

  test('every sum of the files is the sum of the transfers', async () => {
    for (const lines of [await exported(), await reported()]) {
      for (const coin of ['USDT', 'USDC']) {
        const paid = sum(
          lines.filter((line) => line.paid_coin === coin).map((line) => parseUnits(line.paid ?? '') ?? ZERO),
        );
        const [ledgerSum] = await ledger.rows<{ units: string }>(
          'select sum(amount_units)::text as units from token_transfer where in_payment and coin = ?',
          [coin === 'USDT' ? 1 : 2],
        );
        expect(String(paid)).toBe(ledgerSum?.units);
      }
    }
    const intent = await ledger.orm.em.fork().findOneOrFail(CheckoutIntent, id);
    // The API and the webhook keep the first payment, under the transfer that completed it.
    expect([formatUnits(intent.actualPaidUnits ?? ZERO), intent.paidCoin, intent.paidChainId]).toEqual([
      '10.0000',
      1,
      CHAINS.A,
    ]);
  });
});

describe('late money of an order that nobody paid, refunded by the wallet', () => {
  test('is booked, and makes no paid order of it', async () => {
    const unpaid = await ledger.newIntent({ orderId: 'late' });
    const late = await ledger.newTransfer(unpaid, 4);
    await changeIntent(ledger.orm.em.fork(), {
      ...{ intentId: unpaid, actor: 'workflow', to: S.PENDING_MANUAL_OPERATION },
      reviews: [{ kind: 'late', transferId: late }],
    });
    const refund = await prepareWalletRefund(ledger.orm.em, ledger.storeId, unpaid, {
      reviewItemId: await ledger.reviewOf(late),
    });
    const proof = { kind: 'confirmed', txHash: randomHash(), logIndex: 0, feeBaseUnits: ZERO } as const;
    expect(await applyRefundUpdate(ledger.orm.em, refund, proof)).toBe(true);

    const rows = (await exported()).filter(({ order_id: name }) => name === 'late');
    expect(rows.map(({ row, paid }) => [row, paid])).toEqual([
      ['order', ''],
      ['accepted', '4.0000'],
    ]);
    const sql = sqlOf(ledger.orm);
    const { orders } = await listOrders(sql, ledger.storeId, { ids: [unpaid, id] }, null);
    expect(new Map(orders.map((order) => [order.id, order.refunded]))).toEqual(
      new Map([
        [unpaid, 'all'],
        [id, null],
      ]),
    );
    const { parts } = await readFilterTotals(sql, ledger.storeId, { ids: [unpaid] });
    expect(parts.map(({ refundedUnits }) => formatUnits(refundedUnits))).toEqual(['4.0000']);
    const page = await readOrderView(ledger.orm.em, ledger.storeId, unpaid);
    expect([page?.line.refunded, page?.refunds]).toMatchObject(['all', [{ state: 'confirmed', amount: '4.0000' }]]);
    const home = await readHomeView(ledger.orm.em, { id: ledger.storeId, timeZone: 'UTC' }, Date.now());
    expect(home.current).toMatchObject({ gross: '21.0000', orders: 2, paid: 1 });
    const figures = await readReportFigures(ledger.orm.em, ledger.storeId, start, new Date(Date.now() + 60_000));
    expect([figures.paidOrders, formatUnits(figures.grossUnits)]).toEqual([1, '21.0000']);
    // Gross and net are before refunds, which have a figure of their own beside them; the report has the same.
    const { net, refunded, netAfterRefunds } = home.current;
    expect([refunded, formatUnits(figures.refundUnits)]).toEqual(['4.0000', '4.0000']);
    expect(Number(netAfterRefunds)).toBeCloseTo(Number(net) - 4, 10);
    expect(home.previous.refunded).toBe('0.0000');
  });
});

describe('a shopper who pays twice', () => {
  test('has a part back with the second payment, and all with both; the list and the page say the same', async () => {
    const intentId = await ledger.newIntent({ orderId: 'twice' });
    const [first, second] = [await ledger.newTransfer(intentId, 5), await ledger.newTransfer(intentId, 5)];
    await changeIntent(ledger.orm.em.fork(), {
      ...{ intentId, actor: 'workflow', to: S.CONFIRMED, paymentTransferIds: [first] },
      reviews: [{ kind: 'second_payment', transferId: second }],
    });
    const refunded = async () => {
      const { orders } = await listOrders(sqlOf(ledger.orm), ledger.storeId, { ids: [intentId] }, null);
      const page = await readOrderView(ledger.orm.em, ledger.storeId, intentId);
      return [...orders.map((order) => order.refunded), page?.line.refunded];
    };
    const refund = async (options: Parameters<typeof prepareWalletRefund>[3]): Promise<void> => {
      const id = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId, options);
      const proof = { kind: 'confirmed', txHash: randomHash(), logIndex: 0, feeBaseUnits: ZERO } as const;
      expect(await applyRefundUpdate(ledger.orm.em, id, proof)).toBe(true);
    };
    expect(await refunded()).toEqual([null, null]);
    const payers = async () =>
      (await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId))?.shares ?? [];
    const [payer, again] = (await payers()).map((share) => share.payer);
    if (!payer || !again) throw new Error('two payers are expected');
    await refund({ payer: again, coins: 5, reviewItemId: await ledger.reviewOf(second) });
    expect(await refunded()).toEqual(['part', 'part']);
    // The payer bears the fee: 0.02 stay with the merchant, and nothing is left to refund.
    await refund({ payer, coins: 4.98, withheld: 0.02 });
    expect(await refunded()).toEqual(['all', 'all']);
    expect((await payers()).map(({ remainingBaseUnits }) => remainingBaseUnits)).toEqual([0n, 0n]);
  });
});
