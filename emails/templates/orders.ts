// E-mails about an order: created, paid, needs attention, and the shopper's receipt.
import { networkName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { EmailOrder, EmailPayment } from '#domain/email-facts.ts';
import { formatUnits, parseUnits, ZERO } from '#domain/money.ts';
import { readableAmount } from '#domain/readable-amount.ts';
import { sumByToken } from '#domain/token-amounts.ts';
import type { Fact } from '../document.ts';
import { documentOf } from '../document.ts';
import {
  formatCoins,
  formatDollars,
  formatFiat,
  formatTime,
  formatTokens,
  nameOf,
  oneLine,
  type RecordedToken,
  shortName,
  transactionLink,
} from '../format.ts';
import { orderOf, type Setting, storeOf, type Template } from './template.ts';

type OrderKind =
  | 'order_created'
  | 'order_paid'
  | 'order_attention'
  | 'order_stray'
  | 'order_refunded'
  | 'order_refund_removed'
  | 'shopper_receipt'
  | 'shopper_refund'
  | 'shopper_refund_removed'
  | 'shopper_review';
type OrderSetting = Setting<OrderKind>;

/** The shop's order id, if there is one. */
/** For subjects: an order id may have 255 characters. */
export const orderName = ({ orderId, intentId }: EmailOrder): string => shortName(orderId ?? intentId);

const isPresent = <T>(value: T | null): value is T => value !== null;

/** The price with its amount in fiat: the one that the shop set, or one dollar for each coin. */
export const priceFact = ({ t, language }: OrderSetting, { fiat, amount, coin }: EmailOrder): Fact => ({
  label: t('fact.price'),
  value: t('fact.price_in_fiat', {
    price: formatCoins(language, amount, coin),
    fiat: fiat ? formatFiat(language, fiat) : t('fact.fiat_dollars', { amount: formatDollars(language, amount) }),
  }),
});

/** The shop's own names of the order: the first facts. */
export const orderFacts = ({ t }: OrderSetting, order: EmailOrder): Fact[] =>
  [
    order.orderId === null ? null : { label: t('fact.order'), value: order.orderId },
    order.description === null ? null : { label: t('fact.description'), value: order.description },
  ].filter(isPresent);

/** Our id of the order: the last fact. */
export const checkoutFact = ({ t }: OrderSetting, { intentId }: EmailOrder): Fact => ({
  label: t('fact.checkout'),
  value: intentId,
  isCode: true,
});

export const transferFacts = (
  { t }: Pick<OrderSetting, 't'>,
  chainId: number,
  { txHash, payer }: { txHash: string; payer: string },
): Fact[] => [
  { label: t('fact.transaction'), value: txHash, link: transactionLink(chainId, txHash), isCode: true },
  { label: t('fact.payer'), value: payer, isCode: true },
];

export const placeFacts = ({ t }: Pick<OrderSetting, 't'>, of: RecordedToken): Fact[] => [
  { label: t('fact.coin'), value: nameOf(of) },
  { label: t('fact.network'), value: networkName(of.chainId) },
];

/** Where each part was paid and by which transactions; with its amount, when there are several parts. */
const partFacts = (setting: OrderSetting, { parts }: EmailPayment): Fact[] =>
  parts.flatMap((part) => [
    ...(parts.length > 1
      ? [
          {
            label: setting.t('fact.part', { coin: nameOf(part), network: networkName(part.chainId) }),
            value: formatTokens(setting.language, part.amount, part),
          },
        ]
      : placeFacts(setting, part)),
    ...part.transfers.flatMap((transfer) => transferFacts(setting, part.chainId, transfer)),
  ]);

type Amount = 'amount' | 'fee' | 'net' | 'surplus';

/** An amount of all parts, each token by itself: `10.0000 USDT + 8.0000 USDC`. Null when there is none. */
const inCoins = ({ language }: OrderSetting, { parts }: EmailPayment, amount: Amount): string | null => {
  const amounts = parts.flatMap(({ [amount]: text, ...part }) =>
    text === null ? [] : [{ ...part, amountUnits: parseUnits(text) ?? ZERO }],
  );
  const texts = sumByToken(amounts).map(
    ({ name, amountUnits }) => `${readableAmount(language, formatUnits(amountUnits))} ${name}`,
  );
  return texts.length > 0 ? texts.join(' + ') : null;
};

const networksOf = ({ language }: OrderSetting, { parts }: EmailPayment): string =>
  new Intl.ListFormat(language).format([...new Set(parts.map(({ chainId }) => networkName(chainId)))]);

const surplusFact = (setting: OrderSetting, payment: EmailPayment): Fact[] => {
  const surplus = inCoins(setting, payment, 'surplus');
  return surplus === null ? [] : [{ label: setting.t('fact.surplus'), value: surplus }];
};

export const orderCreated: Template<'order_created'> = (setting) => {
  const { t, language, dashboard } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const amount = formatCoins(language, order.amount, order.coin);
  const list = (names: readonly string[]): string =>
    new Intl.ListFormat(language, { type: 'disjunction' }).format(names);
  return documentOf({
    subject: oneLine(t('order_created.subject', { order: orderName(order), amount })),
    preview: t('order_created.preview', { store: store.name }),
    mark: { text: t('order_created.mark'), tone: 'plain' },
    title: t('order_created.title'),
    lead: [t('order_created.lead')],
    figure: { value: amount, note: null },
    facts: [
      ...orderFacts(setting, order),
      priceFact(setting, order),
      { label: t('fact.fee_expected'), value: formatCoins(language, order.feeOfPrice, order.coin) },
      { label: t('fact.net_expected'), value: formatCoins(language, order.netOfPrice, order.coin) },
      { label: t('fact.coins_accepted'), value: list(order.acceptedCoins.map(coinSymbol)) },
      { label: t('fact.networks_accepted'), value: list(order.acceptedChainIds.map(networkName)) },
      { label: t('fact.created'), value: formatTime(language, order.createdAt, store.timeZone) },
      { label: t('fact.payable_until'), value: formatTime(language, order.expiresAt, store.timeZone) },
      checkoutFact(setting, order),
    ],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: store.name }),
  });
};

/** Throws when the order is not paid. */
const paymentOf = ({ payment, intentId }: EmailOrder): EmailPayment => {
  if (!payment) throw new Error(`The intent ${intentId} is not paid`);
  return payment;
};

/** What was paid, the fee, the net amount, and the surplus or null. */
const amountsOf = (setting: OrderSetting, payment: EmailPayment): [string, string, string, string | null] => [
  inCoins(setting, payment, 'amount') ?? '',
  inCoins(setting, payment, 'fee') ?? '',
  inCoins(setting, payment, 'net') ?? '',
  inCoins(setting, payment, 'surplus'),
];

export const orderPaid: Template<'order_paid'> = (setting) => {
  const { t, language, dashboard } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const payment = paymentOf(order);
  const [amount, fee, net, surplus] = amountsOf(setting, payment);
  const network = networksOf(setting, payment);
  return documentOf({
    subject: oneLine(t('order_paid.subject', { order: orderName(order), amount })),
    preview: t('order_paid.preview', { net, network }),
    mark: { text: t('order_paid.mark'), tone: 'ok' },
    title: t('order_paid.title'),
    lead: [t('order_paid.lead', { network }), ...(surplus === null ? [] : [t('order_paid.surplus', { surplus })])],
    figure: { value: amount, note: null },
    facts: [
      ...orderFacts(setting, order),
      priceFact(setting, order),
      ...surplusFact(setting, payment),
      { label: t('fact.fee'), value: fee },
      { label: t('fact.net'), value: net },
      ...partFacts(setting, payment),
      { label: t('fact.confirmed'), value: formatTime(language, payment.confirmedAt, store.timeZone) },
      checkoutFact(setting, order),
    ],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: store.name }),
  });
};

export const shopperReceipt: Template<'shopper_receipt'> = (setting) => {
  const { t, language, publicUrl } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const payment = paymentOf(order);
  const [amount, , , surplus] = amountsOf(setting, payment);
  return documentOf({
    subject: oneLine(t('receipt.subject', { store: shortName(store.name), amount })),
    preview: t('receipt.preview', { store: store.name }),
    mark: { text: t('receipt.mark'), tone: 'ok' },
    title: t('receipt.title'),
    lead: [
      t('receipt.lead', { store: store.name }),
      ...(surplus === null ? [] : [t('receipt.surplus', { surplus, store: store.name })]),
    ],
    figure: { value: amount, note: null },
    facts: [
      { label: t('fact.store'), value: store.name },
      ...orderFacts(setting, order),
      priceFact(setting, order),
      ...surplusFact(setting, payment),
      ...partFacts(setting, payment),
      { label: t('fact.confirmed'), value: formatTime(language, payment.confirmedAt, store.timeZone) },
      checkoutFact(setting, order),
    ],
    action: { label: t('receipt.open'), url: `${publicUrl}/checkout/${order.intentId}/receipt` },
    reason: t(order.isInvoice ? 'reason.invoice_order' : 'reason.shopper', { store: store.name }),
  });
};

export const orderAttention: Template<'order_attention'> = (setting) => {
  const { t, language, data, dashboard } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const amount = formatTokens(language, data.amount, data);
  const what = t(`attention.${data.review}`);
  const isReorg = data.review === 'reorg_after_confirmed';
  return documentOf({
    subject: oneLine(t('attention.subject', { order: orderName(order), amount })),
    preview: isReorg ? t('attention.preview_reorg') : t('attention.preview', { what }),
    mark: { text: t('attention.mark'), tone: 'warn' },
    title: t('attention.title'),
    lead: [
      what,
      t(isReorg ? 'attention.moved_reorg' : 'attention.moved'),
      t(isReorg ? 'attention.todo_reorg' : 'attention.todo'),
    ],
    figure: { value: amount, note: null },
    facts: [
      ...orderFacts(setting, order),
      priceFact(setting, order),
      ...placeFacts(setting, data),
      ...transferFacts(setting, data.chainId, { txHash: data.txHash, payer: data.from }),
      { label: t('fact.block_time'), value: formatTime(language, data.blockTime, store.timeZone) },
      checkoutFact(setting, order),
    ],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: store.name }),
  });
};

export const orderStray: Template<'order_stray'> = (setting) => {
  const { t, language, data, dashboard } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const { native, token, chainId, txHash, from } = data;
  const amount = native ? `${readableAmount(language, native.amount)} ${native.symbol}` : t('stray.token');
  const what = t(native ? 'stray.what_native' : 'stray.what_token');
  return documentOf({
    subject: oneLine(t('attention.subject', { order: orderName(order), amount })),
    preview: what,
    mark: { text: t('attention.mark'), tone: 'warn' },
    title: t('stray.title'),
    lead: [what, t('stray.todo')],
    figure: { value: amount, note: null },
    facts: [
      ...orderFacts(setting, order),
      { label: t('fact.network'), value: networkName(chainId) },
      ...(native ? [] : [{ label: t('fact.token'), value: token, isCode: true }]),
      ...(txHash
        ? [{ label: t('fact.transaction'), value: txHash, link: transactionLink(chainId, txHash), isCode: true }]
        : []),
      ...(from ? [{ label: t('fact.payer'), value: from, isCode: true }] : []),
      checkoutFact(setting, order),
    ],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: store.name }),
  });
};
