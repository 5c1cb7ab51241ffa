// Refunds with the merchant's own key (docs/architecture.md section 6): this server writes the order, the receiver's wallet signs
// and sends it, and the worker follows it on-chain. Nothing here can move money.
import { randomBytes } from 'node:crypto';
import { isRpcError } from '#chain/rpc-errors.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { noteRefundSent, recordRefund } from '#db/refunds/refunds.ts';
import { listReturnableReviews, type RefundView } from '#db/refunds/returnable-money.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatDecimal, PRICE_DECIMALS, ZERO } from '#domain/money.ts';
import { releaseTypedData, splitRelease } from '#domain/release-order.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import {
  findMoney,
  obstacleTo,
  type RefundDeps,
  type RefundMoney,
  readHoldings,
  requireMoney,
  sourceOf,
} from './refund-money.ts';
import type {
  ExistingRefund,
  OrderToSend,
  OrderToSign,
  RefundOffer,
  RefundTarget,
  SignedOrder,
} from './refund-types.ts';
import { checkOrder, deadlineFromNow, releaseOrder, scopeOf } from './release-orders.ts';

export interface RefundService {
  /** What can be refunded; null when the store has no such money. */
  offer(storeId: string, target: RefundTarget): Promise<RefundOffer | null>;
  /** All money of an order that can be or was refunded; null when the store has no such order. */
  offers(storeId: string, intentId: string): Promise<{ orderId: string | null; offers: RefundOffer[] } | null>;
  /** The typed data for the receiver's wallet. Throws UserError when the money is not there, or was already refunded. */
  prepare(storeId: string, target: RefundTarget): Promise<OrderToSign>;
  /** Checks the signature, records the order, and returns what to send. Throws UserError, such as `signature_refused`. */
  order(storeId: string, target: RefundTarget, signed: SignedOrder, by: OrderedBy): Promise<OrderToSend>;
  /** The same for money in the merchant's wallet: nothing to sign, a plain transfer to send. Throws UserError. */
  orderFromWallet(storeId: string, target: RefundTarget, by: OrderedBy): Promise<OrderToSend>;
  /** The recorded order that was not sent yet. Throws UserError. */
  resume(storeId: string, target: RefundTarget): Promise<OrderToSend>;
  /** Stores the wallet's transaction. Safe to run twice. Throws UserError. */
  noteSent(storeId: string, id: string, txHash: string): Promise<void>;
}

export interface OrderedBy {
  actor: Actor;
  reason: string;
}

export const createRefundService = (deps: RefundDeps): RefundService => ({
  offer: (storeId, target) => offerOf(deps, storeId, target),

  async offers(storeId, intentId) {
    if (!isIntentId(intentId)) return null;
    const found = await listReturnableReviews(deps.orm.em.fork(), storeId, intentId);
    if (!found) return null;
    const targets: RefundTarget[] = [
      ...found.reviewIds.map((reviewItemId) => ({ kind: 'review' as const, reviewItemId })),
      { kind: 'surplus', intentId },
    ];
    const offers = await Promise.all(targets.map((target) => offerOf(deps, storeId, target)));
    return { orderId: found.orderId, offers: offers.filter((one) => one !== null) };
  },

  async prepare(storeId, target) {
    const { money, enabled, source } = await requireMoney(deps, storeId, target);
    if (source !== 'deposit') throw paidOut();
    const order = releaseOrder(money, BigInt(`0x${randomBytes(8).toString('hex')}`), deadlineFromNow());
    return {
      typedData: releaseTypedData(scopeOf(money), order),
      nonce: order.nonce.toString(),
      deadline: Number(order.deadline),
      network: walletNetwork(enabled),
    };
  },

  async order(storeId, target, signed, by) {
    const found = await requireMoney(deps, storeId, target);
    const { money, source, holdings } = found;
    if (source !== 'deposit') throw paidOut();
    const { digest, callData, deadline } = await checkOrder(found, signed);
    const { id } = await recordRefund(deps.orm.em, {
      ...by,
      money,
      source,
      orderDigest: digest,
      callData,
      feeBaseUnits: splitRelease(money.amountBaseUnits, money.feeRateE9).feeBaseUnits,
      fromBlock: holdings.head,
      deadline: new Date(Number(deadline) * 1000),
    });
    return toSend(found, id, money.factory, callData);
  },

  async orderFromWallet(storeId, target, by) {
    const found = await requireMoney(deps, storeId, target);
    const { money, source, holdings } = found;
    if (source !== 'wallet')
      throw new UserError('at_deposit', "This money lies at the order's address: reload the page.");
    const callData = transferCalldata(money.payer, money.amountBaseUnits);
    const { id } = await recordRefund(deps.orm.em, {
      ...by,
      money,
      source,
      orderDigest: null,
      callData,
      feeBaseUnits: ZERO,
      fromBlock: holdings.head,
      deadline: new Date(Number(deadlineFromNow()) * 1000),
    });
    return toSend(found, id, money.token, callData);
  },

  async resume(storeId, target) {
    const found = await findMoney(deps, storeId, target);
    const existing = found?.money.existing;
    if (!found || existing?.state !== 'signed')
      throw new UserError('nothing_to_send_back', 'No refund order waits to be sent: reload the page.');
    if (existing.deadline.getTime() < Date.now())
      throw new UserError('order_expired', 'The signed order has expired. You can sign a new one in a few minutes.');
    const { source, callData } = existing;
    return toSend(found, existing.id, source === 'deposit' ? found.money.factory : found.money.token, callData);
  },

  async noteSent(storeId, id, txHash) {
    if (!/^0x[0-9a-fA-F]{64}$/.test(txHash))
      throw new UserError('bad_hash', 'The wallet returned no transaction hash.');
    await noteRefundSent(deps.orm.em, storeId, id, txHash as Hex);
  },
});

const offerOf = async (deps: RefundDeps, storeId: string, target: RefundTarget): Promise<RefundOffer | null> => {
  const found = await findMoney(deps, storeId, target);
  if (!found) return null;
  const { money, enabled, decimals } = found;
  const shown = (baseUnits: bigint): string => formatDecimal(baseUnits, decimals, PRICE_DECIMALS);
  const holdings = await readHoldings(found).catch((error: unknown) => {
    if (isRpcError(error)) return null;
    throw error;
  });
  const source = money.existing?.source ?? (holdings ? sourceOf(money, holdings) : 'deposit');
  const { feeBaseUnits, netBaseUnits } =
    source === 'deposit'
      ? splitRelease(money.amountBaseUnits, money.feeRateE9)
      : { feeBaseUnits: ZERO, netBaseUnits: money.amountBaseUnits };
  const unreachable = 'No provider of this network responds at the moment. Nothing was moved; try again in a minute.';
  return {
    target,
    network: enabled.chain.name,
    coin: coinSymbol(money.coin),
    source,
    amount: shown(money.amountBaseUnits),
    fee: shown(feeBaseUnits),
    net: shown(netBaseUnits),
    payer: money.payer,
    receiver: money.receiver,
    held: holdings && shown(holdings[source]),
    problem: money.existing ? null : holdings ? obstacleTo(found, holdings, source) : unreachable,
    existing: money.existing && existingView(money.existing, enabled.chain),
  };
};

const paidOut = (): UserError =>
  new UserError('paid_out', 'This money was paid out to your wallet in the meantime: reload the page.');

const toSend = ({ money, enabled }: RefundMoney, id: string, to: Address, data: Hex): OrderToSend => ({
  id,
  transaction: { from: money.receiver, to, data, value: '0x0' },
  network: walletNetwork(enabled),
});

const existingView = (row: RefundView, { explorerTxUrl }: Chain): ExistingRefund => ({
  id: row.id,
  state: row.state,
  txHash: row.txHash,
  explorerUrl: row.txHash && explorerTxUrl ? `${explorerTxUrl}${row.txHash}` : null,
  deadline: row.deadline.toISOString(),
  requestedBy: row.requestedBy,
});
