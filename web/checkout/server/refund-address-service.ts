// The address for a refund that a shopper gives on the checkout.

import type { Orm } from '#db/orm.ts';
import { type RefundAddressResult, saveRefundAddress } from '#db/refunds/refund-addresses.ts';
import type { IntentId } from '#domain/ids.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { type CheckoutLimits, createCheckoutLimiter } from './checkout-limits.ts';

export interface RefundAddressRequest {
  intentId: IntentId;
  /** As typed: the address twice, and the transfer that it is for. */
  address: string;
  repeated: string;
  hash: string;
  /** Of the shopper's browser, for the rate limit. */
  clientAddress: string;
}

/** `different`: the two addresses are not the same. */
export type RefundAddressOutcome = RefundAddressResult | 'different' | 'tooOften';

const LIMITS: CheckoutLimits = { perIntent: { perMinute: 5 }, perAddress: { perMinute: 30 } };

/** Null when there is no such intent. */
export const createRefundAddressService = (
  orm: Orm,
): ((request: RefundAddressRequest) => Promise<RefundAddressOutcome | null>) => {
  const waitFor = createCheckoutLimiter(orm, 'refund_address', LIMITS);
  return async (request) => {
    const { intentId, address, repeated, hash } = request;
    if (address.trim().toLowerCase() !== repeated.trim().toLowerCase()) return 'different';
    const txHash = parseTxHash(hash);
    if (!txHash) return 'noTransfer';
    if ((await waitFor(request)) !== null) return 'tooOften';
    return await saveRefundAddress(orm.em, { intentId, txHash, address });
  };
};
