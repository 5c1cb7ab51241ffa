// SQL fragments for statements that already write something, and queue their e-mails in the same round trip.

/** The columns that each of them fills. `data` is `{}` for orders: their facts are read when the message is rendered. */
export const EMAIL_COLUMNS = 'id, kind, subject_id, recipient, store_id, intent_id, locale, data, own_workflow';

/** What an insert returns for `queueFrom`. */
export const EMAIL_RETURNED = 'id, kind, intent_id, own_workflow';

/** Whether what belongs to an order (or to none) is delivered by a workflow of its own. @param intentId an expression */
export const isOwnWorkflow = (intentId: string): string =>
  `not coalesce((select o.one_workflow from checkout_intent o where o.id = ${intentId}), false)`;

/** `makeId('eml')` in SQL, for rows that the database makes. */
export const NEW_EMAIL_ID = `'eml_' || replace(gen_random_uuid()::text, '-', '')`;

/**
 * Writes outbox rows of new messages: add `from` a source of `EMAIL_RETURNED`. A message that an order's workflow carries wakes that
 * workflow. @param wakes an expression; false in what that workflow itself writes, because it reads what is due afterwards
 */
export const queueFrom = (
  source: string,
  wakes = 'true',
): string => `insert into dispatch (kind, subject_id, dedupe_key, data)
  select case when own_workflow then 'start_email' else 'signal_intent' end, case when own_workflow then id else intent_id end,
    case when own_workflow then 'start_email:' else 'deliver:' end || id,
    case when own_workflow then jsonb_build_object('kind', kind) else jsonb_build_object('signal', 'deliveriesDue') end
  from ${source} where own_workflow or ${wakes}`;

/** The recipients of a store `s`, each address once: those of its settings, or its owners when there are none. */
export const ORDER_RECIPIENTS = `(
  select distinct trim(address) as recipient from unnest(case when cardinality(s.notification_emails) > 0
    then s.notification_emails
    else array(select m.email from member m where m.merchant_id = s.merchant_id and m.role = 'owner') end) as a(address))`;

/** The owners of a store `s`, each address once: security messages ignore the settings. */
export const OWNER_RECIPIENTS = `(
  select distinct trim(m.email) as recipient from member m where m.merchant_id = s.merchant_id and m.role = 'owner')`;
