// What of an order can be refunded, what each refund would do, and the refunds that there are.
import { isRpcError } from '#chain/rpc-errors.ts';
import { readRefundAddresses } from '#db/refunds/refund-addresses.ts';
import { type RefundRequestView, readOpenRequests } from '#db/refunds/refund-requests.ts';
import { type RefundableOrder, readRefundableOrder } from '#db/refunds/refundable-order.ts';
import type { Address } from '#domain/address.ts';
import { tokenName } from '#domain/chains.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatDecimal, PRICE_DECIMALS } from '#domain/money.ts';
import type { RefundPart } from '#domain/refunds.ts';
import {
  bearerOf,
  decimalsOf,
  moneyOf,
  obstacleTo,
  quoteOf,
  type RefundDeps,
  type RefundMoney,
  readHoldings,
  sourceOf,
} from './refund-money.ts';
import { existingView, toSendAgain } from './refund-orders.ts';
import type { ExistingRefund, RefundOffer, RefundTarget } from './refund-types.ts';

export interface RefundsOfOrder {
  orderId: string | null;
  offers: RefundOffer[];
  wallets: { walletConnectProjectId: string | null; script: string | null };
  /** Done, under way and failed, oldest first. */
  refunds: ExistingRefund[];
}

/** Null when the store has no such order. */
export const readOffers = async (
  deps: RefundDeps,
  storeId: string,
  intentId: string,
): Promise<RefundsOfOrder | null> => {
  const order = isIntentId(intentId) ? await readRefundableOrder(deps.orm.em.fork(), storeId, intentId) : null;
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
};

export const walletsOf = ({
  walletConnectProjectId,
  developmentWalletScript,
}: RefundDeps): RefundsOfOrder['wallets'] => ({
  walletConnectProjectId: walletConnectProjectId ?? null,
  script: developmentWalletScript ?? null,
});

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

/** What a refund on these terms would do, and what prevents it. */
export const offerOf = async (found: RefundMoney, target: RefundTarget): Promise<RefundOffer> => {
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
