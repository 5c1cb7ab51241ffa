// The receipt that a shopper asks for by e-mail on the checkout.
import { requestReceipt } from '#db/intents/shopper-email.ts';
import type { Orm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import { addressCountKey } from '#web/http/ip-address.ts';
import { createCheckoutLimiter, limitsOfDoor } from './checkout-limits.ts';

export interface ReceiptRequest {
  intentId: IntentId;
  email: string;
  /** That the browser asks for; null for none of ours: then the store's. */
  language: Language | null;
  /** Of the shopper's browser, for the rate limit. */
  clientAddress: string;
}

/** `later`: after the confirmation; `sent`: queued; `closed`: nothing was paid, so there is no receipt; `dayFull`: no more today;
 * `elsewhere`: another browser opened the checkout first. */
export type ReceiptResult = 'later' | 'sent' | 'closed' | 'badEmail' | 'tooOften' | 'dayFull' | 'elsewhere';

/** Null when there is no such intent. */
export const createReceiptService = (orm: Orm): ((request: ReceiptRequest) => Promise<ReceiptResult | null>) => {
  const waitFor = createCheckoutLimiter(orm, 'receipt', limitsOfDoor('receiptMail'));
  return async (request) => {
    if ((await waitFor(request)) !== null) return 'tooOften';
    const { intentId, email, language, clientAddress } = request;
    const wish = await requestReceipt(orm.em, intentId, { email, language, clientKey: addressCountKey(clientAddress) });
    return wish === 'tooMany' ? 'tooOften' : wish;
  };
};
