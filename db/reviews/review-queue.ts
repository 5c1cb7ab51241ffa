// The review queue: money that was found and waits for a person, with everything that the person needs to decide.

import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { ReviewKind, TransferState } from '#domain/payment-rules.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { IntentStatus } from '#domain/status.ts';
import type { RefundState } from '../entities/chain.entity.ts';
import type { Em } from '../orm.ts';

export interface ReviewFilter {
  state: 'open' | 'resolved';
  kind?: ReviewKind;
  storeId?: string;
  /** Found at least so many hours ago. */
  minAgeHours?: number;
  /** The id of the last row of the page before. */
  after?: string;
  limit: number;
}

export interface ReviewRow {
  id: string;
  kind: ReviewKind;
  state: 'open' | 'resolved';
  outcome: ReviewOutcome | null;
  resolution: string | null;
  resolvedBy: string | null;
  createdAt: Date;
  resolvedAt: Date | null;
  intentId: IntentId;
  intentStatus: IntentStatus;
  orderId: string | null;
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  merchantId: string;
  merchantName: string;
  chainId: number;
  coin: CoinId;
  amountUnits: Units;
  txHash: Hex;
  transferState: TransferState;
}

type Raw<Row, Dates extends keyof Row, Numbers extends keyof Row> = Omit<Row, Dates | Numbers> &
  Record<Dates, string | Date | null> &
  Record<Numbers, string>;

const COLUMNS = `r.id::text, r.kind, r.state, r.outcome, r.resolution, r.resolved_by as "resolvedBy", r.created_at as "createdAt",
  r.resolved_at as "resolvedAt", i.id as "intentId", i.status as "intentStatus", i.order_id as "orderId", s.id as "storeId",
  s.name as "storeName", s.is_test as "storeIsTest", m.id as "merchantId", m.name as "merchantName", t.chain_id as "chainId", t.coin,
  t.amount_units::text as "amountUnits", t.tx_hash as "txHash", t.state as "transferState"`;
const TABLES = `review_item r join checkout_intent i on i.id = r.intent_id join store s on s.id = i.store_id
  join merchant m on m.id = s.merchant_id join token_transfer t on t.id = r.transfer_id`;

const date = (value: string | Date | null): Date | null => (value === null ? null : new Date(value));

const toRow = <Row extends Raw<ReviewRow, 'createdAt' | 'resolvedAt', 'amountUnits'>>(row: Row) => ({
  ...row,
  createdAt: new Date(row.createdAt ?? 0),
  resolvedAt: date(row.resolvedAt),
  amountUnits: unitsOf(row.amountUnits),
});

/** Open ones oldest first: they wait. Resolved ones newest first. */
export const listReviews = async (em: Em, filter: ReviewFilter): Promise<ReviewRow[]> => {
  const { state, kind, storeId, minAgeHours, after, limit } = filter;
  const open = state === 'open';
  const rows = await em.fork().execute<Raw<ReviewRow, 'createdAt' | 'resolvedAt', 'amountUnits'>[]>(
    `select ${COLUMNS} from ${TABLES}
     where r.state = ? and (?::text is null or r.kind = ?) and (?::text is null or s.id = ?)
       and (?::int is null or r.created_at <= now() - make_interval(hours => ?))
       and (?::bigint is null or r.id ${open ? '>' : '<'} ?::bigint)
     order by r.id ${open ? 'asc' : 'desc'} limit ?`,
    [
      ...[state, kind ?? null, kind ?? null, storeId ?? null, storeId ?? null],
      ...[minAgeHours ?? null, minAgeHours ?? 0, after ?? null, after ?? null, limit],
    ],
  );
  return rows.map(toRow);
};

export const countOpenReviews = async (em: Em): Promise<number> => {
  const [row] = await em
    .fork()
    .execute<{ count: number }[]>(`select count(*)::int as count from review_item where state = 'open'`);
  return row?.count ?? 0;
};

export interface ReviewDetail extends ReviewRow {
  token: Address;
  from: Address;
  to: Address;
  blockNumber: bigint;
  blockTime: Date;
  logIndex: number;
  depositAddress: Address;
  receiver: Address;
  priceUnits: Units;
  toleranceBps: number;
  acceptedCoins: CoinId[];
  acceptedChainIds: number[];
  expiresAt: Date;
  confirmedAt: Date | null;
  confirmedTx: Hex | null;
  /** Everything that arrived and stands, whatever its coin. */
  receivedUnits: Units;
  /** The watcher's place on the transfer's chain; null where none runs. */
  cursorBlock: bigint | null;
  sendBack: { state: RefundState; txHash: Hex | null; requestedBy: string } | null;
  /** Other money of the same order that waits. */
  siblings: { id: string; kind: ReviewKind; state: 'open' | 'resolved' }[];
  settlements: { state: string; txHash: Hex | null }[];
}

/** Null when there is no such review. */
export const readReview = async (entityManager: Em, reviewId: string): Promise<ReviewDetail | null> => {
  if (!/^\d{1,18}$/.test(reviewId)) return null;
  const em = entityManager.fork();
  type DetailRow = Raw<
    Omit<ReviewDetail, 'sendBack' | 'siblings' | 'settlements'>,
    'createdAt' | 'resolvedAt' | 'blockTime' | 'expiresAt' | 'confirmedAt',
    'amountUnits' | 'blockNumber' | 'priceUnits' | 'receivedUnits'
  > & { cursorBlock: string | null };
  const [row] = await em.execute<DetailRow[]>(
    `select ${COLUMNS}, t.token, t.from_address as "from", t.to_address as "to", t.block_number::text as "blockNumber",
       t.block_time as "blockTime", t.log_index as "logIndex", i.deposit_address as "depositAddress", i.receiver,
       i.amount_units::text as "priceUnits", i.tolerance_bps as "toleranceBps", i.accepted_stable_coins as "acceptedCoins",
       i.accepted_chain_ids as "acceptedChainIds", i.expires_at as "expiresAt", i.confirmed_at as "confirmedAt",
       i.tx_hash as "confirmedTx", (select coalesce(sum(o.amount_units), 0)::text from token_transfer o
         where o.intent_id = i.id and o.state <> 'orphaned') as "receivedUnits",
       (select c.block_number::text from chain_cursor c where c.chain_id = t.chain_id) as "cursorBlock"
     from ${TABLES} where r.id = ?`,
    [reviewId],
  );
  if (!row) return null;
  const [sendBack] = await em.execute<{ state: RefundState; txHash: Hex | null; requestedBy: string }[]>(
    `select b.state, b.tx_hash as "txHash", b.requested_by as "requestedBy" from send_back b
     where b.transfer_id = (select transfer_id from review_item where id = ?) order by b.state = 'failed', b.id desc limit 1`,
    [reviewId],
  );
  const siblings = await em.execute<ReviewDetail['siblings']>(
    'select id::text, kind, state from review_item where intent_id = ? and id <> ? order by review_item.id limit 50',
    [row.intentId, reviewId],
  );
  const settlements = await em.execute<ReviewDetail['settlements']>(
    'select state, tx_hash as "txHash" from settlement where intent_id = ? order by id limit 20',
    [row.intentId],
  );
  return {
    ...row,
    ...toRow(row),
    blockNumber: BigInt(row.blockNumber),
    blockTime: new Date(row.blockTime ?? 0),
    priceUnits: unitsOf(row.priceUnits),
    receivedUnits: unitsOf(row.receivedUnits),
    expiresAt: new Date(row.expiresAt ?? 0),
    confirmedAt: date(row.confirmedAt),
    cursorBlock: row.cursorBlock === null ? null : BigInt(row.cursorBlock),
    sendBack: sendBack ?? null,
    siblings,
    settlements,
  };
};
