// Deletes old personal data, a bounded number of rows in each pass. Each kind goes from old to new and remembers how far it came, so
// that a pass reads only what is due. The periods are in domain/retention.ts, the kinds in docs/security/personal-data.md.
import type { Retention } from '#domain/retention.ts';
import type { RetentionKind } from '../entities/retention.entity.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { ERASE_EMAILS, ERASE_EVENTS_LATER, ERASE_INVOICES, eraseOrders, INVOICE_IS_OVER } from './erase-orders.ts';

/** Rows of one transaction. */
const BATCH = 1_000;
/** Transactions of one kind in one pass: once a minute, a thousand orders a second. */
const MAX_BATCHES = 60;

type Periods = Pick<Retention, 'orderDays' | 'messageDays'>;

interface Kind {
  kind: RetentionKind;
  days: (retention: Periods) => number;
  /** Before every position. */
  start: string;
  /** Rows that are erased are told by their own state, and the cursor stays at its start: they end in another order than they began. */
  staysAtStart?: true;
  /** The position of the `BATCH`th row after `$1` and before `$2` days ago, or of the last one; no row: nothing is due. */
  next: string;
  /** Erases everything after `from` up to `to`. */
  erase: (sql: Sql, from: string, to: string) => Promise<unknown>;
}

const byTime = (table: string, where = 'true'): string => `select max(at)::text as position from (
    select created_at as at from ${table}
    where created_at > $1::timestamptz and created_at < now() - make_interval(days => $2) and ${where}
    order by created_at limit ${BATCH}) as due`;

const timed =
  (name: string, text: string): Kind['erase'] =>
  async (sql, from, to) =>
    await sql.query({ name: `erase-old-${name}`, text, values: [from, to] });

const WITHIN = 'created_at > $1::timestamptz and created_at <= $2::timestamptz';
const FIRST_TIME = '-infinity';

const KINDS: readonly Kind[] = [
  {
    kind: 'orders',
    days: ({ orderDays }) => orderDays,
    start: '',
    // Ids begin with their second.
    next: `select max(id) as position from (select id from checkout_intent
      where id > $1 and id < lpad(to_hex(floor(extract(epoch from now()))::bigint - 86400 * $2::bigint), 8, '0')
      order by id limit ${BATCH}) as due`,
    erase: async (sql, afterId, toId) => await eraseOrders(sql, { afterId, toId }),
  },
  {
    kind: 'webhooks',
    days: ({ messageDays }) => messageDays,
    start: FIRST_TIME,
    next: byTime('webhook_event'),
    erase: timed(
      'webhooks',
      `with old as (update webhook_event set body = '' where ${WITHIN} and state <> 'pending' returning id)
      update webhook_attempt a set response_excerpt = null from old where a.event_id = old.id`,
    ),
  },
  {
    kind: 'endpoints',
    days: ({ messageDays }) => messageDays,
    start: FIRST_TIME,
    next: byTime('endpoint_delivery'),
    erase: timed(
      'endpoints',
      `update endpoint_attempt a set response_excerpt = null from endpoint_delivery d
      where a.delivery_id = d.id and a.response_excerpt is not null and d.state <> 'pending'
        and d.created_at > $1::timestamptz and d.created_at <= $2::timestamptz`,
    ),
  },
  {
    kind: 'emails',
    days: ({ messageDays }) => messageDays,
    start: FIRST_TIME,
    next: byTime('email_message'),
    erase: timed(
      'emails',
      `update email_message set subject_line = null, html = null, plain_text = null, data = '{}'
      where ${WITHIN} and state <> 'pending'`,
    ),
  },
  {
    // Of messages without an order: log-in, team, reports. An address that must not be mailed again is kept with its store.
    kind: 'recipients',
    days: ({ messageDays }) => messageDays,
    start: FIRST_TIME,
    next: byTime('email_message'),
    erase: timed(
      'recipients',
      `${ERASE_EMAILS} where ${WITHIN} and intent_id is null and (state in ('sent', 'failed')
        or store_id is null and state in ('bounced', 'complained'))`,
    ),
  },
  {
    kind: 'invitations',
    days: ({ messageDays }) => messageDays,
    start: FIRST_TIME,
    next: byTime('invitation'),
    erase: timed(
      'invitations',
      `delete from invitation where ${WITHIN} and (accepted_at is not null or expires_at < now())`,
    ),
  },
  {
    kind: 'invoices',
    days: ({ orderDays }) => orderDays,
    start: FIRST_TIME,
    // A draft can wait for years, and is over long after younger ones.
    staysAtStart: true,
    next: `select max(at)::text as position from (
      select created_at as at from invoice
      where created_at > $1::timestamptz and created_at < now() - make_interval(days => $2) and ${INVOICE_IS_OVER}
      order by created_at limit ${BATCH}) as due`,
    erase: timed('invoices', `${ERASE_INVOICES} where ${WITHIN} and ${INVOICE_IS_OVER}`),
  },
];

const eraseBatch = (
  em: Em,
  { kind, days, start, staysAtStart, next, erase }: Kind,
  retention: Periods,
): Promise<boolean> =>
  inTransaction(em, async (sql) => {
    const { rows: cursors } = await sql.query<{ position: string }>({
      name: 'retention-cursor',
      text: `insert into retention_cursor (kind, position) values ($1, $2)
        on conflict (kind) do update set position = retention_cursor.position returning position`,
      values: [kind, start],
    });
    const from = cursors[0]?.position ?? start;
    const { rows } = await sql.query<{ position: string | null }>({
      name: `retention-next-${kind}`,
      text: next,
      values: [from, days(retention)],
    });
    const to = rows[0]?.position;
    if (to == null) return false;
    await erase(sql, from, to);
    if (staysAtStart) return true;
    await sql.query({
      name: 'retention-advance',
      text: 'update retention_cursor set position = $2 where kind = $1',
      values: [kind, to],
    });
    return true;
  });

const EXPIRED = ['session', 'verification'].map((table) => ({
  name: `erase-expired-${table}`,
  text: `delete from auth.${table} where "expiresAt" < now() - interval '1 day'`,
  values: [],
}));

/** One pass over all kinds. Two workers at the same time wait for each other at the cursor. */
export const eraseOldPersonalData = async (entityManager: Em, retention: Periods): Promise<void> => {
  const em = entityManager.fork();
  for (const kind of KINDS) {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      if (!(await eraseBatch(em, kind, retention))) break;
    }
  }
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const { rows } = await inTransaction(em, (sql) =>
      sql.query({ name: 'erase-events-later', text: ERASE_EVENTS_LATER, values: [BATCH] }),
    );
    if (rows.length < BATCH) break;
  }
  await inTransaction(em, async (sql) => {
    for (const statement of EXPIRED) await sql.query(statement);
  });
};
