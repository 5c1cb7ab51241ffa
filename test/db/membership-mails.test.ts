// Who hears of a change of the team: owners of each, and the person whose role changed or who was removed.
import { afterAll, expect, test } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import { openBusinesses } from './businesses.ts';

const { orm, business, mailsTo, close } = await openBusinesses();
afterAll(close);

const ownMails = async (storeId: string) =>
  (await orm.em.fork().find(EmailMessage, { kind: 'membership_changed', store: storeId }, { orderBy: { id: 'asc' } }))
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .map(({ recipient, data }) => ({ recipient, ...data }));

test('a manager whose role changes, and who is removed, hears of both; owners of each', async () => {
  const { merchantId, storeId, ann, bob, mia } = await business();
  const change = { merchantId, userId: mia.id, actor: ann };
  await setMemberRole(orm.em, { ...change, role: 'viewer' });
  await setMemberRole(orm.em, { ...change, role: 'viewer' });
  await removeMember(orm.em, change);
  const mail = { recipient: mia.email, changedBy: ann.email, role: 'viewer', at: expect.any(String) };
  expect(await ownMails(storeId)).toEqual([
    { ...mail, event: 'role' },
    { ...mail, event: 'removed' },
  ]);
  expect(await mailsTo('team_changed', merchantId)).toEqual([ann.email, ann.email, bob.email, bob.email]);
});

test('who was an owner hears of it once, as owners do', async () => {
  const { merchantId, storeId, ann, bob } = await business();
  await setMemberRole(orm.em, { merchantId, userId: bob.id, actor: ann, role: 'manager' });
  expect(await ownMails(storeId)).toEqual([]);
  expect(await mailsTo('team_changed', merchantId)).toEqual([ann.email, bob.email]);
  await removeMember(orm.em, { merchantId, userId: bob.id, actor: ann });
  expect(await ownMails(storeId)).toMatchObject([{ recipient: bob.email, event: 'removed', role: 'manager' }]);
});
