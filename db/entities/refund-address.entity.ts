// Where a shopper wants a refund, as given on the checkout's page.

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import { CheckoutIntent } from './intent.entity.ts';

/**
 * An address for the money of one sender on one chain. Given once: anyone with the checkout's URL could name another one, so a later
 * change goes through the merchant. Not verified: the merchant decides whether to use it.
 */
export const RefundAddressSchema = defineEntity({
  name: 'RefundAddress',
  tableName: 'refund_address',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    chainId: p.integer(),
    /** The sender of the transfer. */
    sender: p.text().$type<Address>(),
    /** The transfer's transaction, which the shopper named. */
    txHash: p.text().$type<Hex>(),
    address: p.text().$type<Address>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'refund_address_check', expression: "address ~ '^0x[0-9a-fA-F]{40}$'" }],
  uniques: [{ name: 'refund_address_unique', properties: ['intent', 'chainId', 'sender'] }],
});
export class RefundAddress extends RefundAddressSchema.class {}
RefundAddressSchema.setClass(RefundAddress);
