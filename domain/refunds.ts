// Refunds: money on its way back to its payer.

import type { Address, Hex } from './address.ts';
import type { IntentId } from './ids.ts';
import type { BaseUnits } from './money.ts';

/** Where a refund is paid from: the deposit address, by a signed release order, or the receiver's own wallet, by a transfer. */
export type RefundSource = 'deposit' | 'wallet';

/** What to search the chain for once the receiver has signed. Amounts are in the token's base units. */
export interface ExpectedRefund {
  source: RefundSource;
  intentId: IntentId;
  factory: Address;
  /** The merchant's receiver, who pays when the money comes from its wallet. */
  receiver: Address;
  token: Address;
  toAddress: Address;
  /** What leaves the deposit address or the wallet, the fee included. */
  amountBaseUnits: BaseUnits;
  orderDigest: Hex | null;
  /** The event cannot be below this block. */
  fromBlock: bigint;
  deadline: Date;
  txHash: Hex | null;
}
