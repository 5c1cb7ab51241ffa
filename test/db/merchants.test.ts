// Merchants and their members over a real Postgres: application, activation, suspension, members, invitations. Each happens once, is
// in the audit log, and is announced to the owners.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readApiKey } from '#db/api/authenticate.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { AuditEntry, Invitation, Member } from '#db/entities/merchant-people.entity.ts';
import { Merchant, Store } from '#db/entities/store.entity.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { readFirstRunFacts } from '#db/merchants/first-run.ts';
import { acceptInvitation, findInvitation, inviteMember, revokeInvitation } from '#db/merchants/invitations.ts';
import { findMemberStore, listMemberStores, removeMember, setMemberRole } from '#db/merchants/members.ts';
import {
  activateMerchant,
  addMerchantStore,
  applyAsMerchant,
  reactivateMerchant,
  suspendMerchant,
} from '#db/merchants/merchants.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { toChecksumAddress } from '#domain/address.ts';
import type { InvitationData } from '#domain/email-data.ts';
import { unitsOf } from '#domain/money.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { updateCheckedStore } from '#test/support/payable.ts';

const OPERATOR: Actor = { kind: 'operator', id: 'bd', email: 'bd@allscale.example' };
const PUBLIC_URL = 'https://pay.example.com';
const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);

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

let count = 0;
const applicant = async () => {
  count += 1;
  const [userId, email] = [`user-${count}`, `owner-${count}@shop.example`];
  const fields = { name: `Shop ${count}`, website: 'shop.example', about: 'Blankets' };
  const made = await applyAsMerchant(orm.em, await addProvenAccount(orm, { userId, email }), fields);
  return { ...made, userId, email, actor: { kind: 'member', id: userId, email } satisfies Actor };
};
const trader = async () => {
  const made = await applicant();
  const { merchantId } = made;
  await activateMerchant(orm.em, { merchantId, actor: OPERATOR, reason: 'fine', publicUrl: PUBLIC_URL });
  return made;
};
const decision = (merchantId: string, reason = 'as agreed') => ({
  merchantId,
  actor: OPERATOR,
  reason,
  publicUrl: PUBLIC_URL,
});
const actionsOf = async (merchantId: string): Promise<string[]> =>
  (await orm.em.fork().find(AuditEntry, { merchantId }, { orderBy: { id: 'asc' } })).map(({ action }) => action);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? error,
  );

test('an application waits, activation sets the fee and e-mails the owner, suspension stops the API and can be undone', async () => {
  const { merchantId, storeId, email } = await applicant();
  const em = orm.em.fork();
  expect(await em.findOneOrFail(Merchant, merchantId)).toMatchObject({
    status: 'applied',
    website: 'https://shop.example',
  });
  const { apiKey } = await createApiKey(orm.em, masterKeys, storeId, { name: 'k' });
  const active = async () => (await readApiKey(sqlOf(orm), apiKey))?.active;
  expect(await active()).toBe(false);

  await activateMerchant(orm.em, { ...decision(merchantId), feeBps: 35, minFeeUnits: unitsOf(5n) });
  expect(await orm.em.fork().findOneOrFail(Store, storeId)).toMatchObject({
    status: 'active',
    feeBps: 35,
    minFeeUnits: unitsOf(5n),
  });
  expect(await active()).toBe(true);
  await suspendMerchant(orm.em, decision(merchantId, 'Chargebacks of goods'));
  expect(await active()).toBe(false);
  expect((await orm.em.fork().findOneOrFail(Merchant, merchantId)).suspendedReason).toBe('Chargebacks of goods');
  await reactivateMerchant(orm.em, decision(merchantId));
  expect(await active()).toBe(true);
  expect((await orm.em.fork().findOneOrFail(Merchant, merchantId)).suspendedReason).toBeNull();

  const steps = ['merchant.apply', 'merchant.activate', 'merchant.suspend', 'merchant.reactivate'];
  expect((await actionsOf(merchantId)).filter((action) => action.startsWith('merchant.'))).toEqual(steps);
  const mails = await orm.em.fork().find(EmailMessage, { recipient: email }, { orderBy: { createdAt: 'asc' } });
  expect(mails.map(({ kind }) => kind)).toEqual(['store_activated', 'store_suspended', 'store_activated']);
  expect(mails[1]?.data).toEqual({ reason: 'Chargebacks of goods', link: `${PUBLIC_URL}/dashboard` });
});

test('each step is rejected in a wrong state or without a reason, and then writes nothing', async () => {
  const { merchantId, storeId } = await applicant();
  const before = await actionsOf(merchantId);
  expect(await codeOf(suspendMerchant(orm.em, decision(merchantId)))).toBe('not_active');
  expect(await codeOf(reactivateMerchant(orm.em, decision(merchantId)))).toBe('not_suspended');
  expect(await codeOf(activateMerchant(orm.em, decision(merchantId, '  ')))).toBe('reason_needed');
  expect(await codeOf(activateMerchant(orm.em, { ...decision(merchantId), feeBps: 10_001 }))).toBe('invalid_store');
  expect(await codeOf(activateMerchant(orm.em, decision('mer_none')))).toBe('no_merchant');
  expect((await orm.em.fork().findOneOrFail(Store, storeId)).status).toBe('applied');
  const twice = await Promise.all([1, 2].map(() => codeOf(activateMerchant(orm.em, decision(merchantId)))));
  expect(twice.sort()).toEqual(['done', 'not_applied']);
  expect(await actionsOf(merchantId)).toEqual([...before, 'merchant.activate']);
});

test('an application reports the wrong field, and one e-mail address has one merchant', async () => {
  const account = await addProvenAccount(orm, { userId: 'u', email: 'new@shop.example' });
  const good = { name: 'Shop', website: 'shop.example', about: 'Mugs' };
  const wrong = { name: ' ', website: 'java script', about: '' };
  for (const [field, value] of Object.entries(wrong)) {
    const rejected = applyAsMerchant(orm.em, account, { ...good, [field]: value });
    await expect(rejected).rejects.toMatchObject({
      code: 'invalid_merchant',
      message: expect.stringMatching(`^${field}: `),
    });
  }
  const both = await Promise.all([1, 2].map(() => codeOf(applyAsMerchant(orm.em, account, good))));
  expect(both.sort()).toEqual(['done', 'merchant_exists']);
});

test('further stores take the fee of the first; a suspended merchant gets none', async () => {
  const { merchantId, storeId, testStoreId, actor, userId } = await trader();
  await updateStore(orm.em, storeId, { feeBps: 12 });
  const { storeId: second } = await addMerchantStore(orm.em, { merchantId, actor, name: 'Try', isTest: true });
  expect(await orm.em.fork().findOneOrFail(Store, second)).toMatchObject({
    feeBps: 12,
    isTest: true,
    status: 'active',
  });
  expect((await listMemberStores(orm.em, userId)).map(({ id }) => id)).toEqual([storeId, testStoreId, second]);
  await suspendMerchant(orm.em, decision(merchantId));
  const rejected = addMerchantStore(orm.em, { merchantId, actor, name: 'More', isTest: false });
  expect(await codeOf(rejected)).toBe('not_active');
});

test('a store is visible to its own members only', async () => {
  const [one, other] = [await trader(), await trader()];
  expect(await findMemberStore(orm.em, one.userId, one.storeId)).toMatchObject({ role: 'owner', id: one.storeId });
  expect(await findMemberStore(orm.em, other.userId, one.storeId)).toBeNull();
  expect(await findMemberStore(orm.em, 'nobody', one.storeId)).toBeNull();
});

test('the last owner stays, even when two owners remove each other at once', async () => {
  const { merchantId, userId, actor } = await trader();
  const change = (who: string) => ({ merchantId, userId: who, actor });
  expect(await codeOf(removeMember(orm.em, change(userId)))).toBe('last_owner');
  expect(await codeOf(setMemberRole(orm.em, { ...change(userId), role: 'viewer' }))).toBe('last_owner');
  const em = orm.em.fork();
  const createdAt = new Date();
  em.create(Member, {
    merchant: em.getReference(Merchant, merchantId),
    userId: 'second',
    email: 's@x.example',
    role: 'owner',
    createdAt,
  });
  await em.flush();
  const outcome = await Promise.all([
    codeOf(removeMember(orm.em, change('second'))),
    codeOf(removeMember(orm.em, change(userId))),
  ]);
  expect(outcome.sort()).toEqual(['done', 'last_owner']);
  expect(await orm.em.fork().count(Member, { merchant: merchantId, role: 'owner' })).toBe(1);
  expect(await codeOf(setMemberRole(orm.em, { ...change('stranger'), role: 'viewer' }))).toBe('no_member');
});

const tokenFor = async (email: string): Promise<string> => {
  const [mail] = await orm.em
    .fork()
    .find(EmailMessage, { kind: 'invitation', recipient: email }, { orderBy: { createdAt: 'desc' }, limit: 1 });
  return String((mail?.data as InvitationData | undefined)?.link).replace(`${PUBLIC_URL}/dashboard/invitation/`, '');
};

test('an invitation is valid for one address, once, for seven days, and until a newer one replaces it', async () => {
  const { merchantId, storeId, actor } = await trader();
  const email = 'helper@shop.example';
  const invite = (role: 'manager' | 'viewer' = 'manager') =>
    inviteMember(orm.em, { merchantId, email: ' Helper@Shop.example ', role, actor, publicUrl: PUBLIC_URL });
  await invite('viewer');
  const first = await tokenFor(email);
  await invite();
  const token = await tokenFor(email);
  expect(token).not.toBe(first);
  expect(await findInvitation(orm.em, first)).toMatchObject({ state: 'revoked' });
  expect(await findInvitation(orm.em, token)).toMatchObject({ state: 'open', role: 'manager', email });
  expect(await orm.em.fork().count(Invitation, { tokenSha256: token })).toBe(0);

  const accept = async (by: string, userId = 'helper') =>
    codeOf(acceptInvitation(orm.em, await addProvenAccount(orm, { userId, email: by }), token));
  expect(await accept('thief@shop.example', 'thief')).toBe('other_address');
  expect((await Promise.all([accept(email), accept(email)])).sort()).toEqual(['done', 'no_invitation']);
  expect(await findMemberStore(orm.em, 'helper', storeId)).toMatchObject({ role: 'manager' });
  expect(await codeOf(invite())).toBe('already_member');
  expect(await codeOf(acceptInvitation(orm.em, await addProvenAccount(orm, { userId: 'helper', email }), first))).toBe(
    'no_invitation',
  );
});

test('a revoked or expired invitation is rejected, and another merchant cannot revoke it', async () => {
  const [{ merchantId, actor }, other] = [await trader(), await trader()];
  const email = 'late@shop.example';
  await inviteMember(orm.em, { merchantId, email, role: 'viewer', actor, publicUrl: PUBLIC_URL });
  const token = await tokenFor(email);
  const { id } = await orm.em.fork().findOneOrFail(Invitation, { email });
  const by = { id: String(id), actor };
  expect(await codeOf(revokeInvitation(orm.em, { ...by, merchantId: other.merchantId }))).toBe('no_invitation');
  await orm.em.fork().nativeUpdate(Invitation, { id }, { expiresAt: new Date(Date.now() - 1) });
  expect(await findInvitation(orm.em, token)).toMatchObject({ state: 'expired' });
  expect(await codeOf(acceptInvitation(orm.em, await addProvenAccount(orm, { userId: 'late', email }), token))).toBe(
    'no_invitation',
  );
  expect(await codeOf(revokeInvitation(orm.em, { ...by, merchantId }))).toBe('done');
  expect(await findInvitation(orm.em, token)).toMatchObject({ state: 'revoked' });
  expect(
    await codeOf(inviteMember(orm.em, { merchantId, email: 'no', role: 'viewer', actor, publicUrl: PUBLIC_URL })),
  ).toBe('invalid_invitation');
});

test('the first-run facts follow what was done', async () => {
  const { storeId } = await trader();
  const facts = () => readFirstRunFacts(orm.em, storeId);
  expect(await facts()).toEqual({ logo: false, receiver: false, key: false, order: false, webhook: false });
  await createApiKey(orm.em, masterKeys, storeId, { name: 'k' });
  await updateCheckedStore(orm.em, storeId, {
    logoUrl: '/assets/x.svg',
    receiver: toChecksumAddress(`0x${'1a'.repeat(20)}`),
  });
  expect(await facts()).toEqual({ logo: true, receiver: true, key: true, order: false, webhook: false });
});

test('an applicant’s test store takes orders at once, the store of the application does not', async () => {
  const { merchantId, storeId, testStoreId } = await applicant();
  const open = async () => {
    const of = async (id: string) => {
      const { apiKey } = await createApiKey(orm.em, masterKeys, id, { name: 'k' });
      return (await readApiKey(sqlOf(orm), apiKey))?.active;
    };
    return { own: await of(storeId), test: await of(testStoreId) };
  };
  expect(await open()).toEqual({ own: false, test: true });
  expect(await orm.em.fork().findOneOrFail(Store, testStoreId)).toMatchObject({
    isTest: true,
    receiver: expect.stringMatching(/^0x[0-9a-fA-F]{40}$/),
  });
  await activateMerchant(orm.em, { ...decision(merchantId), feeBps: 30 });
  expect(await open()).toEqual({ own: true, test: true });
  expect((await orm.em.fork().findOneOrFail(Store, testStoreId)).feeBps).toBe(30);
  await suspendMerchant(orm.em, decision(merchantId));
  expect(await open()).toEqual({ own: false, test: false });
});

test('an applicant invites nobody', async () => {
  const { merchantId, actor } = await applicant();
  const invitation = {
    merchantId,
    actor,
    email: 'friend@else.example',
    role: 'viewer',
    publicUrl: PUBLIC_URL,
  } as const;
  expect(await codeOf(inviteMember(orm.em, invitation))).toBe('not_active');
});
