// What an operator proposes and another one confirms (decision 0088). The table refuses the proposer as the second person.
import { defineEntity, p } from '@mikro-orm/core';
import { Merchant } from './store.entity.ts';

/** What a proposal would do, by kind. Amounts in coins as decimal text. */
export type ProposalDetails =
  | { kind: 'store_fee'; storeId: string; from: FeeText; to: FeeText }
  /** `money` is for people: `18.0000 USDT on Base`. */
  | { kind: 'review_accept'; reviewItemId: string; money: string };

export interface FeeText {
  feeBps: number;
  minFee: string;
}

export type ProposalKind = ProposalDetails['kind'];
export type ProposalState = 'waiting' | 'confirmed' | 'canceled';

export const OperatorProposalSchema = defineEntity({
  name: 'OperatorProposal',
  tableName: 'operator_proposal',
  properties: {
    /** `prp_…` */
    id: p.text().primary(),
    merchant: () => p.manyToOne(Merchant),
    kind: p.text().$type<ProposalKind>(),
    /** The store or the review. One proposal of each waits at a time. */
    subject: p.text(),
    details: p.json<ProposalDetails>(),
    state: p.text().$type<ProposalState>().default('waiting'),
    actorId: p.text(),
    actorEmail: p.text().nullable(),
    reason: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    decidedAt: p.datetime().nullable(),
    decidedById: p.text().nullable(),
    decidedByEmail: p.text().nullable(),
  },
  checks: [
    { name: 'operator_proposal_kind_check', expression: "kind in ('store_fee', 'review_accept')" },
    { name: 'operator_proposal_state_check', expression: "state in ('waiting', 'confirmed', 'canceled')" },
    {
      name: 'operator_proposal_end_check',
      expression: "(state = 'waiting') = (decided_at is null) and (decided_at is null) = (decided_by_id is null)",
    },
    { name: 'operator_proposal_second_check', expression: "state <> 'confirmed' or decided_by_id <> actor_id" },
  ],
  indexes: [
    {
      name: 'operator_proposal_open_unique',
      expression: `create unique index "operator_proposal_open_unique" on "operator_proposal" ("kind", "subject") where state = 'waiting'`,
    },
    { name: 'operator_proposal_merchant_index', properties: ['merchant', 'createdAt'] },
  ],
});
export class OperatorProposal extends OperatorProposalSchema.class {}
OperatorProposalSchema.setClass(OperatorProposal);
