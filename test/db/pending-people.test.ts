// A new owner waits over a real Postgres, the author of a waiting change cannot shut out others, and no function writes a receiver or
// an owner without a permission.
import { afterAll, describe, expect, test } from 'vitest';
import { Invitation, type MemberRole } from '#db/entities/merchant-people.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { applyDueChanges, cancelByLink, cancelChange, confirmChange } from '#db/merchants/decide-change.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import { requestMember, requestRole } from '#db/merchants/pending-changes.ts';
import { checkSettings, createMerchantAndStore, updateMoneySettings, updateStore } from '#db/merchants/stores.ts';
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
