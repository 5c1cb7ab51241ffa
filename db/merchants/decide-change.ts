// What happens to a change that waits: confirmed by a second person, canceled by an owner or its author, or applied when its time has
// come. Each exactly once: the merchant is locked first, then the state decides.
import { UserError } from '#domain/errors.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import { ChangeLink, OPEN_CHANGE, PendingChange } from '../entities/pending-change.entity.ts';
import { ApiKey, Merchant } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, WORKER } from './audit.ts';
import { checkedReceiver, updateMoneySettings } from './change-store.ts';
import { summaryOf } from './change-summary.ts';
import { auditChange, endChange } from './end-change.ts';
import { inviteMemberIn } from './invitations.ts';
import { lockMerchant, lockStore } from './lock-merchant.ts';
import { setMemberRole } from './members.ts';
import { type MoneyPermission, permit } from './money-permission.ts';
import { shutOutBefore } from './owner-mail.ts';
import { linkHash } from './pending-changes.ts';

const NO_LONGER_WAITS = 'This change no longer waits';

/** The change in any state, with its merchant and store locked; null when it is not this merchant's. */
const lockIfAny = async (em: Em, id: string, merchantId?: string) => {
  const change = await em.findOne(PendingChange, { id, ...(merchantId ? { merchant: merchantId } : {}) });
  if (!change) return null;
  const { merchant } = change.store
    ? await lockStore(em, change.store.id)
    : { merchant: await lockMerchant(em, change.merchant.id) };
  await em.refresh(change);
  return { change, merchant };
};

/** The change, its merchant and store locked. Throws UserError `no_change` when it is not this merchant's or no longer waits. */
const lockChange = async (em: Em, id: string, merchantId?: string): Promise<PendingChange> => {
  const locked = await lockIfAny(em, id, merchantId);
  if (!locked || !OPEN_CHANGE.includes(locked.change.state)) throw new UserError('no_change', NO_LONGER_WAITS);
  return locked.change;
};

const isOwner = async (em: Em, { merchant }: PendingChange, userId: string): Promise<boolean> =>
  (await em.count(Member, { merchant, userId, role: 'owner' })) > 0;

export interface Decision {
  id: string;
  merchantId: string;
  actor: Actor;
}

/**
 * A second person agrees: the change takes effect now. Throws UserError `no_change`, or `not_second` for its author and for people who
 * are no owners.
 */
export const confirmChange = async (em: Em, { id, merchantId, actor }: Decision): Promise<void> => {
  await em.fork().transactional(async (fork) => {
    const change = await lockChange(fork, id, merchantId);
    if (change.actorId === actor.id) {
      throw new UserError('not_second', 'You asked for this change yourself: another owner must confirm it');
    }
    if (!(await isOwner(fork, change, actor.id))) throw new UserError('not_second', 'Only an owner can confirm it');
    if (change.state === 'confirmed') return;
    change.state = 'confirmed';
    change.decidedAt = new Date();
    change.decidedBy = actor.email ?? actor.id;
    await fork.flush();
    await auditChange(fork, 'change.confirm', change, actor);
  });
  await applyChange(em, id);
};

/** Owners and the author can cancel. Throws UserError `no_change`, `not_owner`. */
export const cancelChange = (em: Em, { id, merchantId, actor }: Decision): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const change = await lockChange(fork, id, merchantId);
    if (change.actorId !== actor.id && !(await isOwner(fork, change, actor.id))) {
      throw new UserError('not_owner', 'Only an owner or the person who asked for it can cancel this change');
    }
    await endChange(fork, change, actor);
  });

export interface LinkedChange {
  merchantName: string;
  storeName: string | null;
  change: ReturnType<typeof summaryOf>;
  requestedBy: string | null;
  /** ISO-8601. */
  appliesAt: string;
  /** `closed`: the person of the link is no owner any more. */
  state: PendingChange['state'] | 'closed';
}

/** The change of an e-mail's link; null when there is none. */
export const findLinkedChange = async (entityManager: Em, token: string): Promise<LinkedChange | null> => {
  const em = entityManager.fork();
  const populate = ['change.merchant', 'change.store'] as const;
  const link = await em.findOne(ChangeLink, { tokenSha256: linkHash(token) }, { populate });
  if (!link) return null;
  const { change } = link;
  return {
    merchantName: change.merchant.name,
    storeName: change.store?.name ?? null,
    change: summaryOf(change.details),
    requestedBy: change.actorEmail ?? null,
    appliesAt: change.appliesAt.toISOString(),
    state: (await mayUse(em, link)) ? change.state : 'closed',
  };
};

/**
 * Links of owners who were removed or demoted after the change was asked for are dead: another owner did it. Who was shut out shortly before
 * may cancel. A link to the business's own address works until it has an owner.
 */
const mayUse = async (em: Em, { change, userId, email }: ChangeLink): Promise<boolean> => {
  if (userId) return (await isOwner(em, change, userId)) || (await wasShutOut(em, change, userId));
  const { merchant } = change;
  if ((await em.count(Member, { merchant, role: 'owner' })) > 0) return false;
  return (await em.count(Merchant, { id: merchant.id, email })) > 0;
};

const wasShutOut = async (em: Em, change: PendingChange, userId: string): Promise<boolean> =>
  (await shutOutBefore(em, change)).some((person) => person.userId === userId);

/**
 * Cancels what this account asked for since then and has not taken effect: somebody else had the account.
 * @returns how many
 */
export const cancelChangesSince = async (
  em: Em,
  { userId, since, actor }: { userId: string; since: Date; actor: Actor },
): Promise<number> => {
  const asked = { actorId: userId, state: OPEN_CHANGE, createdAt: { $gte: since } };
  const open = await em.fork().find(PendingChange, asked, { orderBy: { createdAt: 'asc' } });
  for (const { id } of open) {
    await em.fork().transactional(async (fork) => {
      const locked = await lockIfAny(fork, id);
      if (locked && OPEN_CHANGE.includes(locked.change.state)) await endChange(fork, locked.change, actor);
    });
  }
  return open.length;
};

/** Cancels by an e-mail's link, without a log-in. Throws UserError `no_change`. */
export const cancelByLink = (em: Em, token: string): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const link = await fork.findOne(ChangeLink, { tokenSha256: linkHash(token) }, { populate: ['change'] });
    if (!link) throw new UserError('no_change', NO_LONGER_WAITS);
    const change = await lockChange(fork, link.change.id);
    if (!(await mayUse(fork, link))) throw new UserError('no_change', 'This link no longer works');
    const actor: Actor = { kind: 'member', id: link.userId ?? link.email, email: link.email };
    await endChange(fork, change, actor, { by_link: true });
  });

/** Applies a change that is confirmed or whose time has come. @returns false when there is nothing to do (any more) */
export const applyChange = (em: Em, id: string, now = new Date()): Promise<boolean> =>
  em.fork().transactional(async (fork) => {
    const locked = await lockIfAny(fork, id);
    if (!locked) return false;
    const { change, merchant } = locked;
    const due = change.state === 'waiting' && change.appliesAt <= now;
    if (!due && change.state !== 'confirmed') return false;
    // The platform stopped this business: nothing of it moves until it is active again.
    if (merchant.status === 'suspended') return false;
    const permission = permit(change.state === 'confirmed' ? 'confirmed' : 'waited');
    change.state = 'applied';
    change.decidedAt ??= now;
    await fork.flush();
    await auditChange(fork, 'change.apply', change, WORKER, { ground: permission.ground });
    await perform(fork, change, permission);
    return true;
  });

const perform = async (em: Em, change: PendingChange, permission: MoneyPermission): Promise<void> => {
  const { details, merchant, store } = change;
  const actor: Actor = { kind: change.actorKind, id: change.actorId, email: change.actorEmail ?? null };
  const reason = change.reason ?? undefined;
  switch (details.kind) {
    case 'receiver':
      // Fails when the store's networks changed since: the address was not checked for the new ones.
      await updateMoneySettings(em, permission, store?.id ?? '', checkedReceiver(details.to, details.seen), actor);
      return;
    case 'owner_invitation': {
      const { email, publicUrl } = details;
      const invitation = { merchantId: merchant.id, email, role: 'owner' as const, permission, actor, publicUrl };
      await inviteMemberIn(em, { ...invitation, ...(reason ? { reason } : {}) });
      return;
    }
    case 'owner_role':
      await setMemberRole(em, { merchantId: merchant.id, userId: details.userId, role: 'owner', permission, actor });
      return;
    case 'webhook_secret':
      await em.nativeUpdate(ApiKey, { id: details.apiKeyId }, { signsForOthers: true });
  }
};

/** Of one pass of the worker. */
const DUE_LIMIT = 100;

/**
 * Applies every change that is due. One that cannot be applied any more (the person left or was invited meanwhile) is canceled with
 * the reason in the audit log. @returns the number of applied changes
 */
export const applyDueChanges = async (em: Em, now = new Date()): Promise<number> => {
  const due = await em
    .fork()
    .find(
      PendingChange,
      { $or: [{ state: 'confirmed' }, { state: 'waiting', appliesAt: { $lte: now } }] },
      { orderBy: { appliesAt: 'asc' }, limit: DUE_LIMIT },
    );
  let applied = 0;
  let failure: unknown = null;
  for (const { id } of due) {
    try {
      if (await applyChange(em, id, now)) applied += 1;
    } catch (error) {
      if (error instanceof UserError) await giveUp(em, id, error);
      // The others must not wait for this one.
      else failure ??= error;
    }
  }
  if (failure) throw failure;
  return applied;
};

const giveUp = (em: Em, id: string, { code }: UserError): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const change = await lockChange(fork, id);
    await endChange(fork, change, WORKER, { failed: code });
  });
