// One order of locks over a business: everything that changes its money, keys and people runs at the same moment, and no two of them
// wait for each other.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { ProvenAccount } from '#db/accounts/proven-account.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { createApiKey, revokeApiKey } from '#db/merchants/api-keys.ts';
import { checkSettings, updateMoneySettings, updateStore } from '#db/merchants/change-store.ts';
import { applyChange, cancelChange, confirmChange } from '#db/merchants/decide-change.ts';
import { acceptInvitation, inviteMember } from '#db/merchants/invitations.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import { permit } from '#db/merchants/money-permission.ts';
import { requestMember, requestRole, requestSigning } from '#db/merchants/pending-changes.ts';
import { setStoreFees, setStoreStatus } from '#db/merchants/store-terms.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import type { InvitationData } from '#domain/email-data.ts';
import { UserError } from '#domain/errors.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { address, idOf, later, OPERATOR, openBusinesses, RULES } from './businesses.ts';

vi.setConfig({ testTimeout: 120_000 });

const { orm, business, change, close } = await openBusinesses();
afterAll(close);

const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);
const ROUNDS = 8;

const tokenTo = async (recipient: string): Promise<string> => {
  const mail = await orm.em.fork().findOneOrFail(EmailMessage, { kind: 'invitation', recipient });
  return (mail.data as InvitationData).link.replace(`${RULES.publicUrl}/dashboard/invitation/`, '');
};

/** A business with a change of each kind that waits, and everything that can happen to it. */
const everything = async (): Promise<(() => Promise<unknown>)[]> => {
  const { em } = orm;
  const { storeId, merchantId, ann, bob, mia, vic } = await business();
  const made = { ...RULES, merchantId, actor: ann };
  const addKey = (name: string) =>
    createApiKey(em, masterKeys, storeId, { name }, ann, async (fork, apiKey) => {
      await requestSigning(fork, apiKey, { ...RULES, actor: ann });
    });
  await addKey('first');
  const { apiKey } = await addKey('second');
  const receiver = idOf(await change(storeId, ann));
  const promotion = idOf(await requestRole(em, { ...made, userId: mia.id, role: 'owner' }));
  const owner = idOf(await requestMember(em, { ...made, email: `olga-${ann.id}@shop.example`, role: 'owner' }));
  const helper = { id: `helper-${ann.id}`, email: `helper-${ann.id}@shop.example` };
  await inviteMember(em, { ...made, email: helper.email, role: 'viewer' });
  const token = await tokenTo(helper.email);
  const direct = await checkSettings(em, checkWithoutChains, storeId, { receiver: address() });
  const why = { actor: OPERATOR, reason: 'test' };
  return [
    () => applyChange(em, receiver, later()),
    () => cancelChange(em, { id: receiver, merchantId, actor: bob }),
    () => updateMoneySettings(em, permit('command'), storeId, direct, ann),
    () => change(storeId, bob),
    () => updateStore(em, storeId, { webhookUrl: 'https://shop.example/hook' }, ann),
    () => setStoreFees(em, { storeId, feeBps: 20, minFeeUnits: 0n as never, ...why }),
    () => setStoreStatus(em, { storeId, status: 'suspended', ...why }),
    () => applyChange(em, promotion, later()),
    () => confirmChange(em, { id: owner, merchantId, actor: bob }),
    () => setMemberRole(em, { merchantId, userId: mia.id, role: 'viewer', actor: bob }),
    () => removeMember(em, { merchantId, userId: vic.id, actor: bob }),
    () => inviteMember(em, { ...made, email: helper.email, role: 'manager' }),
    () => acceptInvitation(em, { userId: helper.id, email: helper.email } as ProvenAccount, token),
    () => revokeApiKey(em, apiKey, storeId, bob),
    () => addKey('third'),
  ];
};

test('everything at once: no deadlock, in any order', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const work = await everything();
    const turned = [...work.slice(round % work.length), ...work.slice(0, round % work.length)];
    const results = await Promise.allSettled(turned.map((run) => run()));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    // Some lose: another one was first. Their reasons are ours, not the database's.
    expect(failures.filter((failure) => !(failure instanceof UserError))).toEqual([]);
  }
});

test('rows of a business are locked by one file, which has the order', () => {
  const locks = (file: string) => /LockMode|forUpdate\(|forNoKeyUpdate\(|for update/.test(readFileSync(file, 'utf8'));
  const folder = join(REPOSITORY, 'db/merchants');
  expect(readdirSync(folder).filter((name) => locks(join(folder, name)))).toEqual(['lock-merchant.ts']);
});
