// Refunds with the merchant's own key (docs/architecture.md section 6): this server writes the order, the receiver's wallet signs
// and sends it, and the worker follows it on-chain. Nothing here can move money.
import { isRpcError } from '#chain/rpc-errors.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { readRefundAddresses } from '#db/refunds/refund-addresses.ts';
import { cancelRefundRequest, type RefundRequestView, readOpenRequests } from '#db/refunds/refund-requests.ts';
import { type RefundableOrder, type RefundView, readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { noteRefundSent, recordRefund } from '#db/refunds/refunds.ts';
import { newReleaseNonce } from '#db/refunds/release-nonce.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, explorerTxUrl, networkName, tokenName } from '#domain/chains.ts';
import { paymentUri, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal, PRICE_DECIMALS } from '#domain/money.ts';
import type { RefundPart } from '#domain/refunds.ts';
import { releaseTypedData } from '#domain/release-order.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { problemOf } from '#web/access/form-error.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import { recordExternal } from './external-refunds.ts';
import {
  bearerOf,
  checkRecipient,
  decimalsOf,
  findMoney,
  moneyOf,
  obstacleTo,
  type PayableMoney,
  quoteOf,
  type RefundDeps,
  type RefundMoney,
  readHoldings,
  requireMoney,
  sourceOf,
  WHOLE,
} from './refund-money.ts';
import type {
  ExistingRefund,
  OrderToSend,
  OrderToSign,
  RefundOffer,
  RefundTarget,
  RefundTerms,
  SignedOrder,
} from './refund-types.ts';
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

export interface RefundsOfOrder {
  orderId: string | null;
  offers: RefundOffer[];
  wallets: { walletConnectProjectId: string | null; script: string | null };
  /** Done, under way and failed, oldest first. */
  refunds: ExistingRefund[];
}

export interface OrderedBy {
  actor: Actor;
  reason: string;
  terms?: RefundTerms;
}

export const createRefundService = (deps: RefundDeps): RefundService => ({
  async offer(storeId, target, terms = WHOLE) {
    const found = await findMoney(deps, storeId, target, terms);
    if (!found) return null;
    const offer = await offerOf(found, target);
    const loss = offer.existing || offer.problem ? null : await problemOf(() => checkRecipient(deps, found));
    return loss ? { ...offer, problem: loss.message } : offer;
  },

  async offers(storeId, intentId) {
    const order = await readRefundableOrder(deps.orm.em.fork(), storeId, intentId);
    if (!order) return null;
    const em = deps.orm.em.fork();
    const [given, requests] = await Promise.all([readRefundAddresses(em, order.intentId), readOpenRequests(em, order)]);
    const givenFor = ({ chainId, payer }: { chainId: number; payer: Address }): Address | null =>
      given.find((one) => one.chainId === chainId && one.sender === payer)?.address ?? null;
    const plain = targetsOf(order).map(async (target) => {
      const found = moneyOf(deps, order, target);
      return found && { ...(await offerOf(found, target)), given: givenFor(found.share) };
    });
    const asked = requests.map((request) => offerOfRequest(deps, order, request));
    const offers = (await Promise.all([...asked, ...plain])).filter((one) => one !== null);
    const refunds = order.refunds.map((row) => ({ ...existingView(row), toSend: toSendAgain(deps, order, row) }));
    return { orderId: order.orderId, offers, wallets: walletsOf(deps), refunds };
  },

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
    const id = await record(deps, found, by, { orderDigest: digest, callData, deadline });
    return toSend(found, id, found.order.factory, callData, null);
  },

  async orderFromWallet(storeId, target, by) {
    const found = await requirePayable(deps, storeId, target, by.terms ?? WHOLE);
    if (found.source !== 'wallet')
      throw new UserError('at_deposit', 'This money lies at the order’s address: reload the page.');
    const { leavesBaseUnits } = quoteOf(found, 'wallet');
    const callData = transferCalldata(found.payTo, leavesBaseUnits);
    const id = await record(deps, found, by, { orderDigest: null, callData, deadline: deadlineFromNow() });
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

const walletsOf = ({ walletConnectProjectId, developmentWalletScript }: RefundDeps): RefundsOfOrder['wallets'] => ({
  walletConnectProjectId: walletConnectProjectId ?? null,
  script: developmentWalletScript ?? null,
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

const offerOfRequest = async (
  deps: RefundDeps,
  order: RefundableOrder,
  request: RefundRequestView,
): Promise<RefundOffer | null> => {
  const { chainId, token, payer, toAddress, feeBearer } = request;
  const target = { kind: 'payer' as const, intentId: order.intentId, chainId, token, payer };
  const unitsPerBase = request.amountUnits / request.amountBaseUnits;
  const amount = formatDecimal(request.amountBaseUnits, decimalsOf(unitsPerBase), 0);
  const found = moneyOf(deps, order, target, { amount, to: toAddress, feeBearer, requestId: request.id });
  if (!found) return null;
  const offer = await offerOf(found, target);
  return {
    ...offer,
    of: 'request',
    given: toAddress === payer ? null : toAddress,
    request: { id: request.id, reason: request.reason, requestedBy: request.requestedBy },
  };
};

/** Every piece that stands out, then what is left of each payer's money. */
const targetsOf = ({ intentId, shares }: RefundableOrder): RefundTarget[] => {
  const reviews = shares.flatMap(({ parts }) => parts.filter((part) => part.kind === 'review'));
  return [
    ...reviews.map(({ reviewItemId }) => ({ kind: 'review' as const, reviewItemId })),
    ...shares
      .filter(({ remainingBaseUnits, parts }) => remainingBaseUnits > underReview(parts))
      .map(({ chainId, token, payer }) => ({ kind: 'payer' as const, intentId, chainId, token, payer })),
  ];
};

const underReview = (parts: readonly RefundPart[]): bigint =>
  parts.reduce((total, { kind, amountBaseUnits }) => (kind === 'review' ? total + amountBaseUnits : total), 0n);

interface SignedPart {
  orderDigest: Hex | null;
  callData: Hex;
  /** Unix seconds. */
  deadline: bigint;
}

const record = async (
  { orm }: RefundDeps,
  found: PayableMoney,
  { actor, reason, terms }: OrderedBy,
  { deadline, ...signed }: SignedPart,
): Promise<string> => {
  const { leavesBaseUnits, feeBaseUnits, withheldBaseUnits } = quoteOf(found, found.source);
  const { order, share, source, payTo, reviewItemId, holdings } = found;
  const feeBearer = bearerOf(found, source);
  const { id } = await recordRefund(orm.em, {
    ...{ actor, reason, source, toAddress: payTo, feeBearer, reviewItemId, feeBaseUnits, withheldBaseUnits },
    ...signed,
    storeId: order.storeId,
    intentId: order.intentId,
    of: share,
    amountBaseUnits: leavesBaseUnits,
    requestId: terms?.requestId ?? null,
    fromBlock: holdings.head,
    deadline: new Date(Number(deadline) * 1000),
  });
  return id;
};

const offerOf = async (found: RefundMoney, target: RefundTarget): Promise<RefundOffer> => {
  const { order, share, part, existing, enabled, decimals } = found;
  const shown = (baseUnits: bigint): string => formatDecimal(baseUnits, decimals, PRICE_DECIMALS);
  const holdings = await readHoldings(found).catch((error: unknown) => {
    if (isRpcError(error)) return null;
    throw error;
  });
  const payable = holdings ? sourceOf(found, holdings) : 'deposit';
  const quote = quoteOf(found, payable);
  const source = existing?.source ?? payable;
  const amounts = existing
    ? { fee: existing.feeBaseUnits, net: existing.amountBaseUnits - existing.feeBaseUnits }
    : { fee: quote.feeBaseUnits + quote.withheldBaseUnits, net: quote.payerGetsBaseUnits };
  return {
    target,
    of: part?.kind ?? (target.kind === 'payer' ? 'payment' : target.kind),
    chainId: share.chainId,
    network: enabled.chain.name,
    coin: tokenName(share.chainId, share.token, share.coin),
    received: shown(share.receivedBaseUnits),
    refunded: shown(share.refundedBaseUnits),
    remaining: shown(share.remainingBaseUnits),
    source,
    feeBearer: existing?.feeBearer ?? bearerOf(found, payable),
    amount: shown(found.amountBaseUnits),
    fee: shown(amounts.fee),
    net: shown(amounts.net),
    payer: share.payer,
    to: existing?.toAddress ?? found.toAddress,
    receiver: order.receiver,
    held: holdings && shown(holdings[source === 'deposit' ? 'deposit' : 'wallet']),
    problem: existing ? null : obstacleTo(found, holdings, payable),
    given: null,
    request: null,
    existing: existing && existingView(existing),
  };
};

const paidOut = (): UserError =>
  new UserError('paid_out', 'This money was paid out to your wallet in the meantime: reload the page.');

const toSend = (
  { order, enabled }: Pick<RefundMoney, 'order' | 'enabled'>,
  id: string,
  to: Address,
  data: Hex,
  uri: string | null,
): OrderToSend => ({
  id,
  transaction: { from: order.receiver, to, data, value: '0x0' },
  network: walletNetwork(enabled),
  chainId: enabled.chain.id,
  paymentUri: uri,
});

/** A refund that was recorded and not sent; null when it was, or when its order has expired. */
const toSendAgain = ({ chains }: RefundDeps, order: RefundableOrder, row: RefundView): OrderToSend | null => {
  const enabled = chains.find(({ chain }) => chain.id === row.chainId);
  const isOver = row.source === 'deposit' && row.deadline.getTime() < Date.now();
  if (row.state !== 'signed' || !enabled || isOver) return null;
  const { id, callData, token, chainId, toAddress, amountBaseUnits } = row;
  if (row.source === 'deposit') return toSend({ order, enabled }, id, order.factory, callData, null);
  return toSend({ order, enabled }, id, token, callData, paymentUri(token, chainId, toAddress, amountBaseUnits));
};

const existingView = (row: RefundView): ExistingRefund => {
  const shown = (baseUnits: bigint): string =>
    formatDecimal(baseUnits, decimalsOf(row.amountUnits / row.amountBaseUnits), PRICE_DECIMALS);
  return {
    id: row.id,
    state: row.state,
    source: row.source,
    network: networkName(row.chainId),
    coin: tokenName(row.chainId, row.token, row.coin),
    net: shown(row.amountBaseUnits - row.feeBaseUnits),
    fee: shown(row.feeBaseUnits + row.withheldBaseUnits),
    to: row.toAddress,
    payer: row.payer,
    txHash: row.txHash,
    explorerUrl: row.txHash && explorerTxUrl(chainById(row.chainId), row.txHash),
    deadline: row.deadline.toISOString(),
    requestedBy: row.requestedBy,
    failure: row.state === 'failed' ? row.lastError : null,
    isWithdrawn: row.state === 'failed' && row.withdrawnAt !== null,
    toSend: null,
  };
};
