// Everything stored about one person: a shopper by e-mail address, or a shop's customer by the id that the shop gave. Accounts are in
// web/auth (better-auth owns their tables).
import type { EmailAddress } from '#domain/email-address.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql, sqlOf } from '../pool.ts';
import { ERASE_EMAILS, ERASE_INVOICES, eraseOrders, INVOICE_IS_OVER } from './erase-orders.ts';
import { OF_INVOICE, OF_ORDER, personalList } from './erased-columns.ts';

/** Whom to look for. `userId` is the shop's own id of its customer, in one store. */
export type PersonKey = { email: EmailAddress } | { storeId: string; userId: string };

type Row = Record<string, unknown>;

/** Of people who work for a merchant and of shoppers alike, by table. The account is added by the caller. */
export interface PersonData {
  orders: Row[];
  /** Of the shop's servers about these orders, in the last seven days. */
  requests: Row[];
  emails: Row[];
  invoices: Row[];
  /** Of the account: its wallet's address, and what was sent from it. */
  wallets: Row[];
  savedViews: Row[];
  memberships: Row[];
  merchantContactOf: Row[];
  /** That the person asked for, or was told of. */
  changes: Row[];
  proposals: Row[];
  invitations: Row[];
  reportOptOuts: Row[];
  reportRecipientOf: Row[];
  audit: Row[];
}

const ordersWhere = (key: PersonKey): { where: string; values: string[] } =>
  'email' in key
    ? { where: 'lower(i.shopper_email) = $1', values: [key.email] }
    : { where: 'i.store_id = $1 and i.user_id = $2', values: [key.storeId, key.userId] };

const ORDER = `i.id, i.store_id, i.order_id, ${personalList(OF_ORDER, 'i')}, i.created_at, (select jsonb_agg(jsonb_build_object('chain_id', t.chain_id, 'from', t.from_address, 'tx_hash', t.tx_hash))
    from token_transfer t where t.intent_id = i.id) as transfers,
  (select jsonb_agg(jsonb_build_object('chain_id', a.chain_id, 'address', a.address, 'at', a.created_at))
    from refund_address a where a.intent_id = i.id) as refund_addresses`;

/** Requests name an order by its id, in the path or in either body; a shop's own servers sent the person's data with it. */
const NAMES_AN_ORDER = `exists (select from unnest($1::text[]) as o (id)
    where strpos(r.path, o.id) > 0 or strpos(r.request_body, o.id) > 0 or strpos(r.response_body, o.id) > 0)`;
const REQUESTS = `select r.store_id, r.at, r.method, r.path, r.client_address, r.request_body, r.response_body from request_log r
  where ${NAMES_AN_ORDER} order by r.at, r.id`;
const ERASE_REQUESTS = `delete from request_log r where ${NAMES_AN_ORDER} returning r.id`;

const ACCOUNT = `(select id from auth."user" where lower(email) = $1)`;

const BY_EMAIL = {
  emails: `select id, kind, state, store_id, intent_id, subject_line, created_at, sent_at from email_message
    where lower(recipient) = $1 order by created_at`,
  invoices: `select v.id, v.store_id, v.number, v.status, ${personalList(OF_INVOICE, 'v')}, v.created_at from invoice v
    where lower(v.customer_email) = $1 order by v.created_at`,
  wallets: `select w.address, w.created_at, (select jsonb_agg(jsonb_build_object('chain_id', t.chain_id, 'tx_hash', t.tx_hash,
      'intent_id', t.intent_id, 'to', t.to_address, 'at', t.created_at) order by t.id) from wallet_tx t where t.wallet_id = w.id) as sent
    from wallet w where w.user_id = ${ACCOUNT}`,
  savedViews: `select store_id, name, query, created_at from order_view where user_id = ${ACCOUNT} order by id`,
  merchantContactOf: 'select id as merchant_id, name from merchant where lower(email) = $1',
  changes: `select id, merchant_id, kind, state, created_at, decided_at from pending_change c where lower(actor_email) = $1
    or lower(details->>'email') = $1 or exists (select from change_link l where l.change_id = c.id and lower(l.email) = $1)
    order by created_at`,
  proposals: `select id, merchant_id, kind, state, reason, created_at, decided_at from operator_proposal
    where lower(actor_email) = $1 or lower(decided_by_email) = $1 order by created_at`,
  memberships: 'select merchant_id, role, created_at from member where lower(email) = $1 order by created_at',
  invitations: `select merchant_id, role, invited_by, created_at, accepted_at, revoked_at from invitation
    where lower(email) = $1 order by created_at`,
  reportOptOuts: 'select store_id, created_at from report_opt_out where lower(recipient) = $1',
  reportRecipientOf: `select id as store_id, name from store
    where $1 = any(report_recipients) or $1 = any(notification_emails)`,
  audit:
    'select id::text, at, action, subject_kind, subject_id, data from audit_entry where lower(actor_email) = $1 order by id',
} as const;

const rowsOf = async (sql: Sql, name: string, text: string, values: readonly unknown[]): Promise<Row[]> =>
  (await sql.query<Row>({ name: `person-${name}`, text, values })).rows;

/** Reads everything that is stored; empty lists for somebody who is unknown. */
export const exportPerson = async (entityManager: Em, key: PersonKey): Promise<PersonData> => {
  const sql = sqlOf({ em: entityManager.fork() });
  const { where, values } = ordersWhere(key);
  const byEmail = 'email' in key;
  const ofEmail = async (kind: keyof typeof BY_EMAIL): Promise<Row[]> =>
    byEmail ? await rowsOf(sql, kind, BY_EMAIL[kind], values) : [];
  const orders = await rowsOf(
    sql,
    byEmail ? 'orders-by-email' : 'orders-by-user',
    `select ${ORDER} from checkout_intent i where ${where} order by i.id`,
    values,
  );
  return {
    orders,
    requests: await rowsOf(sql, 'requests', REQUESTS, [orders.map(({ id }) => id)]),
    emails: await ofEmail('emails'),
    invoices: await ofEmail('invoices'),
    wallets: await ofEmail('wallets'),
    savedViews: await ofEmail('savedViews'),
    memberships: await ofEmail('memberships'),
    merchantContactOf: await ofEmail('merchantContactOf'),
    changes: await ofEmail('changes'),
    proposals: await ofEmail('proposals'),
    invitations: await ofEmail('invitations'),
    reportOptOuts: await ofEmail('reportOptOuts'),
    reportRecipientOf: await ofEmail('reportRecipientOf'),
    audit: await ofEmail('audit'),
  };
};

export interface ErasedCounts {
  orders: number;
  requests: number;
  emails: number;
  /** Those that are paid or void. */
  invoices: number;
  invitations: number;
  stores: number;
}

const ERASE_BY_EMAIL = {
  emails: `${ERASE_EMAILS}
    where lower(recipient) = $1 and state <> 'pending' returning id`,
  invoices: `${ERASE_INVOICES}
    where lower(customer_email) = $1 and ${INVOICE_IS_OVER} returning id`,
  invitations: 'delete from invitation where lower(email) = $1 returning id',
  stores: `update store set report_recipients = array_remove(report_recipients, $1),
      notification_emails = array_remove(notification_emails, $1)
    where $1 = any(report_recipients) or $1 = any(notification_emails) returning id`,
} as const;

/**
 * Erases what is not the ledger, in one transaction: orders as `eraseOrders` does, logged requests about them, e-mails to the address, invitations, and the
 * address in stores' lists of recipients. The audit log, and that somebody unsubscribed, stay. Running it again erases what is new.
 */
export const erasePerson = (entityManager: Em, key: PersonKey): Promise<ErasedCounts> =>
  inTransaction(entityManager.fork(), async (sql) => {
    const { where, values } = ordersWhere(key);
    const byEmail = 'email' in key;
    const ids = await rowsOf(
      sql,
      byEmail ? 'ids-by-email' : 'ids-by-user',
      `select i.id from checkout_intent i where ${where}`,
      values,
    );
    const countOf = async (kind: keyof typeof ERASE_BY_EMAIL): Promise<number> =>
      byEmail ? (await rowsOf(sql, `erase-${kind}`, ERASE_BY_EMAIL[kind], values)).length : 0;
    const orderIds = ids.map(({ id }) => String(id));
    return {
      orders: await eraseOrders(sql, { ids: orderIds }),
      requests: (await rowsOf(sql, 'erase-requests', ERASE_REQUESTS, [orderIds])).length,
      emails: await countOf('emails'),
      invoices: await countOf('invoices'),
      invitations: await countOf('invitations'),
      stores: await countOf('stores'),
    };
  });
