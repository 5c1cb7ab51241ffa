// A refund from the merchant's wallet as the dashboard prepares it, before its transaction is seen.
import type { Em } from '#db/orm.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { recordRefund } from '#db/refunds/refunds.ts';
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';

/** To the order's first payer, or of what is left of this payer's money. @returns the refund's id */
export const prepareWalletRefund = async (
  em: Em,
  storeId: string,
  intentId: IntentId,
  {
    coins = 4,
    withheld = 0,
    reviewItemId = null,
    payer,
  }: {
    coins?: number;
    /** Coins of the payer's fee that the merchant keeps. */
    withheld?: number;
    reviewItemId?: string | null;
    payer?: Address;
  } = {},
): Promise<string> => {
  const order = await readRefundableOrder(em.fork(), storeId, intentId);
  const share = order?.shares.find(
    (one) => payer === undefined || (one.payer === payer && one.remainingBaseUnits > 0n),
  );
  if (!share) throw new Error('nothing to refund');
  const { id } = await recordRefund(em, {
    ...{ storeId, intentId, of: share, source: 'wallet', toAddress: knownPayable(share.payer) },
    ...{ feeBearer: withheld > 0 ? 'payer' : 'merchant', withheldBaseUnits: baseUnitsOf(withheld * 1e6) },
    ...{ amountBaseUnits: baseUnitsOf(coins * 1e6), feeBaseUnits: ZERO, reviewItemId },
    ...{ requestId: null, orderDigest: null, callData: '0x', fromBlock: 1n, deadline: new Date(), reason: 'Returned' },
    actor: { kind: 'member', id: 'm', email: 'owner@shop.example' },
  });
  return id;
};
