// What can be refunded of an order, and its refunds so far. Everything is derived from its transfers (decisions 0053 and 0054).
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { type ContractId, type IntentId, isIntentId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf, type Units, unitsOf } from '#domain/money.ts';
import {
  type FeeBearer,
  type RefundableTransfer,
  type RefundShare,
  type RefundSource,
  refundShares,
} from '#domain/refunds.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { IntentStatus } from '#domain/status.ts';
import type { BookingKind } from '../entities/booking.entity.ts';
import type { RefundState } from '../entities/refund.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';

export interface RefundableOrder {
  intentId: IntentId;
  contractId: ContractId;
  storeId: string;
  merchantId: string;
  orderId: string | null;
  status: IntentStatus;
  isPaid: boolean;
  factory: Address;
  receiver: Address;
  feeReceiver: Address;
  feeRateE9: bigint;
  depositAddress: Address;
  /** The money of each payer in each token, in chain order. */
  shares: RefundShare[];
  /** All refunds, failed ones too, oldest first. */
  refunds: RefundView[];
}

export interface RefundView {
  id: string;
  state: RefundState;
  source: RefundSource;
  chainId: number;
  token: Address;
  coin: CoinId;
  payer: Address;
  toAddress: Address;
  feeBearer: FeeBearer;
  reviewItemId: string | null;
  transferId: string | null;
  requestId: string | null;
  /** What leaves, the contract's fee included. */
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
  feeBaseUnits: BaseUnits;
  withheldBaseUnits: BaseUnits;
  callData: Hex;
  txHash: Hex | null;
  deadline: Date;
  requestedBy: string;
  createdAt: Date;
  confirmedAt: Date | null;
  lastError: string | null;
  withdrawnAt: Date | null;
}

/** Null when the store has no such order. Inside the transaction of `em` when it is in one. */
export const readRefundableOrder = async (
  em: Em,
  storeId: string,
  intentId: IntentId,
): Promise<RefundableOrder | null> => {
  if (!isIntentId(intentId)) return null;
  const order = await kyselyOf(em)
    .selectFrom('CheckoutIntent as i')
    .innerJoin('Store as s', 's.id', 'i.store')
    .where('i.id', '=', intentId)
    .where('s.id', '=', storeId)
    .select([
      'i.id as intentId',
      'i.contractId',
      's.id as storeId',
      's.merchant as merchantId',
      'i.orderId',
      'i.status',
      'i.confirmedAt',
    ])
    .select(['i.factory', 'i.receiver', 'i.feeReceiver', 'i.feeRateE9', 'i.depositAddress', 'i.amountUnits'])
    .executeTakeFirst();
  if (!order) return null;
  const { amountUnits: priceUnits, confirmedAt, ...terms } = order;
  const [transfers, refunds, settled] = await Promise.all([
    readTransfers(em, intentId),
    readRefunds(em, intentId),
    readSettled(em, intentId),
  ]);
  const standing = refunds.filter(({ state }) => state !== 'failed');
  const shares = refundShares({ priceUnits, transfers, refunds: standing, settled });
  return { ...terms, isPaid: confirmedAt !== null, shares, refunds };
};

/** The order of this store whose review it is; null when there is none. */
export const findReviewedOrder = async (em: Em, storeId: string, reviewItemId: string): Promise<IntentId | null> => {
  if (!/^\d{1,18}$/.test(reviewItemId)) return null;
  const row = await kyselyOf(em)
    .selectFrom('ReviewItem as r')
    .innerJoin('CheckoutIntent as i', 'i.id', 'r.intent')
    .select('i.id')
    .where('r.id', '=', BigInt(reviewItemId))
    .where('i.store', '=', storeId)
    .executeTakeFirst();
  return row?.id ?? null;
};

const readRefunds = async (em: Em, intentId: IntentId): Promise<RefundView[]> => {
  const rows = await kyselyOf(em)
    .selectFrom('Refund')
    .select(['id', 'state', 'source', 'chainId', 'token', 'coin', 'payerAddress as payer', 'toAddress', 'feeBearer'])
    .select(['reviewItemId', 'transferId', 'request as requestId', 'amountBaseUnits', 'amountUnits', 'feeBaseUnits'])
    .select(['withheldBaseUnits', 'callData', 'txHash', 'deadline', 'requestedBy', 'createdAt', 'confirmedAt'])
    .select(['lastError', 'withdrawnAt'])
    .where('intent', '=', intentId)
    .orderBy('id')
    .execute();
  return rows.map(({ id, reviewItemId, transferId, ...row }) => ({
    ...row,
    id: String(id),
    reviewItemId: textOrNull(reviewItemId),
    transferId: textOrNull(transferId),
  }));
};

const textOrNull = (id: bigint | null): string | null => (id === null ? null : String(id));

const readSettled = (em: Em, intentId: IntentId) =>
  kyselyOf(em)
    .selectFrom('Settlement')
    .select(['chainId', 'token'])
    .distinct()
    .where('intent', '=', intentId)
    .where('state', '=', 'settled')
    .execute();

interface TransferRow
  extends Omit<RefundableTransfer, 'amountBaseUnits' | 'amountUnits' | 'blockNumber' | 'booked' | 'review'>,
    Record<'amountBaseUnits' | 'amountUnits' | 'blockNumber', string> {
  booked: BookingKind | null;
  reviewId: string | null;
  reviewKind: ReviewKind | null;
  reviewState: 'open' | 'resolved' | null;
}

const TRANSFERS = {
  name: 'refund-transfers',
  text: `select t.id::text as id, t.chain_id as "chainId", t.token, t.coin, t.from_address as "txFrom",
      floor(extract(epoch from t.block_time) * 1000)::float8 as "blockTime", t.block_number::text as "blockNumber",
      t.log_index as "logIndex", t.amount_base_units::text as "amountBaseUnits", t.amount_units::text as "amountUnits",
      b.kind as booked, r.id::text as "reviewId", r.kind as "reviewKind", r.state as "reviewState",
      exists (select from review_item d where d.intent_id = t.intent_id and d.transfer_id = t.id and d.kind = 'screening'
        and d.outcome is distinct from 'accepted') as "isDenied"
    from token_transfer t left join booking b on b.id = t.booking_id
    left join lateral (select * from review_item r where r.intent_id = t.intent_id and r.transfer_id = t.id
      and r.kind <> 'reorg_after_confirmed' order by r.state = 'resolved', r.id limit 1) r on true
    where t.intent_id = $1 and t.state = 'confirmed' order by t.id`,
};

/** Confirmed transfers. Of several reviews of one, the open one counts; an alarm about a reorganisation decides on no money. */
const readTransfers = async (em: Em, intentId: IntentId): Promise<RefundableTransfer[]> => {
  const { rows } = await inTransaction(em, (sql) => sql.query<TransferRow>({ ...TRANSFERS, values: [intentId] }));
  return rows.map(({ reviewId, reviewKind, reviewState, ...row }) => ({
    ...row,
    blockNumber: BigInt(row.blockNumber),
    amountBaseUnits: baseUnitsOf(row.amountBaseUnits),
    amountUnits: unitsOf(row.amountUnits),
    review:
      reviewId === null || reviewKind === null
        ? null
        : { id: reviewId, kind: reviewKind, isOpen: reviewState === 'open' },
  }));
};
