// Releases of stray money by the receiver's wallet. The page has the order that the wallet signs; here the signature is checked as for a
// refund, and the transaction is built. Nothing is stored: the contract accepts the order once, until its deadline.
import { readStrayMoney } from '#db/stray-money/stray-list.ts';
import { typedAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { releaseDigest } from '#domain/release-order.ts';
import { parseSignature, transactionOf } from '#domain/stray-release.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import type { RefundDeps } from './refund-money.ts';
import type { OrderToSend, SignedOrder } from './refund-types.ts';
import { checkedDeadline, checkedNonce, checkSignature } from './release-orders.ts';

/** As on the order's page. */
export const STRAY_ORDER_SECONDS = 86_400;

export interface SignedStrayOrder extends SignedOrder {
  strayId: string;
  to: string;
}

/** Throws UserError: `stray_not_found`, `unknown_chain`, `order_changed`, `order_expired`, `signature_refused`, `not_accepted`, `unreachable`. */
export const releaseStray = async (
  { orm, chains, pools, checkAddress }: RefundDeps,
  storeId: string,
  { strayId, to, nonce, deadline, signature }: SignedStrayOrder,
): Promise<OrderToSend> => {
  const stray = await readStrayMoney(orm.em, strayId);
  if (stray?.storeId !== storeId || stray.outcome !== null)
    throw new UserError('stray_not_found', 'This money was decided on in the meantime: reload the page.');
  const enabled = chains.find(({ chain }) => chain.id === stray.chainId);
  const pool = pools.get(stray.chainId);
  if (!enabled || !pool)
    throw new UserError('unknown_chain', `Chain ${stray.chainId} is not available here at the moment.`);
  const order = {
    token: stray.token,
    to: await checkAddress(typedAddress(to), { chainId: stray.chainId }),
    amountBaseUnits: stray.amountBaseUnits,
    nonce: checkedNonce(nonce),
    deadline: checkedDeadline(deadline, STRAY_ORDER_SECONDS),
  };
  const signed = parseSignature(signature);
  if (!signed) throw new UserError('signature_refused', 'The wallet returned no signature. Nothing was sent.');
  const { to: factory, data } = transactionOf(stray, order, signed);
  await checkSignature(
    { receiver: stray.receiver, factory: stray.factory, pool },
    releaseDigest(stray, order),
    signed,
    data,
  );
  return {
    id: stray.id,
    transaction: { from: stray.receiver, to: factory, data, value: '0x0' },
    network: walletNetwork(enabled),
    chainId: stray.chainId,
    paymentUri: null,
  };
};
