// What an order has to deliver, as its workflow knows it.
import type { EmailKind } from './email-data.ts';

/** A webhook event or an e-mail that waits; JSON-safe. */
export type DueDelivery =
  | {
      kind: 'webhook';
      id: string;
      eventType: string;
      /** Of the receiver's URL; null when there is none. */
      host: string | null;
    }
  | { kind: 'email'; id: string; emailKind: EmailKind };

export interface OrderDue {
  /** A bounded part of what waits; webhooks, then e-mails, oldest first. */
  due: DueDelivery[];
  /** A review of the order is open. */
  needsPerson: boolean;
}
