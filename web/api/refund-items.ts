// Refunds of an order as the API returns them: each request with the refund that fulfils it, and refunds that nobody asked for here.
import type { z } from 'zod';
import type { RefundRequestView } from '#db/refunds/refund-requests.ts';
import type { RefundableOrder, RefundView } from '#db/refunds/refundable-order.ts';
import { coinSymbol } from '#domain/coins.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import type { refundPayload, refundsPayload } from './refund-schemas.ts';

type Item = z.output<typeof refundPayload>;

const STATUS = { signed: 2, sent: 2, confirmed: 3, failed: -1 } as const;

const unitsIn = ({ amountUnits, amountBaseUnits }: RefundView, baseUnits: bigint): string =>
  formatUnits(unitsOf(baseUnits * (amountUnits / amountBaseUnits)));

const coinOf = ({ coin, chainId, token }: RefundView | RefundRequestView) => ({
  chain_id: chainId,
  stable_coin_type: coin,
  coin_symbol: coinSymbol(coin),
  coin_contract: token,
});

const itemOfRefund = (refund: RefundView): Item => ({
  refund_id: `rfd_${refund.id}`,
  refund_status: STATUS[refund.state],
  ...coinOf(refund),
  amount_coins: unitsIn(refund, refund.amountBaseUnits + refund.withheldBaseUnits),
  payer_gets_coins: unitsIn(refund, refund.amountBaseUnits - refund.feeBaseUnits),
  merchant_bears_fee: refund.feeBearer === 'merchant',
  payer: refund.payer,
  to: refund.toAddress,
  tx_hash: refund.txHash,
  reason: null,
  created_at: refund.createdAt.toISOString(),
  confirmed_at: refund.confirmedAt?.toISOString() ?? null,
});

/** A request whose refund failed is open again. */
const itemOfRequest = (request: RefundRequestView, refund: RefundView | undefined): Item => {
  const own = {
    refund_id: request.id,
    reason: request.reason,
    created_at: request.createdAt.toISOString(),
  };
  if (refund) return { ...itemOfRefund(refund), ...own };
  return {
    refund_status: request.canceledAt ? -2 : 1,
    ...coinOf(request),
    amount_coins: formatUnits(request.amountUnits),
    payer_gets_coins: null,
    merchant_bears_fee: request.feeBearer === 'merchant',
    payer: request.payer,
    to: request.toAddress,
    tx_hash: null,
    confirmed_at: null,
    ...own,
  };
};

/** Oldest first. */
export const refundItems = ({ refunds }: RefundableOrder, requests: readonly RefundRequestView[]): Item[] => {
  const standing = (id: string) => refunds.find(({ requestId, state }) => requestId === id && state !== 'failed');
  return [
    ...requests.map((request) => itemOfRequest(request, standing(request.id))),
    ...refunds.filter(({ requestId }) => requestId === null).map(itemOfRefund),
  ].toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
};

export const refundsOf = (
  order: RefundableOrder,
  requests: readonly RefundRequestView[],
): z.output<typeof refundsPayload> => ({
  refunds: refundItems(order, requests),
  refundable: order.shares.map((share) => {
    const shown = (baseUnits: bigint): string => formatUnits(unitsOf(baseUnits * share.unitsPerBase));
    return {
      chain_id: share.chainId,
      stable_coin_type: share.coin,
      coin_symbol: coinSymbol(share.coin),
      coin_contract: share.token,
      payer: share.payer,
      received_coins: shown(share.receivedBaseUnits),
      refunded_coins: shown(share.refundedBaseUnits),
      remaining_coins: shown(share.remainingBaseUnits),
    };
  }),
});
