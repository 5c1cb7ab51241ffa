// E-mails about a refund that was confirmed, or removed after that: to the merchant, and to the shopper who left an address.
import type { Fact } from '../document.ts';
import { documentOf } from '../document.ts';
import { formatTime, formatTokens, oneLine, shortName, transactionLink } from '../format.ts';
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

type Tone = 'ok' | 'warn';

const toMerchant = (
  setting: Setting<'order_refunded' | 'order_refund_removed'>,
  text: 'refunded' | 'refund_removed' | 'refund_lost',
  tone: Tone,
) => {
  const { t, language, data, dashboard } = setting;
  const order = orderOf(setting);
  const net = formatTokens(language, data.net, data);
  return documentOf({
    subject: oneLine(t(`${text}.subject`, { order: orderName(order), amount: net })),
    preview: t(`${text}.preview`),
    mark: { text: t(`${text}.mark`), tone },
    title: t(`${text}.title`),
    lead: [t(`${text}.lead`)],
    figure: { value: net, note: null },
    facts: [...orderFacts(setting, order), ...refundFacts(setting), checkoutFact(setting, order)],
    action: { label: t('order.open'), url: dashboard(`/orders/${order.intentId}`) },
    reason: t('reason.orders', { store: storeOf(setting).name }),
  });
};

export const orderRefunded: Template<'order_refunded'> = (setting) => toMerchant(setting, 'refunded', 'ok');

export const orderRefundRemoved: Template<'order_refund_removed'> = (setting) =>
  toMerchant(setting, setting.data.isLost ? 'refund_lost' : 'refund_removed', 'warn');

const toShopper = (
  setting: Setting<'shopper_refund' | 'shopper_refund_removed'>,
  text: 'shopper_refund' | 'shopper_removed',
  { preview, tone }: { preview: string; tone: Tone },
) => {
  const { t, language, data, publicUrl } = setting;
  const store = storeOf(setting).name;
  const order = orderOf(setting);
  const net = formatTokens(language, data.net, data);
  return documentOf({
    subject: oneLine(t(`${text}.subject`, { store: shortName(store), amount: net })),
    preview,
    mark: { text: t(`${text}.mark`), tone },
    title: t(`${text}.title`),
    lead: [t(`${text}.lead`, { store })],
    figure: { value: net, note: null },
    facts: [
      { label: t('fact.store'), value: store },
      ...orderFacts(setting, order),
      ...refundFacts(setting),
      checkoutFact(setting, order),
    ],
    action: { label: t('shopper_refund.open'), url: `${publicUrl}/checkout/${order.intentId}` },
    reason: t(order.isInvoice ? 'reason.invoice_order' : 'reason.shopper', { store }),
  });
};

export const shopperRefund: Template<'shopper_refund'> = (setting) => {
  const preview = setting.t('shopper_refund.preview', { store: storeOf(setting).name });
  return toShopper(setting, 'shopper_refund', { preview, tone: 'ok' });
};

export const shopperRefundRemoved: Template<'shopper_refund_removed'> = (setting) =>
  toShopper(setting, 'shopper_removed', { preview: setting.t('shopper_removed.title'), tone: 'warn' });
