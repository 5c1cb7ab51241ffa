// What stores were told about networks that they cannot use (db/merchants/network-notices.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { NetworkProblem } from '#domain/email-data.ts';
import { Store } from './store.entity.ts';

export const NetworkNoticeSchema = defineEntity({
  name: 'NetworkNotice',
  tableName: 'network_notice',
  properties: {
    store: () => p.manyToOne(Store).primary(),
    chainId: p.integer().primary().autoincrement(false),
    problem: p.text().$type<NetworkProblem>(),
    toldAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'network_notice_problem_check',
      expression: "problem in ('off', 'no_code', 'token', 'changed_token')",
    },
  ],
});
export class NetworkNotice extends NetworkNoticeSchema.class {}
NetworkNoticeSchema.setClass(NetworkNotice);
