// Changes of where money goes that wait: for a second person, for their time, or for an owner who cancels them (decision 0062).
import { defineEntity, p } from '@mikro-orm/core';
import type { Address } from '#domain/address.ts';
import type { ActorKind, MemberRole } from './merchant-people.entity.ts';
import { Merchant, Store } from './store.entity.ts';

/** What will change, by kind. */
export type ChangeDetails =
  /** `seen`: the networks of the store for which the new address was checked (db/merchants/stores.ts). */
  | { kind: 'receiver'; from: Address; to: Address; seen: string }
  /** Sends the invitation; its link begins with `publicUrl`. */
  | { kind: 'owner_invitation'; email: string; publicUrl: string }
  | { kind: 'owner_role'; userId: string; email: string; from: MemberRole }
  /** The key may sign webhooks of orders that other keys created. */
  | { kind: 'webhook_secret'; apiKeyId: string; name: string };

export type ChangeKind = ChangeDetails['kind'];

/** `confirmed` by a second person is applied at once, or by the worker when that failed. */
export type ChangeState = 'waiting' | 'confirmed' | 'applied' | 'canceled';

/** A change in one of these has not been applied or canceled. */
export const OPEN_CHANGE: ChangeState[] = ['waiting', 'confirmed'];

export const PendingChangeSchema = defineEntity({
  name: 'PendingChange',
  tableName: 'pending_change',
  properties: {
    /** `chg_…`. */
    id: p.text().primary(),
    merchant: () => p.manyToOne(Merchant),
    /** Null for changes of the merchant's people. */
    store: () => p.manyToOne(Store).nullable(),
    kind: p.text().$type<ChangeKind>(),
    /** What changes, within its kind: a store, a person or a key. One change of each waits at a time. */
    subject: p.text(),
    details: p.json<ChangeDetails>(),
    state: p.text().$type<ChangeState>(),
    /** The author. */
    actorKind: p.text().$type<ActorKind>(),
    actorId: p.text(),
    actorEmail: p.text().nullable(),
    /** Given by operators. */
    reason: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    appliesAt: p.datetime(),
    /** Of the confirmation, the cancel, or the change itself. */
    decidedAt: p.datetime().nullable(),
    /** Who confirmed or canceled. */
    decidedBy: p.text().nullable(),
  },
  checks: [
    {
      name: 'pending_change_kind_check',
      expression: "kind in ('receiver', 'owner_invitation', 'owner_role', 'webhook_secret')",
    },
    { name: 'pending_change_state_check', expression: "state in ('waiting', 'confirmed', 'applied', 'canceled')" },
  ],
  indexes: [
    { name: 'pending_change_merchant_index', properties: ['merchant', 'createdAt'] },
    {
      name: 'pending_change_open_unique',
      expression: `create unique index "pending_change_open_unique" on "pending_change" ("kind", "subject") where state in ('waiting', 'confirmed')`,
    },
    {
      name: 'pending_change_due_index',
      expression: `create index "pending_change_due_index" on "pending_change" ("applies_at") where state in ('waiting', 'confirmed')`,
    },
  ],
});
export class PendingChange extends PendingChangeSchema.class {}
PendingChangeSchema.setClass(PendingChange);

/** The link in the e-mail to one owner, which cancels a change. Only a hash of its secret is stored. */
export const ChangeLinkSchema = defineEntity({
  name: 'ChangeLink',
  tableName: 'change_link',
  properties: {
    /** SHA-256 of the secret, hexadecimal. */
    tokenSha256: p.text().primary(),
    change: () => p.manyToOne(PendingChange),
    /** The owner's account; null for the address of a merchant without owners. */
    userId: p.text().nullable(),
    email: p.text(),
  },
  indexes: [{ name: 'change_link_change_index', properties: ['change'] }],
});
export class ChangeLink extends ChangeLinkSchema.class {}
ChangeLinkSchema.setClass(ChangeLink);
