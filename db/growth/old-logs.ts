// Deletes finished rows of logs by age: deliveries of webhooks with their attempts, e-mails, shoppers' claims. Books are never shortened
// (db/growth/tables.ts says which table is what). A transaction is short, takes only rows that nobody has locked, and finds them by an index.
import type { Retention } from '#domain/retention.ts';
import { OPEN_STATUSES } from '#domain/status.ts';
import type { Em } from '../orm.ts';
import { inTransaction, sqlOf } from '../pool.ts';
import { statusList } from '../sql.ts';

/** Rows of one transaction. */
const BATCH = 1_000;
/** Transactions of one kind in one pass: once a minute, a thousand rows a second. */
const MAX_BATCHES = 60;
/** A preview counts no further. */
const MOST_COUNTED = 100_000;

export const LOG_KINDS = ['webhooks', 'endpoints', 'emails', 'claims', 'rechecks'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** The variables that set the days. */
const SETTINGS = { deliveryDays: 'RETENTION_DELIVERY_DAYS', claimDays: 'RETENTION_CLAIM_DAYS' } as const;

interface Log {
  table: string;
  /** Which days its rows are kept for. */
  days: keyof typeof SETTINGS;
  /** The columns of its key. */
  key: readonly string[];
  /** What its age is counted from; has an index. */
  at: string;
  /** Of the row `r`: nothing will change or read it any more. */
  isFinished: string;
  /** Rows of another table that belong to it and go with it. */
  parts?: { table: string; column: string };
}

/** An order that is open may still need what was delivered about it: its page shows it, and its workflow runs. */
const OF_NO_OPEN_ORDER = `not exists (select from checkout_intent i where i.id = r.intent_id and i.status in (${statusList(OPEN_STATUSES)}))`;

const LOGS: Readonly<Record<LogKind, Log>> = {
  webhooks: {
    table: 'webhook_event',
    days: 'deliveryDays',
    key: ['id'],
    at: 'created_at',
    // An emptied one cannot be sent again. The newest that was delivered stays: it says that the store's receiver once worked.
    isFinished: `r.state <> 'pending' and r.body = '' and ${OF_NO_OPEN_ORDER}
      and exists (select from webhook_event n where n.store_id = r.store_id and n.created_at > r.created_at
        and (n.state = 'delivered' or r.state <> 'delivered'))`,
    parts: { table: 'webhook_attempt', column: 'event_id' },
  },
  endpoints: {
    table: 'endpoint_delivery',
    days: 'deliveryDays',
    key: ['id'],
    at: 'created_at',
    isFinished: `r.state <> 'pending' and ${OF_NO_OPEN_ORDER}`,
    parts: { table: 'endpoint_attempt', column: 'delivery_id' },
  },
  emails: {
    table: 'email_message',
    days: 'deliveryDays',
    key: ['id'],
    at: 'created_at',
    // Bounced and complained: the address must not be mailed again, so they stay.
    isFinished: `r.state in ('sent', 'failed') and r.subject_line is null and r.plain_text is null and r.html is null
      and r.data = '{}' and ${OF_NO_OPEN_ORDER}`,
  },
  claims: {
    table: 'kept_claim',
    days: 'claimDays',
    key: ['intent_id', 'tx_hash'],
    at: 'created_at',
    isFinished: 'r.next_check_at is null',
  },
  rechecks: {
    table: 'block_recheck',
    days: 'claimDays',
    key: ['chain_id', 'tx_hash'],
    at: 'done_at',
    isFinished: 'r.done_at is not null',
  },
};

/** The rows that are due: `$1` days old, at most `$2`, the oldest first. */
const dueIn = ({ table, at, isFinished }: Log, columns: string): string =>
  `select ${columns} from ${table} r where r.${at} < now() - make_interval(days => $1) and ${isFinished}
    order by r.${at} limit $2`;

const removal = (log: Log): string => {
  const { table, key, parts } = log;
  const same = (alias: string): string => key.map((column) => `${alias}.${column} = due.${column}`).join(' and ');
  const columns = key.map((column) => `r.${column}`).join(', ');
  const partsGone = parts
    ? `, parts as (delete from ${parts.table} p using due where p.${parts.column} = due.${key[0]} returning 1)`
    : '';
  return `with due as materialized (${dueIn(log, columns)} for update of r skip locked)${partsGone},
    gone as (delete from ${table} g using due where ${same('g')} returning 1)
    select count(*)::int as rows, ${parts ? '(select count(*)::int from parts)' : '0'} as parts from gone`;
};

const removeBatch = async (em: Em, kind: LogKind, days: number): Promise<{ rows: number; parts: number }> => {
  const { rows } = await inTransaction(em, (sql) =>
    sql.query<{ rows: number; parts: number }>({
      name: `old-logs-${kind}`,
      text: removal(LOGS[kind]),
      values: [days, BATCH],
    }),
  );
  return rows[0] ?? { rows: 0, parts: 0 };
};

export type RemovedLogs = Record<LogKind, number>;

/**
 * One pass over all kinds. Safe to repeat and to run twice at once: rows that another pass has locked are left to it.
 * @returns the rows that were removed, by kind, without the attempts that went with them
 */
export const removeOldLogs = async (entityManager: Em, retention: Retention): Promise<RemovedLogs> => {
  const em = entityManager.fork();
  const removed = Object.fromEntries(LOG_KINDS.map((kind) => [kind, 0])) as RemovedLogs;
  for (const kind of LOG_KINDS) {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const { rows } = await removeBatch(em, kind, retention[LOGS[kind].days]);
      removed[kind] += rows;
      if (rows < BATCH) break;
    }
  }
  return removed;
};

export interface DueLogs {
  kind: LogKind;
  table: string;
  setting: string;
  days: number;
  /** Rows that the next passes remove, counted up to a limit. */
  due: number;
  /** There are more than `due`. */
  isMore: boolean;
  /** By how many seconds the oldest of them is past its age; 0 when none is due. */
  overdueSeconds: number;
}

/** What is due now, by kind. Reads no further than a hundred thousand rows of each. */
export const readDueLogs = async (em: Em, retention: Retention, most = MOST_COUNTED): Promise<DueLogs[]> =>
  await Promise.all(
    LOG_KINDS.map(async (kind) => {
      const log = LOGS[kind];
      const { table } = log;
      const [days, setting] = [retention[log.days], SETTINGS[log.days]];
      const { rows } = await sqlOf({ em }).query<{ due: number; overdueSeconds: number }>({
        name: `old-logs-due-${kind}`,
        text: `select count(*)::int as due,
            coalesce(extract(epoch from now() - make_interval(days => $1) - min(at)), 0)::float8 as "overdueSeconds"
          from (${dueIn(log, `r.${log.at} as at`)}) as due`,
        values: [days, most + 1],
      });
      const { due, overdueSeconds } = rows[0] ?? { due: 0, overdueSeconds: 0 };
      return { kind, table, setting, days, due: Math.min(due, most), isMore: due > most, overdueSeconds };
    }),
  );
