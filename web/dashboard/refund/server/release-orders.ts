// Release orders: built here, signed by the receiver's wallet, and checked when they come back.
import { recoverAddress } from 'ethers';
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { RELEASE_ORDER_SECONDS, type ReleaseOrder, releaseCalldata, releaseDigest } from '#domain/release-order.ts';
import type { PayableMoney, RefundMoney } from './refund-money.ts';
import type { SignedOrder } from './refund-types.ts';

/** Unix seconds. */
export const deadlineFromNow = (): bigint => BigInt(Math.floor(Date.now() / 1000) + RELEASE_ORDER_SECONDS);

export const scopeOf = ({ share, order }: RefundMoney) => ({
  chainId: share.chainId,
  factory: order.factory,
  depositAddress: order.depositAddress,
});

export const releaseOrder = (money: PayableMoney, nonce: bigint, deadline: bigint): ReleaseOrder => ({
  token: money.share.token,
  to: money.payTo,
  amountBaseUnits: money.amountBaseUnits,
  nonce,
  deadline,
});

export interface CheckedOrder {
  digest: Hex;
  callData: Hex;
  /** Unix seconds. */
  deadline: bigint;
}

/** Throws UserError: `order_changed`, `order_expired`, `signature_refused`, `not_accepted`, `unreachable`. */
export const checkOrder = async (money: PayableMoney, signed: SignedOrder): Promise<CheckedOrder> => {
  const order = releaseOrder(
    money,
    checkedNonce(signed.nonce),
    checkedDeadline(signed.deadline, RELEASE_ORDER_SECONDS),
  );
  if (!/^0x([0-9a-fA-F]{2}){64,2048}$/.test(signed.signature))
    throw new UserError('signature_refused', 'The wallet returned no signature. Nothing was sent.');
  const digest = releaseDigest(scopeOf(money), order);
  const callData = releaseCalldata(money.order, order, signed.signature);
  await checkSignature({ ...money.order, pool: money.pool }, digest, signed.signature, callData);
  return { digest, callData, deadline: order.deadline };
};

const orderChanged = (): UserError =>
  new UserError('order_changed', 'The signed order differs from the one that was prepared. Nothing was sent.');

export const checkedNonce = (text: string): bigint => {
  if (!/^\d{1,20}$/.test(text)) throw orderChanged();
  return BigInt(text);
};

/** @param seconds how long an order is valid at most */
export const checkedDeadline = (deadline: number, seconds: number): bigint => {
  const now = Date.now() / 1000;
  if (!Number.isInteger(deadline) || deadline > now + seconds + 60) throw orderChanged();
  if (deadline < now + 60)
    throw new UserError('order_expired', 'The order expired before it was sent: sign a new one.');
  return BigInt(deadline);
};

interface Signer {
  receiver: Address;
  factory: Address;
  pool: RpcPool;
}

/** Runs the call without sending it: that checks signatures of contracts too. Recovers a key's signature to explain a failure. */
export const checkSignature = async (
  { receiver, factory, pool }: Signer,
  digest: Hex,
  signature: Hex,
  data: Hex,
): Promise<void> => {
  const call = { from: receiver, to: factory, data };
  try {
    await pool.use((provider) => provider.call('eth_call', [call, 'latest']));
  } catch (error) {
    if (!isRpcError(error)) throw error;
    if (error.code !== 'rpc_reverted' && error.code !== 'rpc_refused')
      throw new UserError('unreachable', 'No provider of this network responds at the moment. Nothing was sent.');
    if (recovered(digest, signature) !== receiver) {
      throw new UserError(
        'signature_refused',
        `This was not signed by ${receiver}, the receiving address of this order. Nothing was sent.`,
      );
    }
    throw new UserError(
      'not_accepted',
      'The contract would reject this order now: the money may have been settled a moment ago, or the coin blocks the payer. Nothing was sent.',
      { cause: error },
    );
  }
};

const recovered = (digest: Hex, signature: Hex): Address | null => {
  try {
    return toChecksumAddress(recoverAddress(digest, signature));
  } catch {
    return null;
  }
};
