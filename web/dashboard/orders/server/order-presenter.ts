// Reads what the page of one order shows.
import { createHash } from 'node:crypto';
import { type ReceivedMoney, readReceivedMoney } from '#db/intents/received-money.ts';
import { sourceOf } from '#db/links/link-list.ts';
import type { OrderBooking } from '#db/orders/bookings.ts';
import {
  type OrderDetails,
  type OrderFactsRow,
  type OrderRefundRow,
  readOrderDetails,
} from '#db/orders/order-details.ts';
import type { PaidPart } from '#db/orders/order-list.ts';
import type { Em } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { listStrayMoney, type StrayRow } from '#db/stray-money/stray-list.ts';
import { explorerTxUrl, findChain, networkName, tokenName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { currencySymbol } from '#domain/currencies.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { add, formatDecimal, formatUnits, subtract, sum, type Units, unitsOf, ZERO } from '#domain/money.ts';
import { centsOfPart, formatRate } from '#domain/pricing.ts';
import { receivedBy } from '#domain/received-money.ts';
import { needsOperator, possibleOutcomes } from '#domain/review-outcomes.ts';
import { statusName } from '#domain/status.ts';
import { neutralText } from '#domain/text.ts';
import { eventLabel } from '#web/text/event-labels.ts';
import { REVIEW_TITLES } from '#web/text/review-titles.ts';
import { toOrderLine } from './order-line.ts';
import { orderTimeline } from './order-timeline.ts';
import type { OrderChanges, OrderRefund, OrderView } from './orders-types.ts';
import { strayView } from './stray-view.ts';

/** Null when the store has no such order. */
export const readOrderView = async (em: Em, storeId: string, id: string): Promise<OrderView | null> => {
  if (!isIntentId(id)) return null;
  const view = await readMarked(em, storeId, id);
  return view && { ...view, source: await sourceOf(em, id) };
};

/** The mark covers everything that changes on the page. Null when the store has no such order. */
export const readOrderChanges = async (em: Em, storeId: string, id: string): Promise<OrderChanges | null> => {
  if (!isIntentId(id)) return null;
  const readAt = Math.floor(Date.now() / 1000);
  const view = await readMarked(em, storeId, id);
  return view && { mark: view.mark, readAt };
};

const readMarked = async (em: Em, storeId: string, id: IntentId): Promise<Omit<OrderView, 'source'> | null> => {
  const details = await readOrderDetails(em, storeId, id);
  if (!details) return null;
  const [strays, money] = await Promise.all([
    listStrayMoney(em, { state: 'open', intentId: id, limit: 50 }),
    details.facts.confirmedAt === null && details.transfers.length > 0
      ? readReceivedMoney(sqlOf({ em }), storeId, id)
      : null,
  ]);
  const view = { ...toOrderView(details, strays), part: money && partOf(details.facts, money) };
  return { ...view, mark: createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 16) };
};

/** What an order that is not paid has received, as the API's payments say it; null while nothing counts toward the price. */
const partOf = (
  { amountUnits: units, currency, cents }: OrderFactsRow,
  { order, transfers }: ReceivedMoney,
): OrderView['part'] => {
  const { countedUnits, missingUnits, isOpen } = receivedBy(order, transfers, Date.now());
  if (countedUnits === 0n) return null;
  const fiat = (amount: Units): string => formatDecimal(centsOfPart(amount, { units, cents }), 2, 2);
  return {
    received: formatUnits(countedUnits),
    missing: missingUnits > 0n ? formatUnits(missingUnits) : null,
    missingFiat:
      missingUnits > 0n && currency !== null
        ? { amount: fiat(missingUnits), currency: currencySymbol(currency) }
        : null,
    isOpen,
  };
};

const explorer = (chainId: number, hash: string): string | null => {
  const chain = findChain(chainId);
  return chain ? explorerTxUrl(chain, hash) : null;
};

/** Accepting money of an unpaid order also accepts the confirmed parts of a short payment (decision 0041). */
const shortOf = ({ facts, reviews }: OrderDetails, id: string): string | null => {
  if (facts.confirmedAt !== null) return null;
  const together = reviews.filter(
    (review) =>
      review.state === 'open' &&
      (review.id === id || (review.kind === 'underpaid' && review.transferState === 'confirmed')),
  );
  const missing = subtract(facts.amountUnits, sum(together.map(({ amountUnits }) => amountUnits)));
  return missing > 0n ? formatUnits(missing) : null;
};

/** Money in the same token is one amount. */
const paidParts = (bookings: readonly OrderBooking[]): PaidPart[] => {
  const parts = new Map<string, PaidPart>();
  for (const { chainId, token, coin, grossUnits } of bookings) {
    const known = parts.get(`${chainId}:${token}`)?.units ?? ZERO;
    parts.set(`${chainId}:${token}`, { chainId, token, coin, units: add(known, grossUnits) });
  }
  return [...parts.values()];
};

const refundView = (refund: OrderRefundRow): OrderRefund => {
  const { id, state, withdrawnAt, chainId, token, coin, amountBaseUnits, amountUnits, feeBaseUnits, to, txHash } =
    refund;
  // A power of ten, so that it divides.
  const unitsPerBase = amountUnits / amountBaseUnits;
  return {
    ...{ id, state, to, txHash },
    isWithdrawn: withdrawnAt !== null,
    amount: formatUnits(unitsOf((amountBaseUnits - feeBaseUnits) * unitsPerBase)),
    coin: tokenName(chainId, token, coin),
    network: networkName(chainId),
    explorerUrl: txHash && explorer(chainId, txHash),
    at: (refund.confirmedAt ?? refund.createdAt).toISOString(),
  };
};

const toOrderView = (
  details: OrderDetails,
  strays: readonly StrayRow[],
): Omit<OrderView, 'mark' | 'source' | 'part'> => {
  const { facts, bookings } = details;
  return {
    line: toOrderLine({
      ...facts,
      fiat: facts.currency === null ? null : { cents: facts.cents, currency: facts.currency },
      paid: paidParts(bookings),
      hasOpenReview: details.reviews.some(({ state }) => state === 'open'),
    }),
    statusName: statusName(facts.status),
    expiresAt: facts.expiresAt.toISOString(),
    confirmedAt: facts.confirmedAt?.toISOString() ?? null,
    acceptedCoins: facts.acceptedCoins.map(coinSymbol),
    acceptedNetworks: facts.acceptedChainIds.map(networkName),
    rate: facts.rateE10 === null ? null : formatRate(facts.rateE10),
    feePercent: formatDecimal(facts.feeRateE9, 7, 2),
    tolerancePercent: formatDecimal(BigInt(facts.toleranceBps), 2, 2),
    receiver: facts.receiver,
    depositAddress: facts.depositAddress,
    userId: facts.userId,
    userName: facts.userName && neutralText(facts.userName),
    shopperEmail: facts.shopperEmail,
    extra: facts.extra,
    bookings: bookings.map((booking) => ({
      id: booking.id,
      isAccepted: booking.kind === 'accepted',
      coin: tokenName(booking.chainId, booking.token, booking.coin),
      network: networkName(booking.chainId),
      paid: formatUnits(booking.grossUnits),
      fee: formatUnits(booking.feeUnits),
      net: formatUnits(booking.netUnits),
      surplus: booking.surplusUnits > 0n ? formatUnits(booking.surplusUnits) : null,
      bookedAt: booking.bookedAt.toISOString(),
      transfers: booking.transfers.map(({ id, txHash, from }) => ({
        id,
        txHash,
        explorerUrl: explorer(booking.chainId, txHash),
        payer: from,
      })),
    })),
    transfers: details.transfers.map(
      ({ id, amountUnits, token, coin, chainId, txHash, from, blockTime, state, inPayment }) => ({
        id,
        txHash,
        from,
        state,
        inPayment,
        amount: formatUnits(amountUnits),
        coin: tokenName(chainId, token, coin),
        network: networkName(chainId),
        explorerUrl: explorer(chainId, txHash),
        blockTime: blockTime.toISOString(),
      }),
    ),
    refunds: details.refunds.filter(({ state, txHash }) => state !== 'failed' || txHash !== null).map(refundView),
    reviews: details.reviews
      .filter(({ state }) => state === 'open')
      .map(({ id, kind, amountUnits, token, coin, chainId, txHash, transferState }) => ({
        id,
        txHash,
        title: REVIEW_TITLES[kind],
        amount: formatUnits(amountUnits),
        coin: tokenName(chainId, token, coin),
        network: networkName(chainId),
        short: shortOf(details, id),
        outcomes: possibleOutcomes(kind, transferState),
        operatorOnly: needsOperator(kind),
      })),
    strays: strays.map(strayView),
    webhooks: details.webhooks.map(({ id, state, eventType, attempts, nextAttemptAt }) => ({
      id,
      about: eventLabel(eventType),
      state,
      attempts: attempts.length,
      nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    })),
    paysOut: details.settlements.length > 0,
    timeline: orderTimeline(details),
  };
};
