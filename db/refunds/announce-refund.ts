// Tells both sides of a confirmed refund, in the transaction that records it: e-mails to the merchant and to the shopper, if an address
// is known, the event, and a webhook if the store asked for it.
import type { RefundedData } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import { type ConfirmedRefund, REFUNDED_EVENT, type RefundEventType, refundWebhookBody } from '#domain/webhook-body.ts';
import { queueShopperEmail, queueStoreEmails } from '../delivery/queue-emails.ts';
import { queueWebhook } from '../delivery/queue-webhooks.ts';
import { withEventIds } from '../events/event-ids.ts';
import { insertEvents } from '../events/record-events.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';

/** The row must say `confirmed` already. After a removal it is told again, as the same refund. */
export const announceRefund = async (em: Em, refundId: bigint): Promise<void> => {
  const { money, confirmedAt, subjectId, ...told } = await readTold(em, refundId);
  if (!confirmedAt) throw new Error(`Refund ${refundId} is not confirmed`);
  const { storeId, intentId } = told;
  const data: RefundedData = { ...money, confirmedAt: confirmedAt.toISOString() };
  await queueStoreEmails(em, 'refunds', { kind: 'order_refunded', subjectId, storeId, intentId, data });
  await queueShopperEmail(em, { kind: 'shopper_refund', subjectId, intentId, data });
  await writeRefundEvent(em, REFUNDED_EVENT, told);
};

export interface ToldRefund {
  storeId: string;
  intentId: IntentId;
  refundWebhooks: boolean;
  /** How often a reorganisation removed it. */
  removals: number;
  /** Of its e-mails: another one after each removal. */
  subjectId: string;
  money: Omit<RefundedData, 'confirmedAt'>;
  confirmedAt: Date | null;
  event: ConfirmedRefund;
}

/** The event of a refund, and a webhook if the store asked for those of refunds. */
export const writeRefundEvent = async (
  em: Em,
  eventType: RefundEventType,
  { storeId, intentId, refundWebhooks, removals, event }: Omit<ToldRefund, 'subjectId' | 'money' | 'confirmedAt'>,
): Promise<void> => {
  const {
    eventId: id,
    transactionId,
    body,
  } = withEventIds((own, transaction) => refundWebhookBody(eventType, own, transaction, event), removals);
  await inTransaction(em, (sql) => insertEvents(sql, [{ id, storeId, intentId, eventType, body }]));
  if (!refundWebhooks) return;
  await queueWebhook(em, { ...{ id, transactionId, storeId, intentId, eventType, body }, createdAt: new Date() });
};

/** What is told of a refund that is, or was, confirmed. Throws when it never was. */
export const readTold = async (em: Em, refundId: bigint): Promise<ToldRefund> => {
  const found = await readSent(em, refundId);
  if (!found) throw new Error(`Refund ${refundId} has no transaction`);
  const { intentId, storeId, txHash, confirmedAt, refundWebhooks, removals, ...refund } = found;
  const unitsPerBase = refund.amountUnits / refund.amountBaseUnits;
  const units = (baseUnits: bigint) => unitsOf(baseUnits * unitsPerBase);
  const { coin, token, chainId, payerAddress: payer, toAddress: to } = refund;
  const payerGets = units(refund.amountBaseUnits - refund.feeBaseUnits);
  const money = {
    amount: formatUnits(refund.amountUnits),
    net: formatUnits(payerGets),
    ...{ coin, token, chainId, txHash, payer, to },
  };
  const depositPays = refund.source === 'deposit' ? refund.depositAddress : refund.receiver;
  const event: ConfirmedRefund = {
    ...refund,
    ...{ intentId, txHash, payer, to, extraJson: refund.extra },
    amountUnits: refund.priceUnits,
    txFrom: refund.fromAddress ?? depositPays,
    refundId: refund.requestId ?? `rfd_${refundId}`,
    refundUnits: units(refund.amountBaseUnits + refund.withheldBaseUnits),
    payerGetsUnits: payerGets,
  };
  const subjectId = `${intentId}:refund:${refundId}${removals > 0 ? `:${removals}` : ''}`;
  return { storeId, intentId, refundWebhooks, removals, subjectId, money, confirmedAt, event };
};

const readSent = async (em: Em, refundId: bigint) => {
  const row = await kyselyOf(em)
    .selectFrom('Refund as b')
    .innerJoin('CheckoutIntent as i', 'i.id', 'b.intent')
    .innerJoin('Store as s', 's.id', 'i.store')
    .select([
      'b.source',
      'b.chainId',
      'b.token',
      'b.coin',
      'b.payerAddress',
      'b.toAddress',
      'b.fromAddress',
      'b.txHash',
    ])
    .select([
      'b.amountBaseUnits',
      'b.amountUnits',
      'b.feeBaseUnits',
      'b.withheldBaseUnits',
      'b.request as requestId',
      'b.removals',
    ])
    .select(['b.confirmedAt', 's.id as storeId', 's.refundWebhooks', 'i.id as intentId'])
    .select(['i.amountCents', 'i.currency', 'i.amountUnits as priceUnits', 'i.paymentMethodType', 'i.orderId'])
    .select(['i.userId', 'i.userName', 'i.extra', 'i.depositAddress', 'i.receiver'])
    .where('b.id', '=', refundId)
    .executeTakeFirst();
  const { txHash } = row ?? {};
  return row && txHash ? { ...row, txHash } : null;
};
