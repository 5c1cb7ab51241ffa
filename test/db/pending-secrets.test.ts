// A new secret of a store that has keys signs webhooks of their orders only after its wait.
import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { rollApiKey } from '#db/api/api-keys.ts';
import { beginWebhookAttempt } from '#db/delivery/webhook-delivery.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { ApiKey } from '#db/entities/store.entity.ts';
import { createApiKey, revokeApiKey } from '#db/merchants/api-keys.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { listWaitingChanges } from '#db/merchants/change-list.ts';
import { applyDueChanges, cancelByLink } from '#db/merchants/decide-change.ts';
import { requestSigning } from '#db/merchants/pending-changes.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { later, openBusinesses, RULES } from './businesses.ts';

const { orm, business, linkOf, auditOf, mailsTo, close } = await openBusinesses();
afterAll(close);

const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);

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
    return (await beginWebhookAttempt(orm.em, id, 'one'))?.delivery.key?.id ?? null;
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

  test('a key that is revoked while its change waits signs for nobody: the change ends in the log and by e-mail', async () => {
    const { storeId, merchantId, ann, bob } = await business();
    await add(storeId, ann);
    const revoked = await add(storeId, ann);
    await revokeApiKey(orm.em, revoked.apiKey, storeId, bob);
    const rolled = await add(storeId, ann);
    await rollApiKey(orm.em, masterKeys, rolled.apiKey, storeId, 0, bob);
    const waited = await orm.em.fork().find(PendingChange, { merchant: merchantId });
    expect(waited.map(({ state, decidedBy }) => [state, decidedBy])).toEqual([
      ['canceled', bob.email],
      ['canceled', bob.email],
    ]);
    for (const { id } of waited) expect(await auditOf(id)).toEqual(['change.request', 'change.cancel']);
    expect(await mailsTo('change_canceled', merchantId)).toHaveLength(4);
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
