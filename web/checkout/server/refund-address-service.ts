// The address for a refund that a shopper gives on the checkout.

import type { Orm } from '#db/orm.ts';
import { findRefundableTransfer, type RefundAddressResult, saveRefundAddress } from '#db/refunds/refund-addresses.ts';
import { typedAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { createCheckoutLimiter, limitsOfDoor } from './checkout-limits.ts';

export interface RefundAddressRequest {
  intentId: IntentId;
  /** As typed: the address twice, and the transfer that it is for. */
  address: string;
  repeated: string;
  hash: string;
  /** Of the shopper's browser, for the rate limit. */
  clientAddress: string;
}

/** Why the address is not taken: the codes of `typedAddress` and of the address check. */
const REASONS = {
  bad_address: 'badAddress',
  no_checksum: 'noChecksum',
  bad_checksum: 'badChecksum',
  lost_burn: 'burn',
  lost_system: 'system',
  lost_ours: 'unusable',
  lost_deposit: 'unusable',
  lost_token: 'token',
  lost_known_key: 'knownKey',
  lost_no_code: 'noCode',
  unreachable: 'unreachable',
} as const;

/** `different`: the two addresses are not the same; `elsewhere`: another browser opened the checkout first. */
export type RefundAddressOutcome =
  | RefundAddressResult
  | (typeof REASONS)[keyof typeof REASONS]
  | 'different'
  | 'elsewhere'
  | 'tooOften';

/** Null when there is no such intent. */
export const createRefundAddressService = (
  orm: Orm,
  checkAddress: AddressCheck,
): ((request: RefundAddressRequest) => Promise<RefundAddressOutcome | null>) => {
  const waitFor = createCheckoutLimiter(orm, 'refund_address', limitsOfDoor('refundAddress'));
  return async (request) => {
    const { intentId, address, repeated, hash } = request;
    if (address.trim().toLowerCase() !== repeated.trim().toLowerCase()) return 'different';
    const txHash = parseTxHash(hash);
    if (!txHash) return 'noTransfer';
    if ((await waitFor(request)) !== null) return 'tooOften';
    const transfer = await findRefundableTransfer(orm.em, intentId, txHash);
    if (!transfer) return 'noTransfer';
    try {
      const checked = await checkAddress(typedAddress(address), { chainId: transfer.chainId });
      return await saveRefundAddress(orm.em, { intentId, txHash, address: checked });
    } catch (error) {
      if (error instanceof UserError && error.code in REASONS) return REASONS[error.code as keyof typeof REASONS];
      throw error;
    }
  };
};
