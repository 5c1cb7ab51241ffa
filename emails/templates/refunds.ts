// E-mails about a refund that was confirmed, or removed after that: to the merchant, and to the shopper who left an address.
import type { Fact } from '../document.ts';
import { documentOf } from '../document.ts';
import { formatTime, formatTokens, oneLine, transactionLink } from '../format.ts';
import { checkoutFact, orderFacts, orderName, placeFacts } from './orders.ts';
import { orderOf, type Setting, storeOf, type Template } from './template.ts';

type RefundSetting = Setting<'order_refunded' | 'shopper_refund' | 'order_refund_removed' | 'shopper_refund_removed'>;

/** The amount that left only where the payer got less, and the payer only where the money went elsewhere. */
const refundFacts = (setting: RefundSetting): Fact[] => {
  const { t, language, data } = setting;
  const coins = (amount: string): string => formatTokens(language, amount, data);
  return [
    ...(data.net === data.amount ? [] : [{ label: t('fact.refund_left'), value: coins(data.amount) }]),
    { label: t('fact.refund_net'), value: coins(data.net) },
    ...placeFacts(setting, data),
    {
      label: t('fact.transaction'),
      value: data.txHash,
      link: transactionLink(data.chainId, data.txHash),
      isCode: true,
    },
    { label: t('fact.refund_to'), value: data.to, isCode: true },
    ...(data.payer === data.to ? [] : [{ label: t('fact.payer'), value: data.payer, isCode: true }]),
    ...('confirmedAt' in data
      ? [{ label: t('fact.confirmed'), value: formatTime(language, data.confirmedAt, storeOf(setting).timeZone) }]
      : []),
  ];
};

export const orderRefunded: Template<'order_refunded'> = (setting) => {
  const { t, language, data, dashboard } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const net = formatTokens(language, data.net, data);
  return documentOf({
    subject: oneLine(t('refunded.subject', { order: orderName(order), amount: net })),
    preview: t('refunded.preview'),
    mark: { text: t('refunded.mark'), tone: 'ok' },
    title: t('refunded.title'),
    lead: [t('refunded.lead')],
    figure: { value: net, note: null },
    facts: [...orderFacts(setting, order), ...refundFacts(setting), checkoutFact(setting, order)],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: store.name }),
  });
};

export const shopperRefund: Template<'shopper_refund'> = (setting) => {
  const { t, language, data, publicUrl } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const net = formatTokens(language, data.net, data);
  return documentOf({
    subject: oneLine(t('shopper_refund.subject', { store: store.name, amount: net })),
    preview: t('shopper_refund.preview', { store: store.name }),
    mark: { text: t('shopper_refund.mark'), tone: 'ok' },
    title: t('shopper_refund.title'),
    lead: [t('shopper_refund.lead', { store: store.name })],
    figure: { value: net, note: null },
    facts: [
      { label: t('fact.store'), value: store.name },
      ...orderFacts(setting, order),
      ...refundFacts(setting),
      checkoutFact(setting, order),
    ],
    action: { label: t('shopper_refund.open'), url: `${publicUrl}/checkout/${order.intentId}` },
    reason: t('reason.shopper', { store: store.name }),
  });
};

export const orderRefundRemoved: Template<'order_refund_removed'> = (setting) => {
  const { t, language, data, dashboard } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const net = formatTokens(language, data.net, data);
  const text = data.isLost ? 'refund_lost' : 'refund_removed';
  return documentOf({
    subject: oneLine(t(`${text}.subject`, { order: orderName(order), amount: net })),
    preview: t(`${text}.preview`),
    mark: { text: t(`${text}.mark`), tone: 'warn' },
    title: t(`${text}.title`),
    lead: [t(`${text}.lead`)],
    figure: { value: net, note: null },
    facts: [...orderFacts(setting, order), ...refundFacts(setting), checkoutFact(setting, order)],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: store.name }),
  });
};

export const shopperRefundRemoved: Template<'shopper_refund_removed'> = (setting) => {
  const { t, language, data, publicUrl } = setting;
  const store = storeOf(setting);
  const order = orderOf(setting);
  const net = formatTokens(language, data.net, data);
  return documentOf({
    subject: oneLine(t('shopper_removed.subject', { store: store.name, amount: net })),
    preview: t('shopper_removed.title'),
    mark: { text: t('shopper_removed.mark'), tone: 'warn' },
    title: t('shopper_removed.title'),
    lead: [t('shopper_removed.lead', { store: store.name })],
    figure: { value: net, note: null },
    facts: [
      { label: t('fact.store'), value: store.name },
      ...orderFacts(setting, order),
      ...refundFacts(setting),
      checkoutFact(setting, order),
    ],
    action: { label: t('shopper_refund.open'), url: `${publicUrl}/checkout/${order.intentId}` },
    reason: t('reason.shopper', { store: store.name }),
  });
};
