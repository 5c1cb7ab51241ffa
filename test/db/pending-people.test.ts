// A new owner waits over a real Postgres, the author of a waiting change cannot shut out others, and no function writes a receiver or
// an owner without a permission.
import { afterAll, describe, expect, test } from 'vitest';
import { provenAccount } from '#db/accounts/proven-account.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Invitation, type MemberRole } from '#db/entities/merchant-people.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { checkSettings, updateMoneySettings, updateStore } from '#db/merchants/change-store.ts';
import {
  applyDueChanges,
  cancelByLink,
  cancelChange,
  confirmChange,
  findLinkedChange,
} from '#db/merchants/decide-change.ts';
import { acceptInvitation, inviteMember } from '#db/merchants/invitations.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import { permit } from '#db/merchants/money-permission.ts';
import { requestMember, requestRole } from '#db/merchants/pending-changes.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { InvitationData, TeamChangedData } from '#domain/email-data.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { address, codeOf, idOf, later, OPERATOR, openBusinesses, RULES } from './businesses.ts';

const { orm, business, change, receiverOf, roleOf, stateOf, linkOf, mailsTo, auditOf, close } = await openBusinesses();
afterAll(close);

describe('a new owner', () => {
  const invite = (merchantId: string, actor: Actor, role: MemberRole = 'owner', email = 'new@shop.example') =>
    requestMember(orm.em, { ...RULES, merchantId, actor, role, email, reason: 'asked by phone' });

  test.each([
    ['an operator', OPERATOR],
    ['an owner', null],
  ])('whom %s invites gets no link before the wait is over, and no e-mail when it is canceled', async (_name, who) => {
    const { merchantId, ann, bob } = await business();
    const id = idOf(await invite(merchantId, who ?? ann));
    const mails = () => mailsTo('invitation', merchantId);
    const open = () => orm.em.fork().count(Invitation, { merchant: merchantId });
    expect([await open(), await applyDueChanges(orm.em)]).toEqual([0, 0]);
    expect(await mailsTo('change_waits', merchantId)).toEqual([ann.email, bob.email]);
    await cancelByLink(orm.em, await linkOf(id, bob.email));
    await applyDueChanges(orm.em, later());
    expect([await open(), await mails()]).toEqual([0, []]);
    await invite(merchantId, who ?? ann);
    expect(await applyDueChanges(orm.em, later())).toBe(1);
    expect(await open()).toBe(1);
    expect(await mailsTo('team_changed', merchantId)).toEqual([ann.email, bob.email]);
  });

  test('of a business without owners waits when it earns; its own address can cancel', async () => {
    const { merchantId } = await createMerchantAndStore(orm.em, {
      name: 'Without people',
      email: 'office@alone.example',
      receiver: address(),
    });
    const id = idOf(await invite(merchantId, OPERATOR, 'owner', 'mallory@evil.example'));
    expect(await mailsTo('change_waits', merchantId)).toEqual(['office@alone.example']);
    expect(await codeOf(cancelByLink(orm.em, await linkOf(id, 'office@alone.example')))).toBe('done');
  });

  test('of a business that has neither owner nor receiving address is invited at once', async () => {
    const { merchantId } = await createMerchantAndStore(orm.em, { name: 'New', email: 'new@alone.example' });
    expect(await invite(merchantId, OPERATOR, 'owner', 'first@alone.example')).toEqual({ waits: false });
  });

  test('by role waits too; other roles do not', async () => {
    const { merchantId, ann, bob, mia, vic } = await business();
    const give = (userId: string, role: MemberRole, actor: Actor = ann) =>
      requestRole(orm.em, { ...RULES, merchantId, userId, role, actor });
    expect(await give(vic.id, 'manager')).toEqual({ waits: false });
    expect(await roleOf(merchantId, vic.id)).toBe('manager');
    const id = idOf(await give(mia.id, 'owner'));
    expect(await roleOf(merchantId, mia.id)).toBe('manager');
    await confirmChange(orm.em, { id, merchantId, actor: bob });
    expect(await roleOf(merchantId, mia.id)).toBe('owner');
  });

  test('who left meanwhile is not made one: the change ends', async () => {
    const { merchantId, ann, mia } = await business();
    const id = idOf(await requestRole(orm.em, { ...RULES, merchantId, userId: mia.id, role: 'owner', actor: ann }));
    await removeMember(orm.em, { merchantId, userId: mia.id, actor: ann });
    expect(await applyDueChanges(orm.em, later())).toBe(0);
    expect(await stateOf(id)).toBe('canceled');
  });

  test('ends when something else is decided about the person: in the log and by e-mail', async () => {
    const { merchantId, ann, bob, mia } = await business();
    const role = idOf(await requestRole(orm.em, { ...RULES, merchantId, userId: mia.id, role: 'owner', actor: ann }));
    await requestRole(orm.em, { ...RULES, merchantId, userId: mia.id, role: 'viewer', actor: bob });
    const invited = idOf(await invite(merchantId, ann, 'owner', `olga@${ann.id}.example`));
    await invite(merchantId, bob, 'viewer', `olga@${ann.id}.example`);
    for (const id of [role, invited]) {
      expect(await stateOf(id)).toBe('canceled');
      expect(await auditOf(id)).toEqual(['change.request', 'change.cancel']);
    }
    expect(await mailsTo('change_canceled', merchantId)).toHaveLength(4);
    expect(await applyDueChanges(orm.em, later())).toBe(0);
    expect(await roleOf(merchantId, mia.id)).toBe('viewer');
  });
});

describe('the author', () => {
  test('cannot shut out another owner while the change waits', async () => {
    const { storeId, merchantId, ann, bob } = await business();
    const id = idOf(await change(storeId, ann));
    expect(await codeOf(removeMember(orm.em, { merchantId, userId: bob.id, actor: ann }))).toBe('change_waits');
    const demotion = { merchantId, userId: bob.id, role: 'viewer' as const, actor: ann };
    expect(await codeOf(setMemberRole(orm.em, demotion))).toBe('change_waits');
    await cancelChange(orm.em, { id, merchantId, actor: bob });
    expect(await codeOf(removeMember(orm.em, { merchantId, userId: bob.id, actor: ann }))).toBe('done');
    expect(await mailsTo('team_changed', merchantId)).toEqual([ann.email, bob.email]);
  });

  test('who is removed takes along what waits', async () => {
    const { storeId, merchantId, ann, bob } = await business();
    const id = idOf(await change(storeId, ann));
    await removeMember(orm.em, { merchantId, userId: ann.id, actor: bob });
    expect(await stateOf(id)).toBe('canceled');
  });
});

describe('an owner who was shut out before the change was asked for', () => {
  const shutOut: [string, (merchantId: string, userId: string, actor: Actor) => Promise<unknown>][] = [
    ['removed', (merchantId, userId, actor) => removeMember(orm.em, { merchantId, userId, actor })],
    ['demoted', (merchantId, userId, actor) => setMemberRole(orm.em, { merchantId, userId, role: 'viewer', actor })],
  ];

  test.each(shutOut)('%s by its author: hears of it and cancels it', async (_name, act) => {
    const { storeId, merchantId, now, ann, bob } = await business();
    await act(merchantId, bob.id, ann);
    const id = idOf(await change(storeId, ann));
    expect(await mailsTo('change_waits', merchantId)).toEqual([ann.email, bob.email]);
    const token = await linkOf(id, bob.email);
    expect(await findLinkedChange(orm.em, token)).toMatchObject({ state: 'waiting' });
    await cancelByLink(orm.em, token);
    expect(await stateOf(id)).toBe('canceled');
    await applyDueChanges(orm.em, later());
    expect(await receiverOf(storeId)).toBe(now);
  });

  test.each(shutOut)('%s longer ago than the change waits: no longer', async (_name, act) => {
    const { merchantId, ann, bob } = await business();
    await act(merchantId, bob.id, ann);
    const request = { ...RULES, waitMs: 1, merchantId, role: 'owner' as const, email: 'new@shop.example', actor: ann };
    await requestMember(orm.em, request);
    expect(await mailsTo('change_waits', merchantId)).toEqual([ann.email]);
  });

  test('who left, or whom a command removed, hears nothing', async () => {
    const { storeId, merchantId, ann, bob, mia } = await business();
    await removeMember(orm.em, { merchantId, userId: bob.id, actor: bob });
    await removeMember(orm.em, { merchantId, userId: mia.id, actor: ann });
    await change(storeId, ann);
    expect(await mailsTo('change_waits', merchantId)).toEqual([ann.email]);
    const other = await business();
    const actor: Actor = { kind: 'command', id: 'root', email: null };
    await removeMember(orm.em, { merchantId: other.merchantId, userId: other.bob.id, actor });
    await change(other.storeId, other.ann);
    expect(await mailsTo('change_waits', other.merchantId)).toEqual([other.ann.email]);
  });
});

describe('a new member', () => {
  test.each(['owner', 'viewer'] as const)('who joins as %s: every other owner hears of it', async (role) => {
    const { merchantId, ann, bob } = await business();
    const email = `joins-${role}@shop.example`;
    const token = await invited(merchantId, ann, role, email);
    await acceptInvitation(orm.em, await account(email), token);
    expect(await joinedMails(merchantId)).toEqual([ann.email, bob.email]);
  });

  test('of a business without owners: its own address hears of it', async () => {
    const { merchantId } = await createMerchantAndStore(orm.em, { name: 'Empty', email: 'office@empty.example' });
    const manager = await invited(merchantId, OPERATOR, 'manager', 'first@empty.example');
    await acceptInvitation(orm.em, await account('first@empty.example'), manager);
    expect(await joinedMails(merchantId)).toEqual(['office@empty.example']);
    const owner = await invited(merchantId, OPERATOR, 'owner', 'second@empty.example');
    await acceptInvitation(orm.em, await account('second@empty.example'), owner);
    expect(await joinedMails(merchantId)).toEqual(['office@empty.example', 'office@empty.example']);
  });

  /** The secret of the invitation's link. */
  const invited = async (merchantId: string, actor: Actor, role: MemberRole, email: string): Promise<string> => {
    await inviteMember(orm.em, {
      merchantId,
      actor,
      role,
      email,
      publicUrl: RULES.publicUrl,
      permission: permit('first'),
    });
    const mail = await orm.em.fork().findOneOrFail(EmailMessage, { kind: 'invitation', recipient: email });
    return (mail.data as InvitationData).link.replace(`${RULES.publicUrl}/dashboard/invitation/`, '');
  };
  const account = async (email: string) => {
    await orm.em
      .fork()
      .execute(
        `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values (?, ?, ?, true, now(), now())`,
        [email, email, email],
      );
    return await provenAccount(orm.em.fork(), email);
  };
  const joinedMails = async (merchant: string): Promise<string[]> => {
    const mails = await orm.em.fork().find(EmailMessage, { kind: 'team_changed', store: { merchant } } as never);
    const joined = mails.filter(({ data }) => (data as TeamChangedData).event === 'joined');
    return joined.map(({ recipient }) => recipient).sort();
  };
});

describe('without a permission', () => {
  test('nothing writes a receiver, an owner or an owner’s invitation', async () => {
    const { storeId, merchantId, now, ann, mia } = await business();
    const forged = { ground: 'command' } as never;
    const checked = await checkSettings(orm.em, checkWithoutChains, storeId, { receiver: address() });
    for (const settings of [
      { receiver: address() },
      { receiverProof: { address: address(), signature: '0x12', signedAt: 'now' } },
      checked,
    ]) {
      expect(await codeOf(updateStore(orm.em, storeId, settings as never, ann))).toMatch(/permission/);
      expect(await codeOf(updateMoneySettings(orm.em, forged, storeId, settings as never, ann))).toMatch(/permission/);
    }
    const role = { merchantId, userId: mia.id, role: 'owner' as const, actor: ann };
    expect(await codeOf(setMemberRole(orm.em, { ...role, permission: forged }))).toMatch(/permission/);
    const invitation = { merchantId, email: 'x@shop.example', role: 'owner' as const, actor: ann };
    const { publicUrl } = RULES;
    expect(await codeOf(inviteMember(orm.em, { ...invitation, publicUrl, permission: forged }))).toMatch(/permission/);
    expect(await receiverOf(storeId)).toBe(now);
    expect(await roleOf(merchantId, mia.id)).toBe('manager');
  });
});
