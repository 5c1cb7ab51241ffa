// Refund addresses that shoppers give on the checkout's page: one for each sender, bound to a transfer of the order.
import { type Address, type Hex, parseAddress, ZERO_ADDRESS } from '#domain/address.ts';
import { CHAINS } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
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
  /** As typed. */
  address: string;
}

/**
 * `saved`; `badAddress`: not an address, or its checksum is wrong; `unusable`: an address that cannot be a shopper's;
 * `noTransfer`: the order has no such transfer; `known`: this sender's money has another address already.
 */
export type RefundAddressResult = 'saved' | 'badAddress' | 'unusable' | 'noTransfer' | 'known';

/** Token contracts keep what they are sent. */
const TOKENS: ReadonlySet<string> = new Set(CHAINS.flatMap(({ tokens }) => tokens.map(({ address }) => address)));

/** Safe to run twice. Null when there is no such intent. */
export const saveRefundAddress = (em: Em, given: NewRefundAddress): Promise<RefundAddressResult | null> =>
  em.fork().transactional(async (inner) => {
    const intent = await inner.findOne(CheckoutIntent, given.intentId);
    if (!intent) return null;
    const address = parseAddress(given.address.trim());
    if (!address) return 'badAddress';
    const { depositAddress, receiver, feeReceiver, factory } = intent;
    const ours: readonly string[] = [ZERO_ADDRESS, depositAddress, receiver, feeReceiver, factory];
    if (ours.includes(address) || TOKENS.has(address)) return 'unusable';
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
