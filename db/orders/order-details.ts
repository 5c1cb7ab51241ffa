// One order with everything that happened to it, for its page. Scoped to its store.
import { type Kysely, sql } from 'kysely';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { IntentId } from '#domain/ids.ts';
import type { BaseUnits, Cents, Units } from '#domain/money.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import type { ReceivedTransfer } from '#domain/received-money.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { IntentStatus, PaymentMethod } from '#domain/status.ts';
import type { TimelineKind } from '../entities/intent.entity.ts';
import type { ActorKind } from '../entities/merchant-people.entity.ts';
import type { RefundState } from '../entities/refund.entity.ts';
import { kyselyOf, type Tables } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { type OrderBooking, readBookings } from './bookings.ts';
import { type RefundedPart, refundedPart } from './refunded-part.ts';

export interface OrderFactsRow {
  id: IntentId;
  status: IntentStatus;
  createdAt: Date;
  expiresAt: Date;
  confirmedAt: Date | null;
  orderId: string | null;
  description: string | null;
  userId: string | null;
  userName: string | null;
  redirectUrl: string | null;
  extra: string | null;
  shopperEmail: string | null;
  currency: CurrencyId | null;
  cents: Cents;
  rateE10: bigint | null;
  coin: CoinId;
  amountUnits: Units;
  acceptedCoins: CoinId[];
  acceptedChainIds: number[];
  toleranceBps: number;
  feeRateE9: bigint;
  receiver: Address;
  depositAddress: Address;
  method: PaymentMethod;
  /** Of what was received; null without a confirmed refund. */
  refunded: RefundedPart | null;
}

export interface OrderTransferRow
  extends Omit<ReceivedTransfer, 'to' | 'blockNumber' | 'blockTime' | 'isUnwantedToken' | 'reviews'> {
  blockTime: Date;
}

export interface OrderReviewRow {
  id: string;
  kind: ReviewKind;
  state: 'open' | 'resolved';
  transferState: TransferState;
  amountUnits: Units;
  chainId: number;
  token: Address;
  coin: CoinId;
  txHash: Hex;
}

/** Money that is not paid out yet. Paid settlements have a timeline event. */
export interface OrderSettlementRow {
  chainId: number;
  /** Failed attempts; settlements are retried. */
  attempts: number;
  createdAt: Date;
  /** A relayer of ours has worked on this network: the time of settlement is promised. */
  isRelayed: boolean;
}

export interface OrderRefundRow {
  id: string;
  state: RefundState;
  withdrawnAt: Date | null;
  chainId: number;
  token: Address;
  coin: CoinId;
  /** What leaves, in both units, and the contract's fee of it. */
  amountUnits: Units;
  amountBaseUnits: BaseUnits;
  feeBaseUnits: BaseUnits;
  to: Address;
  txHash: Hex | null;
  createdAt: Date;
  confirmedAt: Date | null;
}

export interface OrderTimelineRow {
  kind: TimelineKind;
  statusFrom: IntentStatus | null;
  statusTo: IntentStatus | null;
  data: Record<string, unknown>;
  at: Date;
}

export interface OrderWebhookRow {
  id: string;
  state: string;
  eventType: string;
  nextAttemptAt: Date | null;
  attempts: {
    at: string;
    durationMs: number;
    responseStatus: number | null;
    error: string | null;
  }[];
}

/** A message that no transport has accepted yet. The others have timeline events. */
export interface WaitingEmailRow {
  kind: string;
  recipient: string;
  createdAt: Date;
}

export interface OrderActRow {
  at: Date;
  actorEmail: string | null;
  actorKind: ActorKind;
  action: string;
  reason: string | null;
}

export interface OrderDetails {
  facts: OrderFactsRow;
  bookings: OrderBooking[];
  transfers: OrderTransferRow[];
  reviews: OrderReviewRow[];
  /** Oldest first. */
  refunds: OrderRefundRow[];
  settlements: OrderSettlementRow[];
  timeline: OrderTimelineRow[];
  webhooks: OrderWebhookRow[];
  waitingEmails: WaitingEmailRow[];
  acts: OrderActRow[];
}

/** The newest of each kind are read: a page shows no more. */
const LIMIT = 200;

/** Null when the store has no such order. */
export const readOrderDetails = async (
  entityManager: Em,
  storeId: string,
  id: IntentId,
): Promise<OrderDetails | null> => {
  const em = entityManager.fork();
  const db = kyselyOf(em);
  const facts = await readFacts(db, storeId, id);
  if (!facts) return null;
  const [bookings, transfers, reviews, refunds, settlements, timeline, webhooks, waitingEmails, acts] =
    await Promise.all([
      readBookings(em, id),
      readTransfers(db, id),
      readReviews(db, id),
      readRefunds(db, id),
      readSettlements(db, id),
      readTimeline(db, id),
      readWebhooks(db, id),
      readWaitingEmails(db, id),
      readActs(db, id),
    ]);
  return { facts, bookings, transfers, reviews, refunds, settlements, timeline, webhooks, waitingEmails, acts };
};

type Db = Kysely<Tables>;

const readFacts = (db: Db, storeId: string, id: IntentId): Promise<OrderFactsRow | undefined> =>
  db
    .selectFrom('CheckoutIntent as i')
    .select([
      'id',
      'status',
      'createdAt',
      'expiresAt',
      'confirmedAt',
      'orderId',
      'orderDescription as description',
      'userId',
      'userName',
      'redirectUrl',
      'extra',
      'shopperEmail',
      'currency',
      'amountCents as cents',
      'rateE10',
      'stableCoin as coin',
      'amountUnits',
      'acceptedStableCoins as acceptedCoins',
      'acceptedChainIds',
      'toleranceBps',
      'feeRateE9',
      'receiver',
      'depositAddress',
      'paymentMethodType as method',
    ])
    .select(sql<RefundedPart | null>`${sql.raw(refundedPart('i.id'))}`.as('refunded'))
    .where('id', '=', id)
    .where('store', '=', storeId)
    .executeTakeFirst();

const readTransfers = async (db: Db, id: IntentId): Promise<OrderTransferRow[]> => {
  const rows = await db
    .selectFrom('TokenTransfer')
    .select([
      'id',
      'chainId',
      'token',
      'coin',
      'amountUnits',
      'txHash',
      'fromAddress as from',
      'blockTime',
      'state',
      'inPayment',
    ])
    .where('intent', '=', id)
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) }));
};

const readReviews = async (db: Db, id: IntentId): Promise<OrderReviewRow[]> => {
  const rows = await db
    .selectFrom('ReviewItem as r')
    .innerJoin('TokenTransfer as t', 't.id', 'r.transfer')
    .select([
      'r.id',
      'r.kind',
      'r.state',
      't.state as transferState',
      't.amountUnits',
      't.chainId',
      't.token',
      't.coin',
      't.txHash',
    ])
    .where('r.intent', '=', id)
    .orderBy('r.id', 'desc')
    .limit(LIMIT)
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) }));
};

const readRefunds = async (db: Db, id: IntentId): Promise<OrderRefundRow[]> => {
  const rows = await db
    .selectFrom('Refund')
    .select([
      'id',
      'state',
      'withdrawnAt',
      'chainId',
      'token',
      'coin',
      'amountUnits',
      'amountBaseUnits',
      'feeBaseUnits',
    ])
    .select(['toAddress as to', 'txHash', 'createdAt', 'confirmedAt'])
    .where('intent', '=', id)
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) })).reverse();
};

const readSettlements = (db: Db, id: IntentId): Promise<OrderSettlementRow[]> =>
  db
    .selectFrom('Settlement as s')
    .select(['s.chainId', 's.attempts', 's.createdAt'])
    .select(({ exists, selectFrom }) =>
      exists(selectFrom('RelayerAccount as a').select('a.chainId').whereRef('a.chainId', '=', 's.chainId'))
        .$castTo<boolean>()
        .as('isRelayed'),
    )
    .where('intent', '=', id)
    .where('state', '<>', 'settled')
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .execute();

const readTimeline = (db: Db, id: IntentId): Promise<OrderTimelineRow[]> =>
  db
    .selectFrom('TimelineEvent')
    .select(['kind', 'statusFrom', 'statusTo', 'data', 'createdAt as at'])
    .where('intent', '=', id)
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .execute();

const readWebhooks = async (db: Db, id: IntentId): Promise<OrderWebhookRow[]> => {
  const events = await db
    .selectFrom('WebhookEvent')
    .select(['id', 'state', 'eventType', 'nextAttemptAt'])
    .where('intent', '=', id)
    .orderBy('createdAt')
    .execute();
  return await Promise.all(
    events.map(async (event) => {
      const attempts = await db
        .selectFrom('WebhookAttempt')
        .select(['startedAt', 'durationMs', 'responseStatus', 'error'])
        .where('event', '=', event.id)
        .orderBy('id', 'desc')
        .limit(LIMIT)
        .execute();
      return {
        ...event,
        attempts: attempts.map(({ startedAt, ...attempt }) => ({ at: startedAt.toISOString(), ...attempt })).reverse(),
      };
    }),
  );
};

const readWaitingEmails = (db: Db, id: IntentId): Promise<WaitingEmailRow[]> =>
  db
    .selectFrom('EmailMessage')
    .select(['kind', 'recipient', 'createdAt'])
    .where('intent', '=', id)
    .where('state', '=', 'pending')
    .orderBy('createdAt')
    .limit(LIMIT)
    .execute();

const readActs = (db: Db, id: IntentId): Promise<OrderActRow[]> =>
  db
    .selectFrom('AuditEntry')
    .select(['at', 'actorEmail', 'actorKind', 'action', 'reason'])
    .where('subjectKind', '=', 'intent')
    .where('subjectId', '=', id)
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .execute();
