// SQL fragments for statements that already write something, and queue their e-mails in the same round trip.

/** The columns that each of them fills. `data` is `{}` for orders: their facts are read when the message is rendered. */
export const EMAIL_COLUMNS = 'id, kind, subject_id, recipient, store_id, intent_id, locale, data';

/** `makeId('eml')` in SQL, for rows that the database makes. */
export const NEW_EMAIL_ID = `'eml_' || replace(gen_random_uuid()::text, '-', '')`;

/** Writes outbox rows of new messages: add `from` a source of their ids and kinds. */
export const QUEUE = `insert into dispatch (kind, subject_id, dedupe_key, data)
  select 'start_email', id, 'start_email:' || id, jsonb_build_object('kind', kind)`;

/** The recipients of a store `s`, each address once: those of its settings, or its owners when there are none. */
export const ORDER_RECIPIENTS = `(
  select distinct trim(address) as recipient from unnest(case when cardinality(s.notification_emails) > 0
    then s.notification_emails
    else array(select m.email from member m where m.merchant_id = s.merchant_id and m.role = 'owner') end) as a(address))`;

/** The owners of a store `s`, each address once: security messages ignore the settings. */
export const OWNER_RECIPIENTS = `(
  select distinct trim(m.email) as recipient from member m where m.merchant_id = s.merchant_id and m.role = 'owner')`;
