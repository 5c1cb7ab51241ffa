// Tells both sides of a confirmed refund, in the transaction that records it: e-mails to the merchant and to the shopper, if an address
// is known, the event, and a webhook if the store asked for it.
import { randomBytes } from 'node:crypto';
import { makeId } from '#domain/ids.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import { REFUNDED_EVENT, refundedWebhookBody } from '#domain/webhook-body.ts';
import { queueEmail, queueStoreEmails } from '../delivery/queue-emails.ts';
import { queueWebhook } from '../delivery/queue-webhooks.ts';
import { insertEvents } from '../events/record-events.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';

/** The row must say `confirmed` already. */
export const announceRefund = async (em: Em, refundId: bigint): Promise<void> => {
  const found = await readConfirmed(em, refundId);
  if (!found) throw new Error(`Refund ${refundId} is not confirmed`);
  const { intentId, storeId, txHash, confirmedAt, refundWebhooks, shopperEmail, ...refund } = found;
  const unitsPerBase = refund.amountUnits / refund.amountBaseUnits;
  const units = (baseUnits: bigint) => unitsOf(baseUnits * unitsPerBase);
  const { coin, token, chainId, payerAddress: payer, toAddress: to } = refund;
  const payerGets = units(refund.amountBaseUnits - refund.feeBaseUnits);
  const data = {
    amount: formatUnits(refund.amountUnits),
    net: formatUnits(payerGets),
    confirmedAt: confirmedAt.toISOString(),
    ...{ coin, token, chainId, txHash, payer, to },
  };
  const subjectId = `${intentId}:refund:${refundId}`;
  await queueStoreEmails(em, 'refunds', { kind: 'order_refunded', subjectId, storeId, intentId, data });
  if (shopperEmail)
    await queueEmail(em, { kind: 'shopper_refund', subjectId, recipient: shopperEmail, storeId, intentId, data });
  const [id, transactionId] = [makeId('evt', randomBytes(16)), makeId('txn', randomBytes(16))];
  const depositPays = refund.source === 'deposit' ? refund.depositAddress : refund.receiver;
  const body = refundedWebhookBody(id, transactionId, {
    ...refund,
    ...{ intentId, txHash, payer, to, extraJson: refund.extra },
    amountUnits: refund.priceUnits,
    txFrom: refund.fromAddress ?? depositPays,
    refundId: refund.requestId ?? `rfd_${refundId}`,
    refundUnits: units(refund.amountBaseUnits + refund.withheldBaseUnits),
    payerGetsUnits: payerGets,
  });
  await inTransaction(em, (sql) => insertEvents(sql, [{ id, storeId, intentId, eventType: REFUNDED_EVENT, body }]));
  if (!refundWebhooks) return;
  await queueWebhook(em, {
    ...{ id, transactionId, storeId, intentId, eventType: REFUNDED_EVENT, body },
    createdAt: new Date(),
  });
};

const readConfirmed = async (em: Em, refundId: bigint) => {
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
    .select(['b.amountBaseUnits', 'b.amountUnits', 'b.feeBaseUnits', 'b.withheldBaseUnits', 'b.request as requestId'])
    .select(['b.confirmedAt', 's.id as storeId', 's.refundWebhooks', 'i.id as intentId', 'i.shopperEmail'])
    .select(['i.amountCents', 'i.currency', 'i.amountUnits as priceUnits', 'i.paymentMethodType', 'i.orderId'])
    .select(['i.userId', 'i.userName', 'i.extra', 'i.depositAddress', 'i.receiver'])
    .where('b.id', '=', refundId)
    .executeTakeFirst();
  const { txHash, confirmedAt } = row ?? {};
  return row && txHash && confirmedAt ? { ...row, txHash, confirmedAt } : null;
};
