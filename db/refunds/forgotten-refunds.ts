// Refunds that were ordered in a time that the database has lost (decision 0102): what may have been paid then, and the records of what was.
import type { Address, Hex } from '#domain/address.ts';
import type { EventPlace } from '#domain/chain-events.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, ZERO } from '#domain/money.ts';
import { quoteRefund, type RefundShare, wholeReview } from '#domain/refunds.ts';
import { RELEASE_ORDER_SECONDS, type ReleasedMoney } from '#domain/release-order.ts';
import { kyselyOf } from '../kysely.ts';
import { REFUND_FOLLOWER } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { type RefundRequestView, readOpenRequests } from './refund-requests.ts';
import { type RefundableOrder, readRefundableOrder } from './refundable-order.ts';
import { isShare, recordRefund } from './refunds.ts';

const REASON = 'Found on the chain after the database was restored from a backup.';

/** An open request, and the transfer from the merchant's wallet that would fulfil it. */
export interface UnfulfilledRequest {
  id: string;
  intentId: IntentId;
  storeId: string;
  createdAt: Date;
  token: Address;
  /** The merchant's wallet, and the address that gets the money. */
  receiver: Address;
  toAddress: Address;
  /** What would leave the wallet, and what the merchant would keep because the payer bears the fee. */
  leavesBaseUnits: BaseUnits;
  withheldBaseUnits: BaseUnits;
}

/** Requests of before this moment that no refund fulfils, oldest first. */
export const listUnfulfilledRequests = async (em: Em, chainId: number, before: Date): Promise<UnfulfilledRequest[]> => {
  const rows = await kyselyOf(em.fork())
    .selectFrom('RefundRequest as r')
    .innerJoin('CheckoutIntent as i', 'i.id', 'r.intent')
    .select(['r.id', 'i.id as intentId', 'i.store as storeId', 'i.receiver', 'i.feeRateE9', 'r.createdAt', 'r.token'])
    .select(['r.toAddress', 'r.amountBaseUnits', 'r.feeBearer'])
    .where('r.chainId', '=', chainId)
    .where('r.canceledAt', 'is', null)
    .where('r.createdAt', '<', before)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('Refund as b')
            .select('b.id')
            .whereRef('b.request', '=', 'r.id')
            .where('b.state', '<>', 'failed'),
        ),
      ),
    )
    .orderBy('r.createdAt')
    .execute();
  return rows.map(({ amountBaseUnits, feeBearer, feeRateE9, ...request }) => {
    const { leavesBaseUnits, withheldBaseUnits } = quoteRefund(amountBaseUnits, {
      ...{ source: 'wallet', feeBearer, feeRateE9 },
    });
    return { ...request, leavesBaseUnits, withheldBaseUnits };
  });
};

/** Of these digests of signed orders, those that no refund has. */
export const readUnknownDigests = async (em: Em, digests: readonly Hex[]): Promise<Set<Hex>> => {
  if (digests.length === 0) return new Set();
  const known = await kyselyOf(em.fork())
    .selectFrom('Refund')
    .select('orderDigest')
    .where('orderDigest', 'in', [...digests])
    .execute();
  const digestsKnown = new Set(known.map(({ orderDigest }) => orderDigest));
  return new Set(digests.filter((digest) => !digestsKnown.has(digest)));
};

/**
 * Records it as a refund; the follower confirms it. @returns false while the order or its money is not known: a restored database learns of
 * both. Throws UserError as `recordRefund`.
 */
export const recordForgottenRelease = async (em: Em, chainId: number, release: ReleasedMoney): Promise<boolean> => {
  const named = await kyselyOf(em.fork())
    .selectFrom('CheckoutIntent')
    .select(['id', 'store as storeId'])
    .where('contractId', '=', release.contractId)
    .where('depositAddress', '=', release.depositAddress)
    .executeTakeFirst();
  const order = named && (await readRefundableOrder(em.fork(), named.storeId, named.id));
  const share = order && shareOf(order, chainId, release);
  if (!share) return false;
  const { token, toAddress, amountBaseUnits, feeBaseUnits, digest } = release;
  const request = await requestOf(em, order, share, release);
  await recordRefund(em, {
    ...{ storeId: order.storeId, intentId: order.intentId, of: { chainId, token, payer: share.payer } },
    ...{ source: 'deposit', toAddress, feeBearer: 'payer', amountBaseUnits, feeBaseUnits, withheldBaseUnits: ZERO },
    ...{ reviewItemId: wholeReview(share, amountBaseUnits), requestId: request?.id ?? null, orderDigest: digest },
    ...foundOnChain(release, release.depositAddress),
  });
  return true;
};

/** Records the transfer that fulfilled a request. Throws UserError as `recordRefund`. */
export const recordForgottenTransfer = async (
  em: Em,
  chainId: number,
  request: UnfulfilledRequest,
  transfer: EventPlace,
): Promise<boolean> => {
  const { storeId, intentId, receiver, toAddress, leavesBaseUnits, withheldBaseUnits } = request;
  const order = await readRefundableOrder(em.fork(), storeId, intentId);
  const open = order && (await readOpenRequests(em.fork(), order)).find(({ id }) => id === request.id);
  const share = open && order.shares.find((one) => isShare(one, open));
  if (!share) return false;
  await recordRefund(em, {
    ...{ storeId, intentId, of: { chainId, token: open.token, payer: open.payer }, source: 'wallet', toAddress },
    ...{ feeBearer: open.feeBearer, amountBaseUnits: leavesBaseUnits, feeBaseUnits: ZERO, withheldBaseUnits },
    ...{ reviewItemId: wholeReview(share, open.amountBaseUnits), requestId: open.id, orderDigest: null },
    ...foundOnChain(transfer, receiver),
  });
  return true;
};

/** The payer is not in the event: of those with as much money left, the one whose money is under review, then the one that got it. */
const shareOf = (
  { shares }: RefundableOrder,
  chainId: number,
  { token, toAddress, amountBaseUnits }: ReleasedMoney,
): RefundShare | undefined => {
  const possible = shares.filter(
    (share) => share.chainId === chainId && share.token === token && share.remainingBaseUnits >= amountBaseUnits,
  );
  const reviewed = possible.filter((share) => wholeReview(share, amountBaseUnits) !== null);
  const [first] = reviewed.length > 0 ? reviewed : possible;
  return [...reviewed, ...possible].find(({ payer }) => payer === toAddress) ?? first;
};

const requestOf = async (
  em: Em,
  order: RefundableOrder,
  share: RefundShare,
  { toAddress, amountBaseUnits }: ReleasedMoney,
): Promise<RefundRequestView | undefined> =>
  (await readOpenRequests(em.fork(), order)).find(
    (request) =>
      isShare(request, share) && request.toAddress === toAddress && request.amountBaseUnits === amountBaseUnits,
  );

/** Should a reorganisation remove it, a signed order can still be carried out for as long as one may live. */
export const foundOnChain = ({ txHash, logIndex, block }: EventPlace, from: Address) => ({
  ...({ callData: '0x', fromBlock: block.number, actor: REFUND_FOLLOWER, reason: REASON } as const),
  deadline: new Date(Date.now() + RELEASE_ORDER_SECONDS * 1_000),
  paid: { txHash, logIndex, from },
});
