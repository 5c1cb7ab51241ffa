// What runs, and how well: chains, settlements, receivers of webhooks that fail, and the audit log's pages.

import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf } from '#domain/money.ts';
import type { SettlementState } from '../entities/chain.entity.ts';
import type { ActorKind } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';

export interface ChainRow {
  chainId: number;
  blockNumber: bigint;
  blockTime: Date;
  finalBlockNumber: bigint;
  headNumber: bigint;
  headSeenAt: Date;
  /** Seconds since the watcher last saw a head, by the database's clock; negative never. */
  silentSeconds: number;
  leaseOwner: string | null;
  /** The lease holds at this moment. */
  leaseHeld: boolean;
  trouble: string | null;
}

/** The watchers' rows, by chain id. */
export const readChainRows = async (em: Em): Promise<ChainRow[]> => {
  const rows = await em
    .fork()
    .execute<
      (Omit<ChainRow, 'blockNumber' | 'blockTime' | 'finalBlockNumber' | 'headNumber' | 'headSeenAt'> &
        Record<'blockNumber' | 'finalBlockNumber' | 'headNumber', string> &
        Record<'blockTime' | 'headSeenAt', string | Date>)[]
    >(
      `select chain_id as "chainId", block_number::text as "blockNumber", block_time as "blockTime",
       final_block_number::text as "finalBlockNumber", head_number::text as "headNumber", head_seen_at as "headSeenAt",
       greatest(extract(epoch from now() - head_seen_at), 0)::int as "silentSeconds", lease_owner as "leaseOwner",
       coalesce(lease_until > now(), false) as "leaseHeld", trouble
     from chain_cursor order by chain_id`,
    );
  return rows.map((row) => ({
    ...row,
    blockNumber: BigInt(row.blockNumber),
    finalBlockNumber: BigInt(row.finalBlockNumber),
    headNumber: BigInt(row.headNumber),
    blockTime: new Date(row.blockTime),
    headSeenAt: new Date(row.headSeenAt),
  }));
};

export interface RelayerRow {
  chainId: number;
  address: Address;
  nextNonce: bigint;
  leaseOwner: string | null;
  leaseHeld: boolean;
  trouble: string | null;
  /** Transactions in flight, and how long the oldest has been. */
  inFlight: number;
  oldestSeconds: number | null;
  lowestNonce: bigint | null;
  /** Settlements that wait or are being sent. */
  waiting: number;
}

export const readRelayerRows = async (em: Em): Promise<RelayerRow[]> => {
  const rows = await em
    .fork()
    .execute<(Omit<RelayerRow, 'nextNonce' | 'lowestNonce'> & { nextNonce: string; lowestNonce: string | null })[]>(
      `select a.chain_id as "chainId", a.address, a.next_nonce::text as "nextNonce", a.lease_owner as "leaseOwner",
       coalesce(a.lease_until > now(), false) as "leaseHeld", a.trouble, f."inFlight", f."oldestSeconds", f."lowestNonce",
       (select count(*)::int from settlement s where s.chain_id = a.chain_id and s.state in ('pending', 'sending')) as waiting
     from relayer_account a cross join lateral (
       select count(distinct x.nonce)::int as "inFlight", min(x.nonce)::text as "lowestNonce",
         extract(epoch from now() - min(x.created_at))::int as "oldestSeconds"
       from relayer_tx x where x.chain_id = a.chain_id and x.relayer = a.address and x.state in ('signed', 'sent')) f
     order by a.chain_id, a.address`,
    );
  return rows.map((row) => ({
    ...row,
    nextNonce: BigInt(row.nextNonce),
    lowestNonce: row.lowestNonce === null ? null : BigInt(row.lowestNonce),
  }));
};

export interface SettlementFilter {
  state?: SettlementState;
  chainId?: number;
  /** Only those with an error. */
  failing?: boolean;
  after?: string;
  limit: number;
}

export interface SettlementRow {
  id: string;
  intentId: IntentId;
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  chainId: number;
  token: Address;
  state: SettlementState;
  attempts: number;
  createdAt: Date;
  settledAt: Date | null;
  netBaseUnits: BaseUnits | null;
  feeBaseUnits: BaseUnits | null;
  txHash: Hex | null;
  lastError: string | null;
}

/** Newest first. */
export const listSettlements = async (em: Em, filter: SettlementFilter): Promise<SettlementRow[]> => {
  const { state, chainId, failing, after, limit } = filter;
  const rows = await em.fork().execute<
    (Omit<SettlementRow, 'createdAt' | 'settledAt' | 'netBaseUnits' | 'feeBaseUnits'> &
      Record<'netBaseUnits' | 'feeBaseUnits', string | null> & {
        createdAt: string | Date;
        settledAt: string | Date | null;
      })[]
  >(
    `select x.id::text, x.intent_id as "intentId", s.id as "storeId", s.name as "storeName",
       s.is_test as "storeIsTest", x.chain_id as "chainId", x.token, x.state, x.attempts, x.created_at as "createdAt", x.settled_at as "settledAt", x.net_base_units::text as "netBaseUnits",
       x.fee_base_units::text as "feeBaseUnits", x.tx_hash as "txHash", x.last_error as "lastError"
     from settlement x join checkout_intent i on i.id = x.intent_id join store s on s.id = i.store_id
     where (?::text is null or x.state = ?) and (?::int is null or x.chain_id = ?)
       and (not ?::boolean or (x.last_error is not null and x.state <> 'settled')) and (?::bigint is null or x.id < ?::bigint)
     order by x.id desc limit ?`,
    [
      ...[state ?? null, state ?? null, chainId ?? null, chainId ?? null, failing ?? false],
      ...[after ?? null, after ?? null, limit],
    ],
  );
  const baseUnits = (text: string | null): BaseUnits | null => (text === null ? null : baseUnitsOf(text));
  return rows.map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    settledAt: row.settledAt === null ? null : new Date(row.settledAt),
    netBaseUnits: baseUnits(row.netBaseUnits),
    feeBaseUnits: baseUnits(row.feeBaseUnits),
  }));
};

export interface FailingReceiver {
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  merchantId: string;
  merchantName: string;
  webhookUrl: string | null;
  /** It answered 410: nothing is sent until the address is set again. */
  disabledAt: Date | null;
  /** The oldest event that is not delivered. */
  failingSince: Date;
  waiting: number;
  givenUp: number;
  nextTryAt: Date | null;
  lastAttemptAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
}

/** Stores with events that were tried and are not delivered, of the last 30 days, the longest-suffering first. */
export const listFailingReceivers = async (em: Em, limit: number): Promise<FailingReceiver[]> => {
  type Dates = 'disabledAt' | 'failingSince' | 'nextTryAt' | 'lastAttemptAt';
  const rows = await em.fork().execute<(Omit<FailingReceiver, Dates> & Record<Dates, string | Date | null>)[]>(
    `select s.id as "storeId", s.name as "storeName", s.is_test as "storeIsTest", m.id as "merchantId",
       m.name as "merchantName", s.webhook_url as "webhookUrl", s.webhook_disabled_at as "disabledAt", f.since as "failingSince", f.waiting,
       f.given_up as "givenUp", f.next_try as "nextTryAt", last.started_at as "lastAttemptAt",
       last.response_status as "lastStatus", last.error as "lastError"
     from (
       select e.store_id, min(e.created_at) as since, count(*) filter (where e.state = 'pending')::int as waiting,
         count(*) filter (where e.state in ('failed', 'disabled'))::int as given_up, min(e.next_attempt_at) as next_try,
         (array_agg(e.id order by e.created_at desc))[1] as newest
       from webhook_event e
       where e.created_at > now() - interval '30 days' and e.state <> 'delivered'
         and exists (select from webhook_attempt a where a.event_id = e.id)
       group by e.store_id
     ) f
     join store s on s.id = f.store_id join merchant m on m.id = s.merchant_id
     left join lateral (
       select a.started_at, a.response_status, a.error from webhook_attempt a where a.event_id = f.newest order by a.id desc limit 1
     ) last on true
     order by f.since limit ?`,
    [limit],
  );
  const date = (value: string | Date | null): Date | null => (value === null ? null : new Date(value));
  return rows.map((row) => ({
    ...row,
    disabledAt: date(row.disabledAt),
    failingSince: new Date(row.failingSince ?? 0),
    nextTryAt: date(row.nextTryAt),
    lastAttemptAt: date(row.lastAttemptAt),
  }));
};

export interface AuditFilter {
  /** Beginning of the action: `merchant`, `review.accepted`. */
  action?: string;
  /** E-mail address or id of who did it. */
  actor?: string;
  actorKind?: ActorKind;
  /** Id of what it was done to: merchant, store, intent, review. */
  subject?: string;
  after?: string;
  limit: number;
}

export interface AuditRow {
  id: string;
  at: Date;
  actorKind: ActorKind;
  actorId: string;
  actorEmail: string | null;
  action: string;
  subjectKind: string;
  subjectId: string;
  merchantId: string | null;
  storeId: string | null;
  /** It was done to a test store, or to something of one. */
  storeIsTest: boolean;
  reason: string | null;
  data: Record<string, unknown>;
  hash: string;
}

/** Newest first. */
export const listAuditEntries = async (em: Em, filter: AuditFilter): Promise<AuditRow[]> => {
  const { action, actor, actorKind, subject, after, limit } = filter;
  const like = action ? `${action.replace(/[\\%_]/g, '\\$&')}%` : null;
  const rows = await em.fork().execute<(Omit<AuditRow, 'at'> & { at: string | Date })[]>(
    `select id::text, at, actor_kind as "actorKind", actor_id as "actorId", actor_email as "actorEmail", action,
       subject_kind as "subjectKind", subject_id as "subjectId", merchant_id as "merchantId", store_id as "storeId",
       coalesce((select s.is_test from store s where s.id = audit_entry.store_id), false) as "storeIsTest", reason, data, hash
     from audit_entry
     where (?::text is null or action like ?) and (?::text is null or actor_email = lower(?) or actor_id = ?)
       and (?::text is null or actor_kind = ?) and (?::text is null or subject_id = ? or merchant_id = ? or store_id = ?)
       and (?::bigint is null or id < ?::bigint)
     order by audit_entry.id desc limit ?`,
    [
      ...[like, like, actor ?? null, actor ?? null, actor ?? null, actorKind ?? null, actorKind ?? null],
      ...[subject ?? null, subject ?? null, subject ?? null, subject ?? null, after ?? null, after ?? null, limit],
    ],
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
};

/** How many entries there are, and the last one's id; null in an empty log. */
export const readAuditExtent = async (em: Em): Promise<{ count: number; lastId: string | null }> => {
  const [row] = await em
    .fork()
    .execute<{ count: number; lastId: string | null }[]>(
      'select count(*)::int as count, max(id)::text as "lastId" from audit_entry',
    );
  return row ?? { count: 0, lastId: null };
};
