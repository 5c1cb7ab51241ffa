// The review queue: money that a person must decide on, with the facts for the decision.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { IntentStatus } from '#domain/status.ts';
import { Settlement, type SettlementState } from '../entities/chain.entity.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { OperatorProposal } from '../entities/operator-proposal.entity.ts';
import type { RefundState } from '../entities/refund.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { secondsAgo } from '../sql.ts';

export interface ReviewFilter {
  state: 'open' | 'resolved';
  kind?: ReviewKind;
  exceptKind?: ReviewKind;
  storeId?: string;
  /** Only reviews that are at least this old. */
  minAgeHours?: number;
  /** The id of the last row of the previous page. */
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
  token: Address;
  coin: CoinId;
  amountUnits: Units;
  txHash: Hex;
  transferState: TransferState;
}

const reviewsOf = (em: Em) =>
  kyselyOf(em)
    .selectFrom('ReviewItem as r')
    .innerJoin('CheckoutIntent as i', 'i.id', 'r.intent')
    .innerJoin('Store as s', 's.id', 'i.store')
    .innerJoin('Merchant as m', 'm.id', 's.merchant')
    .innerJoin('TokenTransfer as t', 't.id', 'r.transfer')
    .select([
      'r.id',
      'r.kind',
      'r.state',
      'r.outcome',
      'r.resolution',
      'r.resolvedBy',
      'r.createdAt',
      'r.resolvedAt',
      'i.id as intentId',
      'i.status as intentStatus',
      'i.orderId',
      's.id as storeId',
      's.name as storeName',
      's.isTest as storeIsTest',
      'm.id as merchantId',
      'm.name as merchantName',
      't.chainId',
      't.token',
      't.coin',
      't.amountUnits',
      't.txHash',
      't.state as transferState',
    ]);

/** Open reviews are listed oldest first, resolved reviews newest first. */
export const listReviews = async (em: Em, filter: ReviewFilter): Promise<ReviewRow[]> => {
  const { state, kind, exceptKind, storeId, minAgeHours, after, limit } = filter;
  const open = state === 'open';
  let query = reviewsOf(em.fork()).where('r.state', '=', state);
  if (kind !== undefined) query = query.where('r.kind', '=', kind);
  if (exceptKind !== undefined) query = query.where('r.kind', '<>', exceptKind);
  if (storeId !== undefined) query = query.where('s.id', '=', storeId);
  if (minAgeHours !== undefined) query = query.where('r.createdAt', '<=', secondsAgo(minAgeHours * 3_600));
  if (after !== undefined) query = query.where('r.id', open ? '>' : '<', BigInt(after));
  const rows = await query
    .orderBy('r.id', open ? 'asc' : 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) }));
};

export interface OrderReview {
  id: string;
  kind: ReviewKind;
  state: 'open' | 'resolved';
}

/** Oldest first. */
export const listOrderReviews = async (em: Em, intent: IntentId): Promise<OrderReview[]> => {
  const rows = await em.fork().find(ReviewItem, { intent }, { orderBy: { id: 'asc' }, limit: 50 });
  return rows.map(({ id, kind, state }) => ({ id: String(id), kind, state }));
};

export interface ReviewDetail extends ReviewRow {
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
  acceptsBridgedTokens: boolean;
  expiresAt: Date;
  confirmedAt: Date | null;
  confirmedTx: Hex | null;
  /** Total of all transfers that were not orphaned, in any coin. */
  receivedUnits: Units;
  /** The watcher's cursor on the transfer's chain; null when there is no watcher. */
  cursorBlock: bigint | null;
  refund: { state: RefundState; txHash: Hex | null; requestedBy: string } | null;
  /** The second operator, where two accepted the money. */
  confirmedBy: string | null;
  /** Other reviews of the same order. */
  siblings: OrderReview[];
  settlements: { state: SettlementState; txHash: Hex | null }[];
}

/** Null when there is no such review. */
export const readReview = async (entityManager: Em, reviewId: string): Promise<ReviewDetail | null> => {
  if (!/^\d{1,18}$/.test(reviewId)) return null;
  const em = entityManager.fork();
  const review = await readReviewRow(em, BigInt(reviewId));
  if (!review) return null;
  const { transferId, receivedUnits, ...row } = review;
  const intent = row.intentId;
  const accepted = { kind: 'review_accept' as const, subject: reviewId, state: 'confirmed' as const };
  const [refund, reviews, settlements, proposal] = await Promise.all([
    readRefundOf(em, transferId),
    listOrderReviews(em, intent),
    em.find(Settlement, { intent }, { orderBy: { id: 'asc' }, limit: 20 }),
    row.outcome === 'accepted' ? em.findOne(OperatorProposal, accepted, { orderBy: { decidedAt: 'desc' } }) : null,
  ]);
  return {
    ...row,
    id: reviewId,
    receivedUnits: unitsOf(receivedUnits ?? 0),
    refund: refund ?? null,
    confirmedBy: proposal && (proposal.decidedByEmail ?? proposal.decidedById ?? null),
    siblings: reviews.filter(({ id }) => id !== reviewId),
    settlements: settlements.map(({ state, txHash }) => ({ state, txHash: txHash ?? null })),
  };
};

const readReviewRow = (em: Em, id: bigint) =>
  reviewsOf(em)
    .leftJoin('ChainCursor as c', 'c.chainId', 't.chainId')
    .select([
      't.id as transferId',
      't.fromAddress as from',
      't.toAddress as to',
      't.blockNumber',
      't.blockTime',
      't.logIndex',
      'i.depositAddress',
      'i.receiver',
      'i.amountUnits as priceUnits',
      'i.toleranceBps',
      'i.acceptedStableCoins as acceptedCoins',
      'i.acceptedChainIds',
      'i.acceptsBridgedTokens',
      'i.expiresAt',
      'i.confirmedAt',
      'i.txHash as confirmedTx',
      'c.blockNumber as cursorBlock',
    ])
    .select((eb) =>
      eb
        .selectFrom('TokenTransfer as o')
        .select((total) => total.fn.sum<string>('o.amountUnits').as('units'))
        .whereRef('o.intent', '=', 'i.id')
        .where('o.state', '<>', 'orphaned')
        .as('receivedUnits'),
    )
    .where('r.id', '=', id)
    .executeTakeFirst();

/** The refund of a transfer. A failed refund is read only when there is no other. */
const readRefundOf = (em: Em, transferId: bigint) =>
  kyselyOf(em)
    .selectFrom('Refund')
    .select(['state', 'txHash', 'requestedBy'])
    .where('transferId', '=', transferId)
    .orderBy((eb) => eb('state', '=', 'failed'))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
