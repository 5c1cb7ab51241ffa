// The shopper's e-mail address, with the language in which the checkout was used then. It is stored for what is still to come. If the
// intent is confirmed already, the receipt is queued immediately.

import { LockMode } from '@mikro-orm/core';
import type { IntentId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { isTerminal } from '#domain/status.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { takeVisitorEmail } from '../delivery/visitor-emails.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import { EmailMessage } from '../entities/email.entity.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

/** `dayFull`: the recipient or the visitor has had a day's number of e-mails, of all orders together. */
export type ReceiptRequest = 'later' | 'sent' | 'closed' | 'tooMany' | 'dayFull';

/** Anyone with the checkout's URL can request a receipt. The limit keeps a checkout from sending e-mail to many strangers. */
const RECEIPTS_OF_AN_INTENT = 3;

export interface ReceiptWish {
  email: string;
  /** Of the page; null when the visitor asked for none of ours. */
  language: Language | null;
  /** `addressCountKey` of the visitor. */
  clientKey: string;
}

/** A closed checkout with money is decided by a person: the shopper hears of it. */
const hasMoney = async (em: Em, intent: IntentId): Promise<boolean> =>
  (await em.count(TokenTransfer, { intent, state: { $ne: 'orphaned' } })) > 0;

/** Safe to run twice: an address gets one receipt for an intent. Null when there is no such intent. */
export const requestReceipt = (
  em: Em,
  intentId: IntentId,
  { email, language, clientKey }: ReceiptWish,
): Promise<ReceiptRequest | null> =>
  em.fork().transactional(async (inner) => {
    // Confirming locks the same row: either it finds this address, or this transaction finds a confirmed intent.
    const intent = await inner.findOne(CheckoutIntent, intentId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!intent) return null;
    const take = () => takeVisitorEmail(inner, { about: 'order', subject: intentId, recipient: email, clientKey });
    if (intent.confirmedAt === null) {
      if (isTerminal(intent.status) && !(await hasMoney(inner, intentId))) return 'closed';
      if (!(await take())) return 'dayFull';
      intent.shopperEmail = email;
      intent.shopperLanguage = language;
      return 'later';
    }
    const others = { subjectId: intentId, kind: 'shopper_receipt' as const, recipient: { $ne: email } };
    if ((await inner.count(EmailMessage, others)) >= RECEIPTS_OF_AN_INTENT) return 'tooMany';
    if (!(await take())) return 'dayFull';
    intent.shopperEmail ??= email;
    if (intent.shopperEmail === email) intent.shopperLanguage = language;
    await queueEmail(inner, {
      ...{
        kind: 'shopper_receipt',
        subjectId: intentId,
        recipient: email,
        storeId: intent.store.id,
        intentId,
        data: {},
      },
      // An invoice has a language of its own.
      ...(language !== null && intent.source !== OrderSourceKind.INVOICE ? { locale: language } : {}),
    });
    return 'sent';
  });
