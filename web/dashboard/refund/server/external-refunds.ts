// A refund that was paid elsewhere: read from the network by its transaction, and recorded.
import { isRpcError } from '#chain/rpc-errors.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { recordPaidElsewhere } from '#db/refunds/external-refund.ts';
import { UserError } from '#domain/errors.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { readTransactionTransfers } from '#web/chains/transaction-transfers.ts';
import { findMoney, type RefundDeps, WHOLE } from './refund-money.ts';
import type { RefundTarget, RefundTerms } from './refund-types.ts';

/** Throws UserError when the network does not show such a transfer, or it is recorded already. */
export const recordExternal = async (
  deps: RefundDeps,
  storeId: string,
  target: RefundTarget,
  txHash: string,
  by: { actor: Actor; reason: string; terms?: RefundTerms },
): Promise<void> => {
  const hash = parseTxHash(txHash);
  if (!hash) throw new UserError('bad_hash', 'Transaction: one hash of 64 digits, or the block explorer’s link to it.');
  const found = await findMoney(deps, storeId, target, by.terms ?? WHOLE);
  if (!found) throw new UserError('nothing_to_send_back', 'This money can no longer be refunded: reload the page.');
  const { share, order, toAddress, pool } = found;
  const seen = await readTransactionTransfers(pool, hash, {
    token: share.token,
    to: toAddress,
  }).catch((error: unknown) => {
    if (isRpcError(error))
      throw new UserError('unreachable', 'No provider of this network responds at the moment. Try again in a minute.');
    throw error;
  });
  if (!seen) throw new UserError('no_transaction', 'The network has no such successful transaction in a block.');
  await recordPaidElsewhere(deps.orm.em, {
    ...{ storeId, intentId: order.intentId, of: share, toAddress, txHash: hash, ...seen },
    ...{ actor: by.actor, reason: by.reason, requestId: by.terms?.requestId ?? null },
  });
};
