// A receiving address over a real Postgres: set at once with a reason, or it waits; confirmed, canceled and applied exactly once; and
// the link in the e-mail that cancels.
import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { Merchant, type ReceiverProof, Store } from '#db/entities/store.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import {
  applyChange,
  applyDueChanges,
  cancelByLink,
  cancelChange,
  confirmChange,
  findLinkedChange,
} from '#db/merchants/decide-change.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import { updateCheckedStore } from '#test/support/payable.ts';
import { address, codeOf, idOf, later, OPERATOR, openBusinesses } from './businesses.ts';

const { orm, business, change, receiverOf, stateOf, linkOf, mailsTo, auditOf, close } = await openBusinesses();
afterAll(close);

describe('a receiving address', () => {
  test('the first one, and one that its key signed, are set at once; every other one waits and changes nothing yet', async () => {
    const fresh = await business({ receiver: null });
    const first = address();
    expect(await change(fresh.storeId, fresh.ann, first)).toEqual({ waits: false });
    expect(await receiverOf(fresh.storeId)).toBe(first);
    const signed = address();
    const proof: ReceiverProof = { address: signed, signature: '0x12', signedAt: new Date().toISOString() };
    expect(await change(fresh.storeId, fresh.ann, signed, proof)).toEqual({ waits: false });
    expect(await orm.em.fork().findOneOrFail(Store, fresh.storeId)).toMatchObject({
      receiver: signed,
      receiverProof: proof,
    });
    const outcome = await change(fresh.storeId, fresh.ann);
    expect(outcome).toMatchObject({ waits: true });
    expect(await receiverOf(fresh.storeId)).toBe(signed);
    expect(await applyDueChanges(orm.em)).toBe(0);
    expect(await applyDueChanges(orm.em, later(47))).toBe(0);
    expect(await receiverOf(fresh.storeId)).toBe(signed);
  });

  test('two first ones at once: one is set, the other one waits', async () => {
    const { storeId, ann, bob } = await business({ receiver: null });
    const outcomes = await Promise.all([change(storeId, ann), change(storeId, bob)]);
    expect(outcomes.filter(({ waits }) => waits)).toHaveLength(1);
  });

  test('a test store takes no real money: nothing waits', async () => {
    const { storeId, ann } = await business({ isTest: true });
    const next = address();
    expect(await change(storeId, ann, next)).toEqual({ waits: false });
    expect(await receiverOf(storeId)).toBe(next);
  });

  test('after its time it is applied exactly once, by however many workers, and owners hear of it', async () => {
    const { storeId, merchantId, ann, bob } = await business();
    const next = address();
    const id = idOf(await change(storeId, ann, next));
    expect(await mailsTo('change_waits', merchantId)).toEqual([ann.email, bob.email]);
    const runs = await Promise.all(Array.from({ length: 8 }, () => applyChange(orm.em, id, later())));
    expect(runs.filter(Boolean)).toHaveLength(1);
    expect(await receiverOf(storeId)).toBe(next);
    expect(await stateOf(id)).toBe('applied');
    expect(await auditOf(id)).toEqual(['change.request', 'change.apply']);
    expect(await mailsTo('settings_changed', merchantId)).toEqual([ann.email, bob.email]);
    expect(await applyChange(orm.em, id, later())).toBe(false);
  });

  test('a second owner confirms, not the author, a manager, or an owner of another business', async () => {
    const { storeId, merchantId, ann, bob, mia } = await business();
    const other = await business();
    const next = address();
    const id = idOf(await change(storeId, ann, next));
    const confirm = (actor: Actor, merchant = merchantId) =>
      codeOf(confirmChange(orm.em, { id, merchantId: merchant, actor }));
    expect(await confirm(ann)).toBe('not_second');
    expect(await confirm(mia)).toBe('not_second');
    expect(await confirm(OPERATOR)).toBe('not_second');
    expect(await confirm(other.ann)).toBe('not_second');
    expect(await confirm(other.ann, other.merchantId)).toBe('no_change');
    expect(await receiverOf(storeId)).not.toBe(next);
    expect(await confirm(bob)).toBe('done');
    expect(await receiverOf(storeId)).toBe(next);
    expect(await auditOf(id)).toEqual(['change.request', 'change.confirm', 'change.apply']);
    expect(await confirm(bob)).toBe('no_change');
  });

  test('owners and the author cancel; then it is never applied', async () => {
    const { storeId, merchantId, now, ann, bob, mia, vic } = await business();
    const cancel = (id: string, actor: Actor) => codeOf(cancelChange(orm.em, { id, merchantId, actor }));
    const first = idOf(await change(storeId, ann));
    expect(await cancel(first, vic)).toBe('not_owner');
    expect(await cancel(first, mia)).toBe('not_owner');
    expect(await cancel(first, bob)).toBe('done');
    expect(await cancel(first, bob)).toBe('no_change');
    const second = idOf(await change(storeId, ann));
    expect(await cancel(second, ann)).toBe('done');
    for (const id of [first, second]) expect(await applyChange(orm.em, id, later())).toBe(false);
    expect(await receiverOf(storeId)).toBe(now);
    expect(await auditOf(first)).toEqual(['change.request', 'change.cancel']);
    expect(await mailsTo('change_canceled', merchantId)).toHaveLength(4);
  });

  test('cancel, confirm and apply at once: one of them wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { storeId, merchantId, now, ann, bob } = await business();
      const next = address();
      const id = idOf(await change(storeId, ann, next));
      const token = await linkOf(id, bob.email);
      await Promise.allSettled([
        cancelByLink(orm.em, token),
        confirmChange(orm.em, { id, merchantId, actor: bob }),
        applyChange(orm.em, id, later()),
        cancelChange(orm.em, { id, merchantId, actor: ann }),
      ]);
      const actions = await auditOf(id);
      expect(actions.filter((action) => action === 'change.apply' || action === 'change.cancel')).toHaveLength(1);
      expect(await receiverOf(storeId)).toBe((await stateOf(id)) === 'applied' ? next : now);
    }
  });

  test('a newer request replaces the one that waits, and a command on the server ends it', async () => {
    const { storeId, merchantId, ann } = await business();
    const first = idOf(await change(storeId, ann));
    const second = idOf(await change(storeId, ann));
    expect([await stateOf(first), await stateOf(second)]).toEqual(['canceled', 'waiting']);
    const commanded = address();
    const command: Actor = { kind: 'command', id: 'root', email: null };
    await updateCheckedStore(orm.em, storeId, { receiver: commanded }, command);
    expect(await mailsTo('settings_changed', merchantId)).toHaveLength(2);
    expect(await stateOf(second)).toBe('canceled');
    for (const id of [first, second]) expect(await auditOf(id)).toEqual(['change.request', 'change.cancel']);
    expect(await mailsTo('change_canceled', merchantId)).toHaveLength(4);
    expect(await applyChange(orm.em, second, later())).toBe(false);
    expect(await receiverOf(storeId)).toBe(commanded);
  });

  test('one that its key signed, and one that a second person confirms, end what waited: in the log and by e-mail', async () => {
    const { storeId, merchantId, ann, bob } = await business();
    const first = idOf(await change(storeId, ann));
    const signed = address();
    const proof: ReceiverProof = { address: signed, signature: '0x12', signedAt: new Date().toISOString() };
    await change(storeId, bob, signed, proof);
    expect(await stateOf(first)).toBe('canceled');
    expect(await auditOf(first)).toEqual(['change.request', 'change.cancel']);
    expect(await mailsTo('change_canceled', merchantId)).toEqual([ann.email, bob.email]);
    const second = idOf(await change(storeId, ann));
    await confirmChange(orm.em, { id: second, merchantId, actor: bob });
    expect(await auditOf(second)).toEqual(['change.request', 'change.confirm', 'change.apply']);
    expect(await mailsTo('change_canceled', merchantId)).toHaveLength(2);
  });

  test('ends when the networks changed since: the address was not checked for the new ones', async () => {
    const { storeId, now, ann } = await business();
    const id = idOf(await change(storeId, ann));
    await updateCheckedStore(orm.em, storeId, { acceptedChainIds: [8453] });
    await applyDueChanges(orm.em, later());
    expect([await receiverOf(storeId), await stateOf(id)]).toEqual([now, 'canceled']);
  });

  test('nothing is applied while the business is suspended', async () => {
    const { storeId, merchantId, now, ann } = await business();
    const id = idOf(await change(storeId, ann));
    await orm.em.fork().nativeUpdate(Merchant, { id: merchantId }, { status: 'suspended' });
    expect(await applyDueChanges(orm.em, later())).toBe(0);
    expect([await receiverOf(storeId), await stateOf(id)]).toEqual([now, 'waiting']);
  });
});

describe('the link in the e-mail', () => {
  test('shows the change, cancels it once, and is no use to anybody else', async () => {
    const { storeId, now, ann, bob } = await business();
    const next = address();
    const id = idOf(await change(storeId, ann, next));
    const token = await linkOf(id, bob.email);
    expect(await findLinkedChange(orm.em, token)).toMatchObject({
      change: { kind: 'receiver', subject: next, from: now },
      requestedBy: ann.email,
      state: 'waiting',
    });
    // Reading changes nothing.
    expect(await stateOf(id)).toBe('waiting');
    expect(await findLinkedChange(orm.em, randomBytes(32).toString('base64url'))).toBeNull();
    expect(await codeOf(cancelByLink(orm.em, 'x'))).toBe('no_change');
    expect(await codeOf(cancelByLink(orm.em, token))).toBe('done');
    expect(await codeOf(cancelByLink(orm.em, token))).toBe('no_change');
    expect(await stateOf(id)).toBe('canceled');
    expect(await findLinkedChange(orm.em, token)).toMatchObject({ state: 'canceled' });
    const stored = JSON.stringify(await orm.em.fork().execute('select * from change_link'));
    expect(stored).not.toContain(token);
  });

  test('is dead when its owner was removed or demoted', async () => {
    const { storeId, merchantId, ann, bob, mia } = await business();
    const id = idOf(await change(storeId, mia));
    const token = await linkOf(id, bob.email);
    await setMemberRole(orm.em, { merchantId, userId: bob.id, role: 'manager', actor: ann });
    expect(await findLinkedChange(orm.em, token)).toMatchObject({ state: 'closed' });
    expect(await codeOf(cancelByLink(orm.em, token))).toBe('no_change');
    await removeMember(orm.em, { merchantId, userId: bob.id, actor: ann });
    expect(await codeOf(cancelByLink(orm.em, token))).toBe('no_change');
    expect(await stateOf(id)).toBe('waiting');
    expect(await codeOf(cancelByLink(orm.em, await linkOf(id, ann.email)))).toBe('done');
  });
});
