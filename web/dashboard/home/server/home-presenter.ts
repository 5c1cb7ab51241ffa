// The home page: a store's orders on each day of a range, against as many days before. An order counts for the day it was created,
// as in the list, in the store's time zone.

import { readDayTotals } from '#db/orders/order-day-totals.ts';
import type { OrderTotals, TokenTotals } from '#db/orders/order-totals.ts';
import type { Em } from '#db/orm.ts';
import { type RefundsOfRange, readRefundsByRange } from '#db/reports/report-refunds.ts';
import { networkName, tokenName } from '#domain/chains.ts';
import { COIN_IDS, coinSymbol } from '#domain/coins.ts';
import { addDays, dayOf, startOfDay } from '#domain/local-days.ts';
import { add, formatUnits, subtract, sum, type Units, ZERO } from '#domain/money.ts';
import { INTENT_STATUSES, isTerminal, statusName } from '#domain/status.ts';
import { homeRange } from './home-range.ts';
import type { HomeFigures, HomeSplit, HomeView } from './home-types.ts';

/** @param now epoch milliseconds; its day is the last one of every range but the typed one */
export const readHomeView = async (
  em: Em,
  store: { id: string; timeZone: string },
  now: number,
  params = new URLSearchParams(),
): Promise<HomeView> => {
  const range = homeRange(params, dayOf(now, store.timeZone));
  const { days: shown } = range;
  const days = Array.from({ length: 2 * shown + 1 }, (_, index) => addDays(range.from, index - shown));
  const boundaries = days.map((day) => startOfDay(day, store.timeZone));
  const instants = boundaries.map((seconds) => new Date(seconds * 1000));
  const [totals, refunds] = await Promise.all([
    readDayTotals(em, store.id, boundaries),
    readRefundsByRange(em, store.id, instants),
  ]);
  const refundsOf = (isMeant: (range: number) => boolean): Units =>
    sum(refunds.filter(({ range }) => isMeant(range)).map(({ units }) => units));
  const before = totals.filter((one) => one.range < shown);
  const inside = totals.filter((one) => one.range >= shown);
  const current = sumOf(inside);
  const previous = sumOf(before);
  const ofDay = (index: number): Sum => sumOf(totals.filter((one) => one.range === index));
  return {
    readAt: new Date(now).toISOString(),
    range: { name: range.name, from: range.from, to: range.to, problem: range.problem },
    before: { from: addDays(range.from, -shown), to: addDays(range.from, -1) },
    unit: unitOf(totals, refunds),
    days: days.slice(shown, 2 * shown).map((day, index) => {
      const { gross, net, orders, paid } = ofDay(shown + index);
      const { gross: grossBefore } = ofDay(index);
      return {
        ...{ day, orders, paid },
        ...{ gross: formatUnits(gross), net: formatUnits(net), before: formatUnits(grossBefore) },
        refunded: formatUnits(refundsOf((one) => one === shown + index)),
      };
    }),
    current: figuresOf(
      current,
      refundsOf((one) => one >= shown),
    ),
    previous: figuresOf(
      previous,
      refundsOf((one) => one < shown),
    ),
    change: {
      gross: changePercent(current.gross, previous.gross),
      fee: changePercent(current.fee, previous.fee),
      net: changePercent(current.net, previous.net),
      orders: changePercent(BigInt(current.orders), BigInt(previous.orders)),
    },
    splits: splitsOf(inside, current.gross),
    statuses: INTENT_STATUSES.map((status) => ({
      status: statusName(status),
      orders: inside
        .flatMap(({ statuses }) => statuses)
        .reduce((n, one) => n + (one.status === status ? one.orders : 0), 0),
    }))
      .filter(({ orders }) => orders > 0)
      .sort((a, b) => b.orders - a.orders),
  };
};

/** The coins that were paid or refunded. All coins while there are none: a zero has a unit too. */
const unitOf = (totals: readonly OrderTotals[], refunds: readonly RefundsOfRange[]): string => {
  const moved = new Set([...totals.flatMap(({ parts }) => parts), ...refunds].map(({ coin }) => coin));
  return COIN_IDS.filter((coin) => moved.size === 0 || moved.has(coin))
    .map(coinSymbol)
    .join(' + ');
};

interface Sum {
  gross: Units;
  fee: Units;
  net: Units;
  orders: number;
  paid: number;
  /** Not ended: waiting for payment, confirming, needing attention, or being refunded. */
  open: number;
}

const sumOf = (totals: readonly OrderTotals[]): Sum => {
  const parts = totals.flatMap((one) => one.parts);
  const statuses = totals.flatMap((one) => one.statuses);
  const count = (list: readonly { orders: number }[]): number => list.reduce((n, { orders }) => n + orders, 0);
  return {
    gross: sum(parts.map(({ grossUnits }) => grossUnits)),
    fee: sum(parts.map(({ feeUnits }) => feeUnits)),
    net: sum(parts.map(({ netUnits }) => netUnits)),
    orders: count(statuses),
    paid: totals.reduce((n, { paidOrders }) => n + paidOrders, 0),
    open: count(statuses.filter(({ status }) => !isTerminal(status))),
  };
};

const figuresOf = ({ gross, fee, net, orders, paid, open }: Sum, refunded: Units): HomeFigures => ({
  gross: formatUnits(gross),
  fee: formatUnits(fee),
  net: formatUnits(net),
  refunded: formatUnits(refunded),
  netAfterRefunds: formatUnits(subtract(net, refunded)),
  orders,
  paid,
  // A paid order that is being refunded is open again; it counts as ended here.
  successPercent: orders > open ? Math.round((paid * 1000) / Math.max(orders - open, paid)) / 10 : null,
});

/** Percent, rounded down to tenths. */
const ratioPercent = (part: bigint, whole: bigint): number => Number((part * 1000n) / whole) / 10;

const changePercent = (now: bigint, before: bigint): number | null =>
  before === 0n ? null : ratioPercent(now - before, before);

const splitsOf = (totals: readonly OrderTotals[], gross: Units): HomeSplit[] => {
  const groups = new Map<string, Pick<TokenTotals, 'chainId' | 'token' | 'coin' | 'orders'> & { gross: Units }>();
  for (const { chainId, token, coin, orders, grossUnits } of totals.flatMap(({ parts }) => parts)) {
    const key = `${chainId}:${token}`;
    const group = groups.get(key) ?? { chainId, token, coin, orders: 0, gross: ZERO };
    groups.set(key, { ...group, orders: group.orders + orders, gross: add(group.gross, grossUnits) });
  }
  return [...groups.values()]
    .sort((a, b) => (a.gross < b.gross ? 1 : a.gross > b.gross ? -1 : 0))
    .map((group) => ({
      coin: tokenName(group.chainId, group.token, group.coin),
      network: networkName(group.chainId),
      orders: group.orders,
      gross: formatUnits(group.gross),
      share: gross === 0n ? 0 : ratioPercent(group.gross, gross),
    }));
};
