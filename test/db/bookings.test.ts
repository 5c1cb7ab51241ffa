// Payments of several transfers are booked by coin and network, whatever order they came in; what is accepted later is booked on its
// own; and the database rejects a booking that is not the sum of its transfers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIntentActivities } from '#activities/intent.ts';
import { changeIntent, type IntentChange } from '#db/intents/change-intent.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { type Ledger, type NewTransfer, openLedger } from './intents.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const USDT = `0x${'1'.repeat(40)}` as Address;
const USDC = `0x${'2'.repeat(40)}` as Address;
const A = `0x${'a'.repeat(40)}` as Address;
const B = `0x${'b'.repeat(40)}` as Address;

const change = (intentId: IntentId, more: Partial<IntentChange>) =>
  changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', ...more });
const newOrder = () => ledger.newIntent({ acceptedChainIds: [31337, 31338], acceptedStableCoins: [1, 2] });
const usdt = (id: IntentId, amount: number, more: NewTransfer = {}) =>
  ledger.newTransfer(id, amount, { token: USDT, coin: 1, ...more });
const usdc = (id: IntentId, amount: number, more: NewTransfer = {}) =>
  ledger.newTransfer(id, amount, { token: USDC, coin: 2, chainId: 31338, ...more });
const bookings = (id: IntentId) =>
  ledger.rows(
    `select kind, chain_id, coin, trim_scale(gross_units / 1e18)::float8 as gross, trim_scale(fee_units / 1e18)::float8 as fee,
       (select count(*)::int from token_transfer t where t.booking_id = b.id) as transfers
     from booking b where intent_id = ? order by id`,
    [id],
  );
const summary = async (id: IntentId) =>
  (
    await ledger.rows<Record<string, unknown>>(
      `select paid_chain_id, paid_coin, tx_from, trim_scale(actual_paid_units / 1e18)::float8 as paid,
         trim_scale(surplus_units / 1e18)::float8 as surplus from checkout_intent where id = ?`,
      [id],
    )
  )[0];

test('two coins on two networks are two bookings; the summary is of the transfer that completed the payment', async () => {
  const id = await newOrder();
  const early = new Date(Date.now() - 60_000);
  const second = await usdt(id, 2, { from: A });
  const first = await usdc(id, 3, { from: B, blockTime: early });
  const crumb = await usdc(id, 0.02, { from: B, logIndex: 1, blockTime: new Date(Date.now() + 1) });
  await change(id, { to: S.CONFIRMED, paymentTransferIds: [crumb, second, first] });
  expect(await bookings(id)).toEqual([
    { kind: 'payment', chain_id: 31338, coin: 2, gross: 3.02, fee: expect.any(Number), transfers: 2 },
    { kind: 'payment', chain_id: 31337, coin: 1, gross: 2, fee: expect.any(Number), transfers: 1 },
  ]);
  expect(await summary(id)).toMatchObject({
    paid_chain_id: 31337,
    paid_coin: 1,
    tx_from: A,
    paid: 5.02,
    surplus: 0.02,
  });
});

test('in one block, the log index decides which transfer completed the payment', async () => {
  const id = await newOrder();
  const blockTime = new Date();
  const crumb = await usdt(id, 0.02, { from: B, blockTime, logIndex: 9 });
  const whole = await usdt(id, 100, { from: A, blockTime, logIndex: 2 });
  await change(id, { to: S.CONFIRMED, paymentTransferIds: [crumb, whole] });
  expect(await summary(id)).toMatchObject({ tx_from: A, paid: 100.02 });
});

test('an accepted second payment is booked on its own, with its fee, when it is accepted', async () => {
  const id = await newOrder();
  const first = await usdt(id, 5);
  await change(id, { to: S.CONFIRMED, paymentTransferIds: [first] });
  const more = await usdc(id, 7);
  await change(id, { reviews: [{ kind: 'second_payment', transferId: more }] });
  await resolveReview(ledger.orm.em.fork(), {
    reviewItemId: await ledger.reviewOf(more),
    outcome: 'accepted',
    reason: 'agreed',
    actor: { kind: 'operator', id: 'op', email: null },
  });
  for (let round = 0; round < 2; round += 1) await change(id, { paymentTransferIds: [more] });
  expect(await bookings(id)).toMatchObject([
    { kind: 'payment', coin: 1, gross: 5 },
    { kind: 'accepted', chain_id: 31338, coin: 2, gross: 7 },
  ]);
  expect((await bookings(id)).every(({ fee }) => Number(fee) > 0)).toBe(true);
});

test('mined again, the new transfers take over the booking, one for one', async () => {
  const id = await newOrder();
  const txHash = `0x${'e'.repeat(64)}` as const;
  const [first, second] = [
    { from: A, txHash },
    { from: A, txHash, logIndex: 1 },
  ];
  const lost = [await usdt(id, 2, first), await usdt(id, 2, second), await usdt(id, 1)];
  await change(id, { to: S.CONFIRMED, paymentTransferIds: lost });
  await ledger.rows("update token_transfer set state = 'orphaned' where tx_hash = ? and intent_id = ?", [txHash, id]);
  const again = [await usdt(id, 2, first), await usdt(id, 2, second)];
  await change(id, { paymentTransferIds: again });
  expect(await bookings(id)).toMatchObject([{ gross: 5, transfers: 3 }]);
  const booked = await ledger.rows<{ id: string }>(
    'select id::text from token_transfer where intent_id = ? and booking_id is not null order by id',
    [id],
  );
  expect(booked.map((row) => row.id)).toEqual([lost[2], ...again]);

  // The first block returns: the watcher makes its transfers free again, and they take the booking back.
  await ledger.rows("update token_transfer set state = 'orphaned' where id in (?, ?)", again);
  await ledger.rows(
    `update token_transfer set state = 'confirmed', in_payment = in_payment and booking_id is not null
     where id in (?, ?)`,
    lost.slice(0, 2),
  );
  await change(id, { paymentTransferIds: lost.slice(0, 2) });
  expect(await bookings(id)).toMatchObject([{ gross: 5, transfers: 3 }]);
  expect(
    await ledger.rows('select 1 from token_transfer where intent_id = ? and booking_id is not null and state = ?', [
      ...[id, 'orphaned'],
    ]),
  ).toEqual([]);
});

test('mined again beside equal money of a denied sender, only the payment takes over its booking', async () => {
  const id = await newOrder();
  const txHash = `0x${'f'.repeat(64)}` as const;
  const { lookAndWrite } = createIntentActivities({ em: ledger.orm.em, screening: createStaticScreening([B]) });
  const lost = [
    await usdt(id, 5, { from: A, txHash, blockTime: new Date(Date.now() - 1000) }),
    await usdt(id, 5, { from: B, txHash, logIndex: 1 }),
  ] as const;
  await lookAndWrite(id);
  await resolveReview(ledger.orm.em.fork(), {
    reviewItemId: await ledger.reviewOf(lost[1]),
    outcome: 'closed',
    reason: 'it stays at the address',
    actor: { kind: 'operator', id: 'op', email: null },
  });
  expect(await lookAndWrite(id)).toMatchObject({ status: S.CONFIRMED });

  await ledger.rows("update token_transfer set state = 'orphaned' where intent_id = ?", [id]);
  await lookAndWrite(id);
  const denied = await usdt(id, 5, { from: B, txHash, blockNumber: 2 });
  const again = await usdt(id, 5, { from: A, txHash, blockNumber: 2, logIndex: 1 });
  await lookAndWrite(id);
  expect(
    await ledger.rows(
      'select id::text, in_payment from token_transfer where intent_id = ? and booking_id is not null',
      [id],
    ),
  ).toEqual([{ id: again, in_payment: true }]);
  expect(await ledger.rows('select kind, state from review_item where transfer_id = ?', [denied])).toEqual([
    { kind: 'screening', state: 'open' },
  ]);
});

test('the database rejects a booking that is not the sum of its transfers, and a payment that is not booked', async () => {
  const id = await newOrder();
  await change(id, { to: S.CONFIRMED, paymentTransferIds: [await usdt(id, 5)] });
  for (const sql of [
    'update booking set gross_units = gross_units + 2, net_units = net_units + 2 where intent_id = ?',
    'update token_transfer set booking_id = null where intent_id = ?',
    `insert into booking (intent_id, store_id, method, price_units, kind, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
     select intent_id, store_id, method, price_units, 'accepted', chain_id, token, coin, 1, 0, 1, 0, now() from booking where intent_id = ?`,
  ])
    await expect(ledger.rows(sql, [id]), sql).rejects.toThrow(/not the sum of its transfers/);
  const other = await newOrder();
  await expect(ledger.rows('update checkout_intent set confirmed_at = now() where id = ?', [other])).rejects.toThrow(
    /not booked/,
  );
});
