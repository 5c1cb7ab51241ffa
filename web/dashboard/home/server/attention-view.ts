// What waits for the people of a store, each with the page where it is done: for Home and the number in the navigation.
import { type Attention, MOST_COUNTED, readAttention, type WaitingMoney } from '#db/merchants/attention.ts';
import type { Em } from '#db/orm.ts';
import { networkName, tokenName } from '#domain/chains.ts';
import { formatUnits } from '#domain/money.ts';
import { readableAmount } from '#domain/readable-amount.ts';
import { neutralText } from '#domain/text.ts';
import { REVIEW_TITLES } from '#web/text/review-titles.ts';
import { CHANGE_NAMES } from '../../changes/parts/change-text.ts';
import { strayView } from '../../orders/server/stray-view.ts';
import type { AttentionItem, AttentionView } from './home-types.ts';

/** Of each list. When there are more, the page leads to the list of orders, which has them all. */
const MOST_ROWS = 20;

export const readAttentionView = async (em: Em, store: { id: string; merchantId: string }): Promise<AttentionView> =>
  attentionView(await readAttention(em, store, MOST_ROWS + 1));

export const attentionView = (found: Attention): AttentionView => {
  const lists = [found.reviews, found.strays, found.refunds, found.lostRefunds, found.paidTwice];
  const cut = <Row>(rows: readonly Row[]): Row[] => rows.slice(0, MOST_ROWS);
  const items = [
    // Deliveries first: while they are off, the shop learns of no payment.
    ...webhookItems(found.webhook),
    ...endpointItems(found.endpoints),
    ...found.changes.map(changeItem),
    ...cut(found.lostRefunds).map(lostRefundItem),
    ...cut(found.reviews).map(reviewItem),
    ...cut(found.refunds).map(refundItem),
    ...cut(found.strays).map(strayItem),
    ...cut(found.paidTwice).map(paidTwiceItem),
  ];
  return { items, count: items.length, isMore: lists.some((rows) => rows.length > MOST_ROWS) };
};

const orderName = ({ orderId, intentId }: { orderId: string | null | undefined; intentId: string }): string =>
  orderId ? neutralText(orderId) : intentId;

const money = ({ amountUnits, chainId, token, coin }: WaitingMoney): string =>
  `${readableAmount('en', formatUnits(amountUnits))} ${tokenName(chainId, token, coin)} on ${networkName(chainId)}`;

const ofOrder = (row: { orderId: string | null | undefined; intentId: string; createdAt: Date }) => ({
  since: row.createdAt.toISOString(),
  until: null,
  path: `/orders/${row.intentId}`,
  name: `Order ${orderName(row)}`,
});

const reviewItem = (row: Attention['reviews'][number], index: number): AttentionItem => {
  const { since, until, path, name } = ofOrder(row);
  return {
    ...{ key: `review-${index}`, kind: 'review', since, until },
    title: `${name}: ${REVIEW_TITLES[row.kind]}`,
    detail: `${money(row)}. Accept it as the payment, or refund it.`,
    action: { label: 'Decide', path },
  };
};

const refundItem = (row: WaitingMoney, index: number): AttentionItem => {
  const { since, until, path, name } = ofOrder(row);
  return {
    ...{ key: `refund-${index}`, kind: 'refund', since, until },
    title: `${name}: refund requested`,
    detail: `${money(row)}. The wallet of the receiving address signs it.`,
    action: { label: 'Refund', path: `${path}/send-back` },
  };
};

const lostRefundItem = (row: WaitingMoney, index: number): AttentionItem => {
  const { since, until, path, name } = ofOrder(row);
  return {
    ...{ key: `lost-refund-${index}`, kind: 'refund', since, until },
    title: `${name}: refund lost`,
    detail: `${money(row)}. A reorganisation of the network removed it, and it did not come back: the payer has nothing.`,
    action: { label: 'Refund again', path: `${path}/send-back` },
  };
};

const strayItem = (row: Attention['strays'][number], index: number): AttentionItem => {
  const { since, until, path, name } = ofOrder(row);
  const { amount, unit, network } = strayView(row);
  return {
    ...{ key: `stray-${index}`, kind: 'stray', since, until },
    title: `${name}: other money at its address`,
    detail: `${amount} ${unit} on ${network}. Release it, or close the case.`,
    action: { label: 'Decide', path },
  };
};

const changeItem = ({ id, change, appliesAt, requestedAt }: Attention['changes'][number]): AttentionItem => ({
  ...{ key: id, kind: 'change', since: requestedAt, until: appliesAt },
  title: `${CHANGE_NAMES[change.kind]} waits`,
  detail: `${change.subject}. It takes effect by itself unless an owner cancels it.`,
  action: { label: 'Check it', path: '/changes' },
});

const paidTwiceItem = ({ invoiceId, number, paidAt, ...last }: Attention['paidTwice'][number]): AttentionItem => ({
  ...{ key: `invoice-${invoiceId}`, kind: 'invoice', since: paidAt.toISOString(), until: null },
  title: `Invoice ${number ?? invoiceId}: paid more than once`,
  detail: `Refund what was paid too much. Order ${last.orderId ?? last.intentId} paid it last.`,
  action: { label: 'Refund', path: `/orders/${last.intentId}/send-back` },
});

const events = (count: number): string => {
  if (count >= MOST_COUNTED) return `${MOST_COUNTED.toLocaleString('en-US')} events or more`;
  return count === 1 ? '1 event' : `${count.toLocaleString('en-US')} events`;
};

const webhookItems = ({ disabledAt, failed, retried }: Attention['webhook']): AttentionItem[] => {
  const item = { key: 'webhook', kind: 'webhook', until: null } as const;
  const undelivered = failed > 0 ? `${events(failed)} of the last 30 days not delivered.` : '';
  if (disabledAt)
    return [
      {
        ...item,
        since: disabledAt.toISOString(),
        title: 'Webhooks are switched off',
        detail: `Your receiver responded with 410 (“gone”). ${undelivered}`.trim(),
        action: { label: 'Switch them on', path: '/webhooks' },
      },
    ];
  if (failed > 0)
    return [
      {
        ...item,
        since: null,
        title: 'Webhooks were not delivered',
        detail: `${undelivered} They are not retried any more: redeliver them when your receiver works.`,
        action: { label: 'Redeliver', path: '/webhooks?state=failed' },
      },
    ];
  if (retried > 0)
    return [
      {
        ...item,
        since: null,
        title: 'Your webhook receiver fails',
        detail: `${events(retried)} not delivered yet; they are retried.`,
        action: { label: 'See why', path: '/webhooks?state=pending' },
      },
    ];
  return [];
};

const endpointItems = (endpoints: number): AttentionItem[] =>
  endpoints === 0
    ? []
    : [
        {
          ...{ key: 'endpoint', kind: 'endpoint', since: null, until: null },
          title: endpoints === 1 ? 'A webhook endpoint fails' : `${endpoints} webhook endpoints fail`,
          detail: 'It responded with 410, or its last deliveries failed.',
          action: { label: 'See why', path: '/endpoints' },
        },
      ];
