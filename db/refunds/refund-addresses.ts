// Refund addresses that shoppers give on the checkout's page: one for each sender, bound to a transfer of the order.
import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import { CheckoutIntent, TimelineEvent } from '../entities/intent.entity.ts';
import { RefundAddress } from '../entities/refund-address.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { notify } from '../sql.ts';

export interface NewRefundAddress {
  intentId: IntentId;
  /** Of a transfer to this order. */
  txHash: Hex;
  address: PayableAddress;
}

/**
 * `saved`; `unusable`: an address of this payment, which cannot be the shopper's;
 * `noTransfer`: the order has no such transfer; `known`: this sender's money has another address already.
 */
export type RefundAddressResult = 'saved' | 'unusable' | 'noTransfer' | 'known';

/** The transfer to this order that an address is given for. */
export const findRefundableTransfer = (em: Em, intentId: IntentId, txHash: Hex) =>
  em.fork().findOne(TokenTransfer, { intent: intentId, txHash, state: { $ne: 'orphaned' } }, { fields: ['chainId'] });

/** Safe to run twice. Null when there is no such intent. */
export const saveRefundAddress = (em: Em, given: NewRefundAddress): Promise<RefundAddressResult | null> =>
  em.fork().transactional(async (inner) => {
    const intent = await inner.findOne(CheckoutIntent, given.intentId);
    if (!intent) return null;
    const { address } = given;
    const { receiver, feeReceiver, factory } = intent;
    if ([receiver, feeReceiver, factory].includes(address)) return 'unusable';
    const transfer = await inner.findOne(TokenTransfer, { intent, txHash: given.txHash, state: { $ne: 'orphaned' } });
    if (!transfer) return 'noTransfer';

    const { chainId, fromAddress: sender, txHash } = transfer;
    const saved = await kyselyOf(inner)
      .insertInto('RefundAddress')
      .values({ intent: intent.id, chainId, sender, txHash, address })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!saved) {
      const known = await inner.findOneOrFail(RefundAddress, { intent, chainId, sender });
      return known.address === address ? 'saved' : 'known';
    }
    const data = { chain_id: chainId, sender, address, tx_hash: txHash };
    await inner.insert(TimelineEvent, { intent: intent.id, kind: 'refund_address', data });
    await notify(inner, INTENT_CHANGED_CHANNEL, intent.id);
    return 'saved';
  });

export interface GivenRefundAddress {
  chainId: number;
  sender: Address;
  address: Address;
  createdAt: Date;
}

export const readRefundAddresses = (em: Em, intentId: IntentId): Promise<GivenRefundAddress[]> =>
  em
    .fork()
    .find(
      RefundAddress,
      { intent: intentId },
      { orderBy: { id: 'asc' }, fields: ['chainId', 'sender', 'address', 'createdAt'] },
    );
