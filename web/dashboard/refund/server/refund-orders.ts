// Recorded refunds: an order is stored before the wallet sends it, and can be sent again until it was.
import type { Actor } from '#db/merchants/audit.ts';
import type { RefundableOrder, RefundView } from '#db/refunds/refundable-order.ts';
import { recordRefund } from '#db/refunds/refunds.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, explorerTxUrl, networkName, tokenName } from '#domain/chains.ts';
import { paymentUri } from '#domain/erc20.ts';
import { formatDecimal, PRICE_DECIMALS } from '#domain/money.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import { bearerOf, decimalsOf, type PayableMoney, quoteOf, type RefundDeps, type RefundMoney } from './refund-money.ts';
import type { ExistingRefund, OrderToSend, RefundTerms } from './refund-types.ts';

export interface OrderedBy {
  actor: Actor;
  reason: string;
  terms?: RefundTerms;
}

interface SignedPart {
  orderDigest: Hex | null;
  callData: Hex;
  /** Unix seconds. */
  deadline: bigint;
}

/** @returns the refund's id */
export const recordOrder = async (
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

/** @param uri for a wallet that scans a QR code; null where a contract is called */
export const toSend = (
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
export const toSendAgain = ({ chains }: RefundDeps, order: RefundableOrder, row: RefundView): OrderToSend | null => {
  const enabled = chains.find(({ chain }) => chain.id === row.chainId);
  const isOver = row.source === 'deposit' && row.deadline.getTime() < Date.now();
  if (row.state !== 'signed' || !enabled || isOver) return null;
  const { id, callData, token, chainId, toAddress, amountBaseUnits } = row;
  if (row.source === 'deposit') return toSend({ order, enabled }, id, order.factory, callData, null);
  return toSend({ order, enabled }, id, token, callData, paymentUri(token, chainId, toAddress, amountBaseUnits));
};

export const existingView = (row: RefundView): ExistingRefund => {
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
