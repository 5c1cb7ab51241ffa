// What networks have at stores' receiving addresses (domain/receiver-networks.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { Address } from '#domain/address.ts';
import type { CodeKind } from '#domain/payable-address.ts';

export const ReceiverCodeSchema = defineEntity({
  name: 'ReceiverCode',
  tableName: 'receiver_code',
  properties: {
    address: p.text().$type<Address>().primary(),
    chainId: p.integer().primary().autoincrement(false),
    kind: p.text().$type<CodeKind>(),
    readAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'receiver_code_kind_check', expression: "kind in ('account', 'contract', 'token')" }],
});
export class ReceiverCode extends ReceiverCodeSchema.class {}
ReceiverCodeSchema.setClass(ReceiverCode);
