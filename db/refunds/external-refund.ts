// Records a refund that was paid elsewhere, by the transfer that a transaction made. The follower confirms it at the chain's depth.

import type { Address, Hex } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, ZERO } from '#domain/money.ts';
import { type RefundShare, wholeReview } from '#domain/refunds.ts';
import { kyselyOf } from '../kysely.ts';
import type { Actor } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { readRefundableOrder } from './refundable-order.ts';
import { isShare, recordRefund } from './refunds.ts';

export interface PaidElsewhere {
  storeId: string;
  intentId: IntentId;
  of: Pick<RefundShare, 'chainId' | 'token' | 'payer'>;
  toAddress: Address;
  txHash: Hex;
  blockNumber: bigint;
  /** Of the token to that address, as the chain shows them. */
  transfers: readonly { logIndex: number; from: Address; amountBaseUnits: BaseUnits }[];
  requestId: string | null;
  actor: Actor;
  reason: string;
}

/** Takes the transaction's first transfer that is no other refund. Throws UserError `no_transfer`, `already_recorded`, `more_than_left`. */
export const recordPaidElsewhere = async (em: Em, paid: PaidElsewhere): Promise<{ id: string }> => {
  const { transfers, txHash, blockNumber, ...refund } = paid;
  if (transfers.length === 0)
    throw new UserError('no_transfer', 'This transaction has no transfer of this coin to that address.');
  const used = await usedLogs(em, refund.of.chainId, txHash);
  const transfer = transfers.find(({ logIndex }) => !used.has(logIndex));
  if (!transfer) throw new UserError('already_recorded', 'This transaction is recorded as a refund already.');
  const order = await readRefundableOrder(em.fork(), refund.storeId, refund.intentId);
  const share = order?.shares.find((one) => isShare(one, refund.of));
  if (share && transfer.amountBaseUnits > share.remainingBaseUnits)
    throw new UserError('more_than_left', 'The transaction moved more than what is left of this payer’s money.');
  return await recordRefund(em, {
    ...refund,
    source: 'external',
    feeBearer: 'merchant',
    amountBaseUnits: transfer.amountBaseUnits,
    feeBaseUnits: ZERO,
    withheldBaseUnits: ZERO,
    reviewItemId: wholeReview(share, transfer.amountBaseUnits),
    orderDigest: null,
    callData: '0x',
    fromBlock: blockNumber,
    deadline: new Date(),
    paid: { txHash, logIndex: transfer.logIndex, from: transfer.from },
  });
};

const usedLogs = async (em: Em, chainId: number, txHash: Hex): Promise<Set<number>> => {
  const rows = await kyselyOf(em.fork())
    .selectFrom('Refund')
    .select('logIndex')
    .where('chainId', '=', chainId)
    .where('txHash', '=', txHash)
    .where('state', '<>', 'failed')
    .execute();
  return new Set(rows.flatMap(({ logIndex }) => logIndex ?? []));
};
