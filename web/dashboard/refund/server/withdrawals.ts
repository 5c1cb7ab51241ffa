// Withdraws prepared transfers that nobody sent. The chain is read first: one that is there is not withdrawn, and no other refund of
// its money is prepared.
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Actor } from '#db/merchants/audit.ts';
import type { Em } from '#db/orm.ts';
import type { OpenRefund } from '#db/refunds/expected-refunds.ts';
import { findPreparedTransfer, listWatchedRefunds, takenRefundEvents } from '#db/refunds/refund-outcomes.ts';
import { withdrawRefund } from '#db/refunds/withdrawn-refunds.ts';
import { isTaken } from '#domain/chain-events.ts';
import { UserError } from '#domain/errors.ts';
import { readWalletTransfers } from '#web/chains/wallet-transfers.ts';
import type { RefundMoney } from './refund-money.ts';

/** Throws UserError: `not_withdrawable`, `already_sent`, `unreachable`, `unknown_chain`. */
export const withdrawPrepared = async (
  { em, pools }: { em: Em; pools: { get(chainId: number): RpcPool | undefined } },
  storeId: string,
  id: string,
  by: { actor: Actor; reason: string | null },
): Promise<void> => {
  const prepared = await findPreparedTransfer(em, storeId, id);
  if (prepared) {
    const pool = pools.get(prepared.chainId);
    if (!pool) throw new UserError('unknown_chain', `Chain ${prepared.chainId} is not available here at the moment.`);
    if (await isOnChain(em, pool, prepared.chainId, prepared))
      throw new UserError(
        'already_sent',
        'The network shows this transfer: it was sent. This page will show it in a minute.',
      );
  }
  await withdrawRefund(em, storeId, id, by);
};

/** Throws UserError `sent_after_all` when a withdrawn transfer of this order was sent and is not recorded yet, or `unreachable`. */
export const checkWithdrawn = async (
  em: Em,
  { order, pool, share }: Pick<RefundMoney, 'pool' | 'share'> & { order: Pick<RefundMoney['order'], 'intentId'> },
): Promise<void> => {
  for (const withdrawn of await listWatchedRefunds(em, order.intentId)) {
    if (withdrawn.token !== share.token || !(await isOnChain(em, pool, share.chainId, withdrawn))) continue;
    throw new UserError(
      'sent_after_all',
      'A transfer that was withdrawn was sent after all. Reload this page in a minute: it will show that refund.',
    );
  }
};

const isOnChain = async (em: Em, pool: RpcPool, chainId: number, expected: OpenRefund): Promise<boolean> => {
  const taken = await takenRefundEvents(em, { ...expected, chainId });
  const { token, receiver, toAddress, fromBlock, amountBaseUnits } = expected;
  const transfers = await readWalletTransfers(pool, { token, from: receiver, to: toAddress, fromBlock }).catch(
    (error: unknown) => {
      if (isRpcError(error))
        throw new UserError(
          'unreachable',
          'No provider of this network responds at the moment. Try again in a minute.',
        );
      throw error;
    },
  );
  return transfers.some((transfer) => transfer.amountBaseUnits === amountBaseUnits && !isTaken(taken, transfer));
};
