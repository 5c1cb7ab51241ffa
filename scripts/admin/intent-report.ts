// The report of `intent show`: everything about one intent. Members that the API also returns have the API's names.
import { Booking } from '#db/entities/booking.entity.ts';
import { Settlement, TokenTransfer } from '#db/entities/chain.entity.ts';
import { ReviewItem, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import { StrayMoney } from '#db/entities/token.entity.ts';
import type { Em } from '#db/orm.ts';
import { findChain, tokenName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { Env } from '#domain/config.ts';
import { currencySymbol } from '#domain/currencies.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { type BaseUnits, formatDecimal, formatUnits, UNIT_DECIMALS, type Units } from '#domain/money.ts';
import { formatRate } from '#domain/pricing.ts';
import { statusName } from '#domain/status.ts';
import { fields, isoOrNull, table, testWord } from './format.ts';

/** Throws UserError when there is no such intent. */
export const findIntent = async (em: Em, intentId: string): Promise<CheckoutIntent> => {
  const intent = isIntentId(intentId) ? await em.findOne(CheckoutIntent, intentId, { populate: ['store'] }) : null;
  if (!intent) throw new UserError('intent_not_found', `there is no checkout intent ${intentId}`);
  return intent;
};

const unitsOrNull = (units: Units | null | undefined): string | null =>
  units === null || units === undefined ? null : formatUnits(units);

const transferEntry = (transfer: TokenTransfer) => ({
  chain_id: transfer.chainId,
  coin_symbol: coinSymbol(transfer.coin),
  token: transfer.token,
  token_name: tokenName(transfer.chainId, transfer.token, transfer.coin),
  amount: formatUnits(transfer.amountUnits),
  state: transfer.state,
  in_payment: transfer.inPayment,
  tx_hash: transfer.txHash,
  from: transfer.fromAddress,
  block_number: Number(transfer.blockNumber),
  block_time: transfer.blockTime.toISOString(),
});

const bookingEntry = (booking: Booking) => ({
  kind: booking.kind,
  chain_id: booking.chainId,
  coin_symbol: coinSymbol(booking.coin),
  token: booking.token,
  token_name: tokenName(booking.chainId, booking.token, booking.coin),
  paid: formatUnits(booking.grossUnits),
  fee: formatUnits(booking.feeUnits),
  net: formatUnits(booking.netUnits),
  surplus: formatUnits(booking.surplusUnits),
  booked_at: booking.bookedAt.toISOString(),
});

const settlementEntry = (settlement: Settlement) => ({
  chain_id: settlement.chainId,
  token: settlement.token,
  state: settlement.state,
  net: baseUnitsAsCoin(settlement.chainId, settlement.token, settlement.netBaseUnits),
  fee: baseUnitsAsCoin(settlement.chainId, settlement.token, settlement.feeBaseUnits),
  tx_hash: settlement.txHash ?? null,
  attempts: settlement.attempts,
  last_error: settlement.lastError ?? null,
  settled_at: isoOrNull(settlement.settledAt),
});

const webhookEntry = (event: WebhookEvent) => ({
  webhook_id: event.id,
  event_type: event.eventType,
  state: event.state,
  delivered_at: isoOrNull(event.deliveredAt),
  next_attempt_at: isoOrNull(event.nextAttemptAt),
});

const reviewEntry = (review: ReviewItem) => ({
  kind: review.kind,
  state: review.state,
  found: review.found,
  resolution: review.resolution ?? null,
  created_at: review.createdAt.toISOString(),
});

const strayEntry = (stray: StrayMoney) => ({
  stray_id: String(stray.id),
  chain_id: stray.chainId,
  token: stray.token,
  symbol: stray.symbol ?? null,
  amount_base_units: String(stray.amountBaseUnits),
  outcome: stray.outcome ?? null,
});

const timelineEntry = (event: TimelineEvent) => ({
  at: event.createdAt.toISOString(),
  kind: event.kind,
  status_from: event.statusFrom ?? null,
  status_to: event.statusTo ?? null,
  data: event.data,
});

/** JSON-safe; amounts are decimal strings of coin. */
export const intentReport = async (em: Em, intent: CheckoutIntent) => {
  const byId = { orderBy: { id: 'asc' as const } };
  const transfers = await em.find(TokenTransfer, { intent }, byId);
  const bookings = await em.find(Booking, { intent }, byId);
  const timeline = await em.find(TimelineEvent, { intent }, byId);
  const reviews = await em.find(ReviewItem, { intent }, byId);
  const settlements = await em.find(Settlement, { intent }, byId);
  const strays = await em.find(StrayMoney, { intent }, byId);
  const webhooks = await em.find(WebhookEvent, { intent }, { orderBy: { createdAt: 'asc' } });
  return {
    all_scale_checkout_intent_id: intent.id,
    store_id: intent.store.id,
    store_name: intent.store.name,
    store_is_test: intent.store.isTest,
    status: intent.status,
    status_name: statusName(intent.status),
    currency: intent.currency ?? null,
    currency_symbol: intent.currency ? currencySymbol(intent.currency) : null,
    currency_rate: intent.rateE10 ? formatRate(intent.rateE10) : null,
    amount_cents: Number(intent.amountCents),
    amount_coins: formatUnits(intent.amountUnits),
    stable_coin_type: intent.stableCoin,
    coin_symbol: coinSymbol(intent.stableCoin),
    accepted_stable_coins: intent.acceptedStableCoins,
    accepted_chain_ids: intent.acceptedChainIds,
    deposit_address: intent.depositAddress,
    receiver: intent.receiver,
    order_id: intent.orderId ?? null,
    order_description: intent.orderDescription ?? null,
    user_id: intent.userId ?? null,
    user_name: intent.userName ?? null,
    created_at: intent.createdAt.toISOString(),
    updated_at: intent.updatedAt.toISOString(),
    expires_at: intent.expiresAt.toISOString(),
    extended_at: isoOrNull(intent.extendedAt),
    confirmed_at: isoOrNull(intent.confirmedAt),
    chain_id: intent.paidChainId ?? null,
    coin_contract: intent.paidToken ?? null,
    tx_hash: intent.txHash ?? null,
    tx_from: intent.txFrom ?? null,
    tx_to: intent.txTo ?? null,
    payment_method_type: intent.paymentMethodType,
    actual_paid_amount: unitsOrNull(intent.actualPaidUnits),
    service_fee_amount: unitsOrNull(intent.serviceFeeUnits),
    net_income_amount: unitsOrNull(intent.netIncomeUnits),
    surplus_amount: unitsOrNull(intent.surplusUnits),
    bookings: bookings.map(bookingEntry),
    transfers: transfers.map(transferEntry),
    stray_money: strays.map(strayEntry),
    settlements: settlements.map(settlementEntry),
    webhooks: webhooks.map(webhookEntry),
    reviews: reviews.map(reviewEntry),
    timeline: timeline.map(timelineEntry),
  };
};

export type IntentReport = Awaited<ReturnType<typeof intentReport>>;

const baseUnitsAsCoin = (chainId: number, token: string, baseUnits: BaseUnits | null | undefined): string | null => {
  if (baseUnits === null || baseUnits === undefined) return null;
  const known = findChain(chainId)?.tokens.find(({ address }) => address === token);
  return formatDecimal(baseUnits, known?.decimals ?? UNIT_DECIMALS, 4);
};

const section = (title: string, lines: readonly string[]): string[] => ['', title, ...lines.map((line) => `  ${line}`)];

/** The report as text, with the workflow's URL in the Temporal UI when one is configured. */
export const reportLines = (report: IntentReport, env: Env): string[] => {
  const ui = env.TEMPORAL_UI_URL;
  const namespace = env.TEMPORAL_NAMESPACE ?? 'default';
  return [
    ...fields([
      ['intent', report.all_scale_checkout_intent_id],
      ['status', `${report.status} ${report.status_name}`],
      ['store', `${report.store_name} (${report.store_id})${testWord(report.store_is_test)}`],
      ['order', report.order_id],
      ['description', report.order_description],
      ['price', `${report.amount_coins} ${report.coin_symbol}${priceInFiat(report)}`],
      ['completed by', report.tx_hash && `${report.tx_hash} on ${chainName(report.chain_id ?? 0)}`],
      ['deposit address', report.deposit_address],
      [
        'accepts',
        `${report.accepted_stable_coins.map(coinSymbol).join(', ')} on ${report.accepted_chain_ids.map(chainName).join(', ')}`,
      ],
      ['created', report.created_at],
      ['expires', `${report.expires_at}${report.extended_at ? ' (extended)' : ''}`],
      ['confirmed', report.confirmed_at],
      ['workflow', ui ? `${ui}/namespaces/${namespace}/workflows/${report.all_scale_checkout_intent_id}` : null],
    ]),
    ...tables(report),
  ];
};

const tables = (report: IntentReport): string[] => [
  ...section(
    'Booked',
    table(
      ['what', 'paid', 'fee', 'net', 'surplus', 'chain', 'at'],
      report.bookings.map((entry) => [
        entry.kind,
        `${entry.paid} ${entry.token_name}`,
        entry.fee,
        entry.net,
        entry.surplus,
        chainName(entry.chain_id),
        entry.booked_at,
      ]),
    ),
  ),
  ...section(
    'Transfers',
    table(
      ['amount', 'chain', 'block', 'state', 'transaction'],
      report.transfers.map((transfer) => [
        `${transfer.amount} ${transfer.token_name}`,
        chainName(transfer.chain_id),
        String(transfer.block_number),
        transfer.state,
        transfer.tx_hash,
      ]),
    ),
  ),
  ...section(
    'Settlements',
    table(
      ['state', 'chain', 'to merchant', 'fee', 'transaction or error'],
      report.settlements.map((entry) => [
        entry.state,
        chainName(entry.chain_id),
        entry.net ?? '-',
        entry.fee ?? '-',
        entry.tx_hash ?? entry.last_error ?? '-',
      ]),
    ),
  ),
  ...section(
    'Webhooks',
    table(
      ['webhook', 'event', 'state', 'delivered', 'next attempt'],
      report.webhooks.map((event) => [
        event.webhook_id,
        event.event_type,
        event.state,
        event.delivered_at ?? '-',
        event.next_attempt_at ?? '-',
      ]),
    ),
  ),
  ...section(
    'Reviews',
    table(
      ['kind', 'state', 'found'],
      report.reviews.map((review) => [review.kind, review.state, JSON.stringify(review.found)]),
    ),
  ),
  ...section(
    'Timeline',
    table(
      ['at', 'what', 'details'],
      report.timeline.map((event) => [
        event.at,
        eventTitle(event),
        Object.keys(event.data).length > 0 ? JSON.stringify(event.data) : '',
      ]),
    ),
  ),
];

const chainName = (id: number): string => findChain(id)?.name ?? `chain ${id}`;

const priceInFiat = (report: IntentReport): string =>
  report.currency_symbol
    ? ` (${formatDecimal(BigInt(report.amount_cents), 2, 2)} ${report.currency_symbol} at ${report.currency_rate})`
    : '';

const eventTitle = ({ kind, status_from, status_to }: IntentReport['timeline'][number]): string => {
  if (status_to === null) return kind;
  return status_from === null
    ? `${kind} as ${statusName(status_to)}`
    : `${statusName(status_from)} to ${statusName(status_to)}`;
};
