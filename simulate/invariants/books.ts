// Invariants 5, 10 and 12: lists, files, reports and totals all say what the chains say, token by token: a coin on one network can have
// several.
import { orderCsv } from '#db/orders/order-csv.ts';
import { readDayTotals } from '#db/orders/order-day-totals.ts';
import { listOrders } from '#db/orders/order-list.ts';
import { sqlOf } from '#db/pool.ts';
import { beyondPrice, completing, feeOf, least, total } from '../model.ts';
import { daysOf, fixedFigures } from '../world/days.ts';
import { type TrueOrder, unitsPerBase } from '../world/truth.ts';
import { type Check, differenceOf, type Facts, type OrderCase, type Report, sumBy } from './check.ts';
import type { TransferRow } from './snapshot.ts';

/** 12: each booking is the sum of its transfers, its fee is the contract's, and the API's members are of the completing transfer. */
export const bookingsAddUp: Check = (facts, report) => {
  for (const one of facts.orders) {
    const { order, intent, rows, bookings } = one;
    if (intent.confirmedAt === null) {
      // Money whose refund the merchant's wallet paid is the merchant's, and booked (decision 0054).
      if (bookings.some(({ kind }) => kind === 'payment')) report(12, `order ${order.name} is booked and not paid`);
      continue;
    }
    for (const booking of bookings) bookingAddsUp(facts, order, booking, rows, report);
    const unbooked = rows.filter(
      ({ inPayment, booking, state }) => inPayment && booking === null && state !== 'orphaned',
    );
    for (const { txHash } of unbooked) report(12, `order ${order.name}: ${txHash} is in the payment and in no booking`);
    summaryIsRight(one, report);
  }
};

const bookingAddsUp = (
  { world }: Facts,
  order: TrueOrder,
  { id, chainId, token, coin, gross, fee, net }: OrderCase['bookings'][number],
  rows: readonly TransferRow[],
  report: Report,
): void => {
  const parts = rows.filter(({ booking }) => booking === id);
  const found = world.truth.tokens.find((one) => one.address === token && one.chainId === chainId);
  if (!found || parts.some((row) => row.chainId !== chainId || row.token !== token || found.coin !== coin))
    report(12, `order ${order.name}: a booking mixes tokens or networks`);
  if (total(parts) !== gross) report(12, `order ${order.name}: ${gross} booked, ${total(parts)} received`);
  if (!found) return;
  const due = feeOf(order, gross / unitsPerBase(found)) * unitsPerBase(found);
  if (fee !== due || net !== gross - fee) report(12, `order ${order.name}: the fee is ${fee}, not ${due}`);
};

const inChainOrder = (a: TransferRow, b: TransferRow): number =>
  a.blockTime - b.blockTime || a.chainId - b.chainId || a.blockNumber - b.blockNumber || a.logIndex - b.logIndex;

/** The members that the API and the webhook have once. */
const summaryIsRight = ({ order, intent, rows, bookings }: OrderCase, report: Report): void => {
  const first = bookings.filter(({ kind }) => kind === 'payment');
  const payment = rows.filter(({ booking }) => first.some(({ id }) => id === booking)).sort(inChainOrder);
  const sums = [
    ['paid', intent.paid, total(payment)],
    ['fee', intent.fee, first.reduce((sum, { fee }) => sum + fee, 0n)],
    ['net', intent.net, first.reduce((sum, { net }) => sum + net, 0n)],
  ] as const;
  for (const [name, is, due] of sums) if (is !== due) report(12, `order ${order.name}: ${name} ${is}, not ${due}`);
  surplusIsRight(order, first, payment, report);
  if (order.isUndone) return; // Mined again, its parts have other places than when it was paid.
  const last = completing(payment, least(order));
  if (!last) return;
  const isRight =
    intent.txHash === last.txHash &&
    intent.txFrom === last.from &&
    intent.paidChainId === last.chainId &&
    intent.paidCoin === last.coin;
  if (!isRight) report(12, `order ${order.name}: the API names ${intent.txHash}, ${last.txHash} completed the payment`);
};

/** What lies beyond the price belongs to the token of the transfer that carried it. */
const surplusIsRight = (
  order: TrueOrder,
  bookings: OrderCase['bookings'],
  payment: readonly TransferRow[],
  report: Report,
): void => {
  if (order.isUndone) return;
  const beyond = beyondPrice(order, payment);
  const due = sumBy(
    [...payment.entries()],
    ([, row]) => byPlace(row),
    ([index]) => beyond[index] ?? 0n,
  );
  const wrong = differenceOf(
    sumBy(bookings, byPlace, ({ surplus }) => surplus),
    due,
  );
  if (wrong) report(12, `order ${order.name}: the surplus is ${wrong}`);
};

/** A token, and not a coin: USDT and USDT0 on one network are two contracts and two balances. */
const byPlace = ({ chainId, token }: { chainId: number; token: string }): string => `${chainId}:${token}`;

/** What is in payments, as the transfers have it; what a reorganisation took after the payment was booked is still in the books. */
const expectedBooks = ({ orders }: Facts) => {
  const rows = orders.flatMap((one) => one.rows.filter(({ booking }) => booking !== null));
  return sumBy(rows, byPlace, ({ units }) => units);
};

/** 12: the order's list and both kinds of totals show what its transfers add up to. */
export const listsAddUp: Check = async (facts, report) => {
  const { world, orders, isSettled } = facts;
  if (!isSettled) return;
  const sql = sqlOf(world.database.orm);
  const { orders: listed } = await listOrders(sql, world.store.storeId, {}, null);
  for (const { order, intent, rows } of orders) {
    const row = listed.find(({ id }) => id === order.id);
    const booked = sumBy(
      rows.filter(({ booking }) => booking !== null),
      byPlace,
      ({ units }) => units,
    );
    const shown = sumBy(row?.paid ?? [], byPlace, ({ units }) => units);
    const wrong = differenceOf(shown, booked);
    if (wrong) report(12, `order ${order.name}: the list shows ${wrong}`);
    if (row?.status !== intent.status)
      report(13, `order ${order.name}: the list shows ${row?.status}, not ${intent.status}`);
  }
  const days = [Math.floor(world.store.createdAt.getTime() / 1000) - 1, Math.floor(world.clock.now() / 1000) + 1];
  const totals = await readDayTotals(world.database.orm.em.fork(), world.store.storeId, days);
  const parts = totals.flatMap((day) => day.parts);
  const wrong = differenceOf(
    sumBy(parts, byPlace, ({ grossUnits }) => grossUnits),
    expectedBooks(facts),
  );
  if (wrong) report(12, `the home page shows ${wrong}`);
};

/** A decimal of the file in ledger units. */
const unitsOfText = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
};

/** 10: the file of orders, summed by token, is what the transfers say. */
export const fileAddsUp: Check = async (facts, report) => {
  const { world, isSettled } = facts;
  if (!isSettled) return;
  const request = { storeId: world.store.storeId, filter: {}, timeZone: 'UTC', rows: 'orders' as const };
  let text = '';
  for await (const chunk of orderCsv(sqlOf(world.database.orm), request)) text += chunk;
  const [head, ...lines] = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const cell = (line: readonly string[], column: string): string => line[head?.indexOf(column) ?? -1] ?? '';
  const paid = lines.filter((line) => cell(line, 'paid') !== '');
  const place = (line: readonly string[]): string => `${cell(line, 'chain_id')}:${cell(line, 'token')}`;
  const shown = sumBy(paid, place, (line) => unitsOfText(cell(line, 'paid')));
  const wrong = differenceOf(shown, expectedBooks(facts));
  if (wrong) report(10, `the file of orders has ${wrong}`);
  const fees = sumBy(paid, place, (line) => unitsOfText(cell(line, 'fee')));
  const due = sumBy(facts.snapshot.bookings, byPlace, ({ fee }) => fee);
  const wrongFee = differenceOf(fees, due);
  if (wrongFee) report(10, `the fees in the file of orders are ${wrongFee}`);
};

/** 5: days follow one another, a day that has ended never changes, and all days sum to the ledger. */
export const reportsAddUp: Check = async (facts, report) => {
  const { world, snapshot, isSettled } = facts;
  if (!isSettled) return;
  const days = await daysOf(world);
  for (const [index, { period }] of days.entries()) {
    const before = days[index - 1]?.period;
    if (before && before.endsAt.getTime() !== period.startsAt.getTime()) report(5, `a gap before ${period.name}`);
  }
  const known = new Map(days.map(fixedFigures));
  for (const [name, figures] of world.reported) {
    const now = known.get(name);
    // After a change of the zone, days have other bounds.
    if (now !== undefined && now !== figures) report(5, `the day ${name} was ${figures} and is ${now}`);
  }
  const end = days.at(-1)?.period.endsAt.getTime() ?? 0;
  const refunded = snapshot.refundEntries
    .filter(({ at }) => at < end)
    .reduce((sum, { kind, units }) => (kind === 'confirmed' ? sum + units : sum - units), 0n);
  const shownRefunds = days.reduce((sum, { figures }) => sum + figures.refundUnits, 0n);
  if (shownRefunds !== refunded) report(5, `the days' refunds are ${shownRefunds}, not ${refunded}`);
  const booked = snapshot.bookings.filter(({ bookedAt }) => bookedAt < end);
  const parts = days.flatMap(({ figures }) => figures.byCoinAndNetwork);
  for (const [name, shown, due] of [
    ['gross', sumBy(parts, byPlace, ({ grossUnits }) => grossUnits), sumBy(booked, byPlace, ({ gross }) => gross)],
    ['fee', sumBy(parts, byPlace, ({ feeUnits }) => feeUnits), sumBy(booked, byPlace, ({ fee }) => fee)],
    ['net', sumBy(parts, byPlace, ({ netUnits }) => netUnits), sumBy(booked, byPlace, ({ net }) => net)],
  ] as const) {
    const wrong = differenceOf(shown, due);
    if (wrong) report(5, `the days' ${name} is ${wrong}`);
  }
};
