// Requests for refunds, over the API: resolved to one payer's money when they are made, and open until a refund that did not fail names
// them. The receiver's wallet signs the refund in the dashboard.
import { randomBytes } from 'node:crypto';
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { type IntentId, makeId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf, type Units, unitsOf } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import type { FeeBearer, RefundShare } from '#domain/refunds.ts';
import { isRefundable } from '#domain/status.ts';
import { CheckoutIntent, TimelineEvent } from '../entities/intent.entity.ts';
import { RefundRequest } from '../entities/refund.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { type RefundableOrder, readRefundableOrder } from './refundable-order.ts';
import { isShare } from './refunds.ts';

/** What is asked for; each null is filled in when there is one possibility. */
export interface RefundAsk {
  chainId: number | null;
  coin: CoinId | null;
  token: Address | null;
  payer: Address | null;
  /** Null: all that is left. */
  amountUnits: Units | null;
  /** Null: the payer. */
  to: Address | null;
  feeBearer: FeeBearer;
  reason: string | null;
}

export interface RequestedBy {
  /** An API key's id, or an e-mail address. */
  id: string;
  /** The `Idempotency-Key` and the hash of the body that it came with. */
  claim: { key: string; bodySha256: string } | null;
}

export interface RefundRequestView {
  id: string;
  chainId: number;
  token: Address;
  coin: CoinId;
  payer: Address;
  toAddress: Address;
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
  feeBearer: FeeBearer;
  reason: string | null;
  requestedBy: string;
  createdAt: Date;
  canceledAt: Date | null;
}

export type RefundAskField =
  | 'id'
  | 'chain_id'
  | 'stable_coin'
  | 'coin_contract'
  | 'payer'
  | 'amount_coins'
  | 'to'
  | 'Idempotency-Key';
export type RefundAskReason =
  | 'still_open'
  | 'nothing_left'
  | 'ambiguous'
  | 'payer_denied'
  | 'more_than_left'
  | 'too_fine'
  | 'unusable'
  | 'reused';

export type RefundAskResult =
  | { kind: 'made' | 'known'; id: string }
  | { kind: 'rejected'; field: RefundAskField; reason: RefundAskReason };

/** Safe to repeat with the same idempotency key. Null when the store has no such order. */
export const requestRefund = (
  entityManager: Em,
  storeId: string,
  intentId: IntentId,
  ask: RefundAsk,
  by: RequestedBy,
): Promise<RefundAskResult | null> =>
  entityManager.fork().transactional(async (em) => {
    const db = kyselyOf(em);
    await db.selectFrom('CheckoutIntent').select('id').where('id', '=', intentId).forUpdate().execute();
    const order = await readRefundableOrder(em, storeId, intentId);
    if (!order) return null;
    const known = by.claim && (await findClaimed(em, intentId, by.claim.key));
    if (known)
      return known.bodySha256 === by.claim?.bodySha256
        ? { kind: 'known', id: known.id }
        : rejected('Idempotency-Key', 'reused');
    if (ask.to && (!isUsable(ask.to) || (await em.count(CheckoutIntent, { depositAddress: ask.to })) > 0))
      return rejected('to', 'unusable');
    const open = await readOpenRequests(em, order);
    const resolved = resolve(order, open, ask);
    if ('reason' in resolved) return rejected(resolved.field, resolved.reason);
    const { share, amountBaseUnits } = resolved;
    const request = {
      id: makeId('rfr', randomBytes(16)),
      intent: intentId,
      ...{ chainId: share.chainId, token: share.token, coin: share.coin, payerAddress: share.payer },
      toAddress: ask.to ?? share.payer,
      amountBaseUnits,
      amountUnits: unitsOf(amountBaseUnits * share.unitsPerBase),
      feeBearer: ask.feeBearer,
      reason: ask.reason,
      requestedBy: by.id,
      idempotencyKey: by.claim?.key ?? null,
      bodySha256: by.claim?.bodySha256 ?? null,
    };
    await db.insertInto('RefundRequest').values(request).execute();
    const data = {
      request_id: request.id,
      chain_id: share.chainId,
      token: share.token,
      coin: share.coin,
      to: request.toAddress,
      by: by.id,
    };
    await em.insert(TimelineEvent, { intent: intentId, kind: 'refund_requested', data });
    return { kind: 'made', id: request.id };
  });

/** All requests of an order, oldest first. */
export const readRefundRequests = async (em: Em, intentId: IntentId): Promise<RefundRequestView[]> =>
  kyselyOf(em)
    .selectFrom('RefundRequest')
    .select(['id', 'chainId', 'token', 'coin', 'payerAddress as payer', 'toAddress', 'amountBaseUnits', 'amountUnits'])
    .select(['feeBearer', 'reason', 'requestedBy', 'createdAt', 'canceledAt'])
    .where('intent', '=', intentId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();

/** Those that no refund fulfils yet. */
export const readOpenRequests = async (
  em: Em,
  { intentId, refunds }: Pick<RefundableOrder, 'intentId' | 'refunds'>,
): Promise<RefundRequestView[]> => {
  const taken = new Set(refunds.flatMap(({ state, requestId }) => (state === 'failed' ? [] : (requestId ?? []))));
  const all = await readRefundRequests(em, intentId);
  return all.filter(({ id, canceledAt }) => canceledAt === null && !taken.has(id));
};

/** @returns whether an open request was canceled */
export const cancelRefundRequest = async (entityManager: Em, storeId: string, id: string): Promise<boolean> => {
  const em = entityManager.fork();
  const request = await em.findOne(RefundRequest, { id, intent: { store: storeId }, canceledAt: null });
  if (!request) return false;
  request.canceledAt = new Date();
  await em.flush();
  return true;
};

/** What chains have at the address is checked when the refund is signed: the API reads no chain. */
const isUsable = (address: Address): boolean => {
  try {
    return Boolean(knownPayable(address));
  } catch {
    return false;
  }
};

const rejected = (field: RefundAskField, reason: RefundAskReason): RefundAskResult => ({
  kind: 'rejected',
  field,
  reason,
});

const findClaimed = (em: Em, intentId: IntentId, key: string) =>
  kyselyOf(em)
    .selectFrom('RefundRequest')
    .select(['id', 'bodySha256'])
    .where('intent', '=', intentId)
    .where('idempotencyKey', '=', key)
    .executeTakeFirst();

type Resolved = { share: RefundShare; amountBaseUnits: BaseUnits } | { field: RefundAskField; reason: RefundAskReason };

/** Whose money is meant, and how much of it. */
const resolve = (order: RefundableOrder, open: readonly RefundRequestView[], ask: RefundAsk): Resolved => {
  if (!isRefundable(order.status)) return { field: 'id', reason: 'still_open' };
  const asked = (share: RefundShare): bigint =>
    open.filter((one) => isShare(one, share)).reduce((total, { amountBaseUnits }) => total + amountBaseUnits, 0n);
  const left = (share: RefundShare): bigint => share.remainingBaseUnits - asked(share);
  const fitting = order.shares.filter(
    ({ chainId, coin, token, payer }) =>
      (ask.chainId ?? chainId) === chainId &&
      (ask.coin ?? coin) === coin &&
      (ask.token ?? token) === token &&
      (ask.payer ?? payer) === payer,
  );
  const possible = fitting.filter((share) => left(share) > 0n);
  const [share, other] = possible;
  if (!share) return { field: 'amount_coins', reason: 'nothing_left' };
  if (other) return { field: ambiguityOf(possible), reason: 'ambiguous' };
  if (share.isDenied) return { field: 'payer', reason: 'payer_denied' };
  const ours = [order.depositAddress, order.factory, order.receiver, share.token];
  if (ours.includes(ask.to ?? share.payer)) return { field: 'to', reason: 'unusable' };
  const amount = ask.amountUnits ?? unitsOf(left(share) * share.unitsPerBase);
  if (amount % share.unitsPerBase !== 0n) return { field: 'amount_coins', reason: 'too_fine' };
  const amountBaseUnits = baseUnitsOf(amount / share.unitsPerBase);
  if (amountBaseUnits > left(share)) return { field: 'amount_coins', reason: 'more_than_left' };
  return { share, amountBaseUnits };
};

const ambiguityOf = (shares: readonly RefundShare[]): RefundAskField => {
  if (new Set(shares.map(({ chainId }) => chainId)).size > 1) return 'chain_id';
  if (new Set(shares.map(({ coin }) => coin)).size > 1) return 'stable_coin';
  return new Set(shares.map(({ token }) => token)).size > 1 ? 'coin_contract' : 'payer';
};
