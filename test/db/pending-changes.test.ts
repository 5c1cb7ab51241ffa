// Changes of where money goes over a real Postgres: made at once with a reason, or they wait; confirmed, canceled and applied exactly
// once; and no function writes them without a permission.
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollApiKey } from '#db/api/api-keys.ts';
import { readWebhookDelivery } from '#db/delivery/webhook-delivery.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Invitation, Member, type MemberRole } from '#db/entities/merchant-people.entity.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { ApiKey, Merchant, type ReceiverProof, Store } from '#db/entities/store.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { listWaitingChanges } from '#db/merchants/change-list.ts';
import {
  applyChange,
  applyDueChanges,
  cancelByLink,
  cancelChange,
  confirmChange,
  findLinkedChange,
} from '#db/merchants/decide-change.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import {
  type ChangeOutcome,
  requestMember,
  requestReceiver,
  requestRole,
  requestSigning,
} from '#db/merchants/pending-changes.ts';
import {
  checkSettings,
  createApiKey,
  createMerchantAndStore,
  revokeApiKey,
  updateMoneySettings,
  updateStore,
} from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import type { Address } from '#domain/address.ts';
import type { ChangeWaitsData } from '#domain/email-data.ts';
import { knownPayable, type PayableAddress } from '#domain/payable-address.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { checkWithoutChains, updateCheckedStore } from '#test/support/payable.ts';

const HOUR = 3_600_000;
const RULES = { waitMs: 48 * HOUR, publicUrl: 'https://pay.example.com' };
const OPERATOR: Actor = { kind: 'operator', id: 'op', email: 'op@allscale.example' };
const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);
const later = (hours = 49) => new Date(Date.now() + hours * HOUR);
const address = () => knownPayable(Wallet.createRandom().address as Address);

let database: TestDatabase;
let orm: Orm;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

let count = 0;
/** A business with a receiving address, two owners, a manager and a viewer. */
const business = async (settings: { isTest?: boolean; receiver?: PayableAddress | null } = {}) => {
  count += 1;
  const now = address();
  const { merchantId, storeId } = await createMerchantAndStore(orm.em, {
    name: `Shop ${count}`,
    email: `shop-${count}@shop.example`,
    receiver: now,
    ...settings,
  });
  const person = async (name: string, role: MemberRole): Promise<Actor & { email: string }> => {
    const who = { kind: 'member' as const, id: `${name}-${count}`, email: `${name}-${count}@shop.example` };
    const em = orm.em.fork();
    em.create(Member, {
      merchant: em.getReference(Merchant, merchantId),
      userId: who.id,
      email: who.email,
      role,
      createdAt: new Date(),
    });
    await em.flush();
    return who;
  };
  const [ann, bob] = [await person('ann', 'owner'), await person('bob', 'owner')];
  const [mia, vic] = [await person('mia', 'manager'), await person('vic', 'viewer')];
  return { merchantId, storeId, now, ann, bob, mia, vic };
};

const receiverOf = async (storeId: string) => (await orm.em.fork().findOneOrFail(Store, storeId)).receiver ?? null;
const roleOf = async (merchant: string, userId: string) =>
  (await orm.em.fork().findOne(Member, { merchant, userId }))?.role ?? null;
const stateOf = async (id: string) => (await orm.em.fork().findOneOrFail(PendingChange, id)).state;
const idOf = (outcome: ChangeOutcome): string => {
  if (!outcome.waits) throw new Error('it took effect at once');
  return outcome.id;
};
const change = (storeId: string, actor: Actor, receiver = address(), proof: ReceiverProof | null = null) =>
  checkSettings(orm.em, checkWithoutChains, storeId, { receiver, ...(proof ? { receiverProof: proof } : {}) }).then(
    (checked) => requestReceiver(orm.em, { ...RULES, actor, storeId, checked }),
  );
/** The secret of the link in a person's e-mail. */
const linkOf = async (id: string, recipient: string): Promise<string> => {
  const mail = await orm.em.fork().findOneOrFail(EmailMessage, { kind: 'change_waits', subjectId: id, recipient });
  return (mail.data as ChangeWaitsData).link.replace('https://pay.example.com/dashboard/cancel-change/', '');
};
const mailsTo = async (kind: EmailMessage['kind'], merchantId: string): Promise<string[]> => {
  const mails = await orm.em.fork().find(EmailMessage, { kind, store: { merchant: merchantId } } as never);
  return mails.map(({ recipient }) => recipient).sort();
};
const auditOf = async (id: string): Promise<string[]> =>
  (
    await orm.em
      .fork()
      .execute<{ action: string }[]>('select action from audit_entry where subject_id = ? order by id', [id])
  ).map(({ action }) => action);

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
    const { storeId, merchantId, ann } = await business();
    const next = address();
    const id = idOf(await change(storeId, ann, next));
    expect(await mailsTo('change_waits', merchantId)).toEqual([
      `ann-${count}@shop.example`,
      `bob-${count}@shop.example`,
    ]);
    const runs = await Promise.all(Array.from({ length: 8 }, () => applyChange(orm.em, id, later())));
    expect(runs.filter(Boolean)).toHaveLength(1);
    expect(await receiverOf(storeId)).toBe(next);
    expect(await stateOf(id)).toBe('applied');
    expect(await auditOf(id)).toEqual(['change.request', 'change.apply']);
    expect(await mailsTo('settings_changed', merchantId)).toEqual([
      `ann-${count}@shop.example`,
      `bob-${count}@shop.example`,
    ]);
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
    expect(await applyChange(orm.em, second, later())).toBe(false);
    expect(await receiverOf(storeId)).toBe(commanded);
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

describe('a new owner', () => {
  const invite = (merchantId: string, actor: Actor, role: MemberRole = 'owner', email = `new-${count}@shop.example`) =>
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

describe('a new webhook secret', () => {
  const add = (storeId: string, actor: Actor) =>
    createApiKey(orm.em, masterKeys, storeId, { name: 'next' }, actor, async (em, apiKey) => {
      await requestSigning(em, apiKey, { ...RULES, actor });
    });
  /** The key that signs an event without an order, as every event of an ended key. */
  const signerOf = async (storeId: string): Promise<string | null> => {
    const id = `evt_${randomBytes(16).toString('hex')}`;
    await orm.em
      .fork()
      .execute(
        `insert into webhook_event (id, transaction_id, store_id, event_type, body, state) values (?, ?, ?, 'test', '{}', 'pending')`,
        [id, id.replace('evt', 'txn'), storeId],
      );
    return (await readWebhookDelivery(orm.em, id)).key?.id ?? null;
  };

  test('the first key signs at once; a further one only after its wait, also when it is the only one left', async () => {
    const { storeId, merchantId, ann, mia } = await business();
    const first = await add(storeId, ann);
    expect(await listWaitingChanges(orm.em, merchantId)).toEqual([]);
    const second = await add(storeId, mia);
    expect(await listWaitingChanges(orm.em, merchantId)).toMatchObject([{ change: { kind: 'webhook_secret' } }]);
    expect(await signerOf(storeId)).toBe(first.apiKey);
    await revokeApiKey(orm.em, first.apiKey, storeId, mia);
    expect(await signerOf(storeId)).toBeNull();
    await applyDueChanges(orm.em, later());
    expect(await signerOf(storeId)).toBe(second.apiKey);
  });

  test('a rolled key waits too; when that is canceled the new key is revoked', async () => {
    const { storeId, merchantId, ann, bob } = await business();
    const first = await add(storeId, ann);
    const rolled = await rollApiKey(orm.em, masterKeys, first.apiKey, storeId, 24, ann, async (em, apiKey) => {
      await requestSigning(em, apiKey, { ...RULES, actor: ann });
    });
    expect(await signerOf(storeId)).toBe(first.apiKey);
    const [waiting] = await listWaitingChanges(orm.em, merchantId);
    await cancelByLink(orm.em, await linkOf(waiting?.id ?? '', bob.email));
    const key = await orm.em.fork().findOneOrFail(ApiKey, rolled.apiKey);
    expect([key.revokedAt instanceof Date, key.signsForOthers]).toEqual([true, false]);
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
