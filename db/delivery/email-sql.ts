// SQL fragments for statements that already write something, and queue their e-mails in the same round trip.
import { deliveriesQueued } from './delivery-sql.ts';

/** The columns that each of them fills. `data` is `{}` for orders: their facts are read when the message is rendered. */
export const EMAIL_COLUMNS = 'id, kind, subject_id, recipient, store_id, intent_id, locale, data, own_workflow';

/** What an insert returns for `emailsQueued`. */
export const EMAIL_RETURNED = 'id, kind, intent_id, own_workflow';

/** `makeId('eml')` in SQL, for rows that the database makes. */
export const NEW_EMAIL_ID = `'eml_' || replace(gen_random_uuid()::text, '-', '')`;

/** Writes the outbox rows of the new messages of a part `message` of the statement. */
export const emailsQueued = (wakes?: string): string =>
  deliveriesQueued({ source: 'message', start: 'start_email', data: "jsonb_build_object('kind', kind)", wakes });

/** The language of an invoice's order: the invoice's own; null for other orders. @param intent an expression */
export const invoiceLocale = (intent: string): string =>
  `(select n.language from order_source o join invoice n on n.id = o.invoice_id where o.intent_id = ${intent})`;

/** The language of e-mails to the shopper of an order `i`, of the store `s` (decision 0118). */
export const SHOPPER_LOCALE = `coalesce(${invoiceLocale('i.id')}, i.shopper_language, s.locale)`;

/** The recipients of a store `s`, each address once: those of its settings, or its owners when there are none. */
export const ORDER_RECIPIENTS = `(
  select distinct trim(address) as recipient from unnest(case when cardinality(s.notification_emails) > 0
    then s.notification_emails
    else array(select m.email from member m where m.merchant_id = s.merchant_id and m.role = 'owner') end) as a(address))`;

/** The owners of a store `s`, each address once: security messages ignore the settings. */
export const OWNER_RECIPIENTS = `(
  select distinct trim(m.email) as recipient from member m where m.merchant_id = s.merchant_id and m.role = 'owner')`;
