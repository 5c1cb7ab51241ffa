// SQL that the causes of e-mails share: statements that already write something queue their messages with it, in one round trip.

/** The columns that every cause fills. `data` is `{}` for orders: their facts are read when the message is rendered. */
export const EMAIL_COLUMNS = 'id, kind, subject_id, recipient, store_id, intent_id, locale, data';

/** As `makeId('eml')`, where rows are made by the database. */
export const NEW_EMAIL_ID = `'eml_' || replace(gen_random_uuid()::text, '-', '')`;

/** Puts new messages into the outbox: add `from` and what gives their ids and kinds. */
export const QUEUE = `insert into dispatch (kind, subject_id, dedupe_key, data)
  select 'start_email', id, 'start_email:' || id, jsonb_build_object('kind', kind)`;

/** The lists of addresses in a store's settings. */
export type RecipientList = 'notification_emails' | 'report_recipients';

/** Addresses of a store `s`, each once: those of a list of its settings, or, when that is empty, its owners'. */
export const addressesOf = (list: RecipientList): string => `(
  select distinct trim(address) as recipient from unnest(case when cardinality(s.${list}) > 0 then s.${list}
    else array(select m.email from member m where m.merchant_id = s.merchant_id and m.role = 'owner') end) as a(address))`;

/** Who hears of a store's orders. */
export const ORDER_RECIPIENTS = addressesOf('notification_emails');

/** The owners of a store `s`, each address once: what concerns its security goes past the settings. */
export const OWNER_RECIPIENTS = `(
  select distinct trim(m.email) as recipient from member m where m.merchant_id = s.merchant_id and m.role = 'owner')`;
