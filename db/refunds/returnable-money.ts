// Money of an order that could go back to its payer: a transfer that is in review, or what was paid above the price.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf, type Units, unitsOf } from '#domain/money.ts';
import type { RefundSource } from '#domain/refunds.ts';
import type { RefundState } from '../entities/chain.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface ReturnableMoney {
  intentId: IntentId;
  storeId: string;
  merchantId: string;
  factory: Address;
  receiver: Address;
  feeReceiver: Address;
  feeRateE9: bigint;
  depositAddress: Address;
  /** Null for the surplus. */
  reviewItemId: string | null;
  transferId: string | null;
  chainId: number;
  token: Address;
  coin: CoinId;
  /** Base units of the token. */
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
  /** Screening denies the payer: the platform decides, not the merchant. */
  payerDenied: boolean;
  /** The address that sent it. */
  payer: Address;
  /** The open or finished refund of this money, if any. */
  existing: RefundView | null;
}

export interface RefundView {
  id: string;
  state: RefundState;
  source: RefundSource;
  chainId: number;
  token: Address;
  coin: CoinId;
  toAddress: Address;
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
  feeBaseUnits: BaseUnits;
  callData: Hex;
  txHash: Hex | null;
  deadline: Date;
  requestedBy: string;
  createdAt: Date;
  confirmedAt: Date | null;
  lastError: string | null;
}

const intentsOf = (em: Em, storeId: string) =>
  kyselyOf(em)
    .selectFrom('CheckoutIntent as i')
    .innerJoin('Store as s', 's.id', 'i.store')
    .where('s.id', '=', storeId)
    .select([
      'i.id as intentId',
      's.id as storeId',
      's.merchant as merchantId',
      'i.factory',
      'i.receiver',
      'i.feeReceiver',
      'i.feeRateE9',
      'i.depositAddress',
    ]);

/** The transfer behind a review of this store, or null. Orphaned and unconfirmed transfers cannot go back. */
export const findReviewMoney = async (
  em: Em,
  storeId: string,
  reviewItemId: string,
): Promise<ReturnableMoney | null> => {
  if (!/^\d{1,18}$/.test(reviewItemId)) return null;
  const row = await intentsOf(em, storeId)
    .innerJoin('ReviewItem as r', 'r.intent', 'i.id')
    .innerJoin('TokenTransfer as t', 't.id', 'r.transfer')
    .select([
      'r.kind',
      't.id as transferId',
      't.chainId',
      't.token',
      't.coin',
      't.amountBaseUnits',
      't.amountUnits',
      't.fromAddress as payer',
    ])
    .where('r.id', '=', BigInt(reviewItemId))
    .where('r.kind', '<>', 'reorg_after_confirmed')
    .where('t.state', '=', 'confirmed')
    .where('t.inPayment', '=', false)
    .executeTakeFirst();
  if (!row) return null;
  const { kind, ...found } = row;
  const money = { ...found, reviewItemId, transferId: String(row.transferId), payerDenied: kind === 'screening' };
  return { ...money, existing: await findRefund(em, money) };
};

/** What was paid above the price of a confirmed intent of this store, or null. Whole base units, rounded down. */
export const findSurplusMoney = async (
  em: Em,
  storeId: string,
  intentId: IntentId,
): Promise<ReturnableMoney | null> => {
  const row = await intentsOf(em, storeId)
    .innerJoin('TokenTransfer as t', (join) =>
      join.onRef('t.intent', '=', 'i.id').onRef('t.chainId', '=', 'i.paidChainId').onRef('t.token', '=', 'i.paidToken'),
    )
    .select([
      't.chainId',
      't.token',
      't.coin',
      'i.txFrom',
      'i.surplusUnits',
      't.amountUnits as transferUnits',
      't.amountBaseUnits as transferBaseUnits',
    ])
    .where('i.id', '=', intentId)
    .where('i.confirmedAt', 'is not', null)
    .where('t.inPayment', '=', true)
    .limit(1)
    .executeTakeFirst();
  if (!row || row.surplusUnits === null || row.txFrom === null) return null;
  const { txFrom: payer, surplusUnits, transferUnits, transferBaseUnits, ...terms } = row;
  const unitsPerBase = transferUnits / transferBaseUnits;
  const amountBaseUnits = baseUnitsOf(surplusUnits / unitsPerBase);
  if (amountBaseUnits <= 0n) return null;
  const amountUnits = unitsOf(amountBaseUnits * unitsPerBase);
  const none = { reviewItemId: null, transferId: null, payerDenied: false };
  const money = { ...terms, ...none, payer, amountBaseUnits, amountUnits };
  return { ...money, existing: await findRefund(em, money) };
};

/** The refund of this money that did not fail: a unique index allows one. */
const findRefund = async (
  em: Em,
  { intentId, chainId, token, transferId }: Omit<ReturnableMoney, 'existing'>,
): Promise<RefundView | null> => {
  const row = await kyselyOf(em)
    .selectFrom('Refund')
    .select([
      'id',
      'state',
      'source',
      'chainId',
      'token',
      'coin',
      'toAddress',
      'amountBaseUnits',
      'amountUnits',
      'feeBaseUnits',
      'callData',
      'txHash',
      'deadline',
      'requestedBy',
      'createdAt',
      'confirmedAt',
      'lastError',
    ])
    .where('intent', '=', intentId)
    .where('chainId', '=', chainId)
    .where('token', '=', token)
    .where('transferId', 'is not distinct from', transferId === null ? null : BigInt(transferId))
    .where('state', '<>', 'failed')
    .executeTakeFirst();
  return row ? { ...row, id: String(row.id) } : null;
};

/** Reviews of an order of this store whose money can go back, or went back; null when the store has no such order. */
export const listReturnableReviews = async (
  em: Em,
  storeId: string,
  intentId: IntentId,
): Promise<{ orderId: string | null; reviewIds: string[] } | null> => {
  const db = kyselyOf(em);
  const order = await db
    .selectFrom('CheckoutIntent')
    .select('orderId')
    .where('id', '=', intentId)
    .where('store', '=', storeId)
    .executeTakeFirst();
  if (!order) return null;
  const reviews = await db
    .selectFrom('ReviewItem as r')
    .select('r.id')
    .where('r.intent', '=', intentId)
    .where((eb) =>
      eb.or([
        eb('r.state', '=', 'open'),
        eb('r.outcome', '=', 'sent_back'),
        eb.exists(
          eb
            .selectFrom('Refund as b')
            .select('b.id')
            .whereRef('b.reviewItemId', '=', 'r.id')
            .where('b.state', '<>', 'failed'),
        ),
      ]),
    )
    .orderBy('r.id')
    .execute();
  return { orderId: order.orderId, reviewIds: reviews.map(({ id }) => String(id)) };
};
