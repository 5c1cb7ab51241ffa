// The order that lets stray money leave its deposit address: what the receiver signs, and the transaction that anyone may send with the
// signature. Stateless: nothing is stored, and the contract accepts an order once, until its deadline.
import type { Hex } from './address.ts';
import type { DepositTerms } from './deposit-address.ts';
import {
  type ReleaseOrder,
  type ReleaseScope,
  type ReleaseTypedData,
  releaseCalldata,
  releaseTypedData,
  splitRelease,
} from './release-order.ts';

export type ReleasableStray = ReleaseScope & DepositTerms;

/** What leaves, and who gets what of it, in base units. */
export const splitOf = ({ feeRateE9 }: ReleasableStray, { amountBaseUnits }: ReleaseOrder) => ({
  amountBaseUnits,
  ...splitRelease(amountBaseUnits, feeRateE9),
});

export const typedDataOf = (stray: ReleasableStray, order: ReleaseOrder): ReleaseTypedData =>
  releaseTypedData({ chainId: stray.chainId, factory: stray.factory, depositAddress: stray.depositAddress }, order);

export interface ReleaseTransaction {
  chain_id: number;
  to: Hex;
  value: '0';
  data: Hex;
}

export const transactionOf = (stray: ReleasableStray, order: ReleaseOrder, signature: Hex): ReleaseTransaction => ({
  chain_id: stray.chainId,
  to: stray.factory,
  value: '0',
  data: releaseCalldata(stray, order, signature),
});

/** A signature as people paste it: of a key, or of a contract wallet (ERC-1271). */
export const parseSignature = (text: string): Hex | undefined =>
  /^0x([0-9a-fA-F]{2}){64,2048}$/.test(text.trim()) ? (text.trim() as Hex) : undefined;
