// Refunds with the merchant's own key (docs/architecture.md section 6): this server writes the order, the receiver's wallet signs
// and sends it, and the worker follows it on-chain. Nothing here can move money.
import type { Actor } from '#db/merchants/audit.ts';
import { readRefundAddresses } from '#db/refunds/refund-addresses.ts';
import { cancelRefundRequest, readOpenRequests } from '#db/refunds/refund-requests.ts';
import { noteRefundSent } from '#db/refunds/refunds.ts';
import { newReleaseNonce } from '#db/refunds/release-nonce.ts';
import { paymentUri, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { releaseTypedData } from '#domain/release-order.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { problemOf } from '#web/access/form-error.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import { recordExternal } from './external-refunds.ts';
import {
  checkRecipient,
  findMoney,
  type PayableMoney,
  quoteOf,
  type RefundDeps,
  requireMoney,
  WHOLE,
} from './refund-money.ts';
import { offerOf, type RefundsOfOrder, readOffers, walletsOf } from './refund-offers.ts';
import { type OrderedBy, recordOrder, toSend, toSendAgain } from './refund-orders.ts';
import type { OrderToSend, OrderToSign, RefundOffer, RefundTarget, RefundTerms, SignedOrder } from './refund-types.ts';
import { checkOrder, deadlineFromNow, releaseOrder, scopeOf } from './release-orders.ts';
import { releaseStray, type SignedStrayOrder } from './stray-orders.ts';
import { checkWithdrawn, withdrawPrepared } from './withdrawals.ts';

export interface RefundService {
  /** What a refund on these terms would do; null when the store has no such money. Throws UserError when the terms are malformed. */
  offer(storeId: string, target: RefundTarget, terms?: RefundTerms): Promise<RefundOffer | null>;
  /** All money of an order that can be refunded, and its refunds; null when the store has no such order. */
  offers(storeId: string, intentId: string): Promise<RefundsOfOrder | null>;
  /** The typed data for the receiver's wallet. Throws UserError when the money is not there, or was already refunded. */
  prepare(storeId: string, target: RefundTarget, terms?: RefundTerms): Promise<OrderToSign>;
  /** Checks the signature, records the order, and returns what to send. Throws UserError, such as `signature_refused`. */
  order(storeId: string, target: RefundTarget, signed: SignedOrder, by: OrderedBy): Promise<OrderToSend>;
  /** The same for money in the merchant's wallet: nothing to sign, a plain transfer to send. Throws UserError. */
  orderFromWallet(storeId: string, target: RefundTarget, by: OrderedBy): Promise<OrderToSend>;
  /** The recorded order that was not sent yet. Throws UserError. */
  resume(storeId: string, target: RefundTarget): Promise<OrderToSend>;
  /** Records a refund that was paid elsewhere, once the chain shows it. Throws UserError. */
  recordExternal(storeId: string, target: RefundTarget, txHash: string, by: OrderedBy): Promise<void>;
  /** Cancels an open request. Throws UserError. */
  cancelRequest(storeId: string, id: string): Promise<void>;
  /** Withdraws a prepared transfer that was not sent: its money is free again. Throws UserError. */
  withdraw(storeId: string, id: string, actor: Actor): Promise<void>;
  /** The transaction that releases stray money with its receiver's signature. Throws UserError, such as `signature_refused`. */
  releaseStray(storeId: string, signed: SignedStrayOrder): Promise<OrderToSend>;
  /** How pages reach wallets. */
  wallets: RefundsOfOrder['wallets'];
  /** Stores the wallet's transaction. Safe to run twice. Throws UserError. */
  noteSent(storeId: string, id: string, txHash: string): Promise<void>;
}

export const createRefundService = (deps: RefundDeps): RefundService => ({
  async offer(storeId, target, terms = WHOLE) {
    const found = await findMoney(deps, storeId, target, terms);
    if (!found) return null;
    const offer = await offerOf(found, target);
    const loss = offer.existing || offer.problem ? null : await problemOf(() => checkRecipient(deps, found));
    return loss ? { ...offer, problem: loss.message } : offer;
  },

  offers: (storeId, intentId) => readOffers(deps, storeId, intentId),

  async prepare(storeId, target, terms = WHOLE) {
    const found = await requirePayable(deps, storeId, target, terms);
    if (found.source !== 'deposit') throw paidOut();
    const order = releaseOrder(found, newReleaseNonce(), deadlineFromNow());
    return {
      typedData: releaseTypedData(scopeOf(found), order),
      nonce: order.nonce.toString(),
      deadline: Number(order.deadline),
      network: walletNetwork(found.enabled),
    };
  },

  async order(storeId, target, signed, by) {
    const found = await requirePayable(deps, storeId, target, by.terms ?? WHOLE);
    if (found.source !== 'deposit') throw paidOut();
    const { digest, callData, deadline } = await checkOrder(found, signed);
    const id = await recordOrder(deps, found, by, { orderDigest: digest, callData, deadline });
    return toSend(found, id, found.order.factory, callData, null);
  },

  async orderFromWallet(storeId, target, by) {
    const found = await requirePayable(deps, storeId, target, by.terms ?? WHOLE);
    if (found.source !== 'wallet')
      throw new UserError('at_deposit', 'This money lies at the order’s address: reload the page.');
    const { leavesBaseUnits } = quoteOf(found, 'wallet');
    const callData = transferCalldata(found.payTo, leavesBaseUnits);
    const id = await recordOrder(deps, found, by, { orderDigest: null, callData, deadline: deadlineFromNow() });
    const uri = paymentUri(found.share.token, found.share.chainId, found.payTo, leavesBaseUnits);
    return toSend(found, id, found.share.token, callData, uri);
  },

  async resume(storeId, target) {
    const found = await findMoney(deps, storeId, target);
    const existing = found?.existing;
    if (!found || existing?.state !== 'signed')
      throw new UserError('nothing_to_send_back', 'No refund order waits to be sent: reload the page.');
    if (existing.deadline.getTime() < Date.now())
      throw new UserError('order_expired', 'The signed order has expired. You can sign a new one in a few minutes.');
    const order = toSendAgain(deps, found.order, existing);
    if (!order) throw new UserError('nothing_to_send_back', 'No refund order waits to be sent: reload the page.');
    return order;
  },

  recordExternal: (storeId, target, txHash, by) => recordExternal(deps, storeId, target, txHash, by),

  async cancelRequest(storeId, id) {
    if (!(await cancelRefundRequest(deps.orm.em, storeId, id)))
      throw new UserError('request_not_found', 'This request is no longer open: reload the page.');
  },

  withdraw: (storeId, id, actor) =>
    withdrawPrepared({ em: deps.orm.em, pools: deps.pools }, storeId, id, { actor, reason: null }),

  releaseStray: (storeId, signed) => releaseStray(deps, storeId, signed),

  wallets: walletsOf(deps),

  async noteSent(storeId, id, txHash) {
    const hash = parseTxHash(txHash);
    if (!hash) throw new UserError('bad_hash', 'The wallet returned no transaction hash.');
    await noteRefundSent(deps.orm.em, storeId, id, hash);
  },
});

/** An address that nobody gave must be typed twice. */
const requirePayable = async (
  deps: RefundDeps,
  storeId: string,
  target: RefundTarget,
  terms: RefundTerms,
): Promise<PayableMoney> => {
  const found = await requireMoney(deps, storeId, target, terms);
  const { toAddress, share, order } = found;
  await checkWithdrawn(deps.orm.em, found);
  if (toAddress === share.payer || terms.toAgain === undefined || terms.toAgain === toAddress) return found;
  const em = deps.orm.em.fork();
  const [given, requests] = await Promise.all([readRefundAddresses(em, order.intentId), readOpenRequests(em, order)]);
  const isKnown =
    given.some(({ address }) => address === toAddress) ||
    requests.some((request) => request.id === terms.requestId && request.toAddress === toAddress);
  if (!isKnown) throw new UserError('address_differs', 'Type the address twice, the same both times.');
  return found;
};

const paidOut = (): UserError =>
  new UserError('paid_out', 'This money was paid out to your wallet in the meantime: reload the page.');
