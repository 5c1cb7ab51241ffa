// Merchants, stores, keys and sealed secrets: what is accepted, the message for what is rejected, and what can never be read again.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKey, listApiKeys, revokeApiKey } from '#db/merchants/api-keys.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { createMerchantAndStore, type NewStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { openSecret, parseMasterKeys, sealSecret } from '#db/secrets.ts';
import { UserError } from '#domain/errors.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { updateCheckedStore } from '#test/support/payable.ts';

let database: TestDatabase;
let orm: Orm;
const keyText = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const masterKeys = parseMasterKeys(keyText('k1'));
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
});
afterAll(async () => {
  await orm.close();
  await database.drop();
});

let count = 0;
const newStore = async (more: Partial<NewStore> = {}) => {
  count += 1;
  return await createMerchantAndStore(orm.em, { name: 'Shop', email: `m${count}@shop.example`, ...more });
};

test('one merchant for each e-mail address, in any case and in any number of requests at once', async () => {
  const made = await Promise.all(
    ['Ada@shop.example', 'ada@SHOP.example', ' ada@shop.example '].map((email) => newStore({ email })),
  );
  expect(new Set(made.map(({ merchantId }) => merchantId)).size).toBe(1);
  expect(new Set(made.map(({ storeId }) => storeId)).size).toBe(3);
});

test('a merchant made by command has its day of activation, and a further store keeps it', async () => {
  const dayOf = async (merchantId: string) =>
    (await orm.em.fork().execute('select activated_at from merchant where id = ?', [merchantId]))[0]?.activated_at;
  const { merchantId } = await newStore({ email: 'by-command@shop.example' });
  const first = await dayOf(merchantId);
  expect(Math.abs(Date.now() - new Date(first).getTime())).toBeLessThan(60_000);
  await newStore({ email: 'by-command@shop.example' });
  expect(await dayOf(merchantId)).toEqual(first);
});

test('a suspended merchant gets no further stores', async () => {
  const { merchantId } = await newStore({ email: 'bad@shop.example' });
  await orm.em.fork().execute("update merchant set status = 'suspended' where id = ?", [merchantId]);
  await expect(newStore({ email: 'bad@shop.example' })).rejects.toMatchObject({ code: 'merchant_suspended' });
});

describe('settings', () => {
  test('only given settings change, null clears one, and a new webhook URL enables webhooks again', async () => {
    const { storeId } = await newStore({
      receiver: knownPayable('0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB'),
      webhookUrl: 'https://x.example/hook',
    });
    await orm.em.fork().execute('update store set webhook_disabled_at = now() where id = ?', [storeId]);
    const first = await updateStore(orm.em, storeId, { name: 'New', minimumConfirmations: { 31337: 5 } });
    expect(first).toMatchObject({
      name: 'New',
      receiver: '0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB',
      webhookUrl: 'https://x.example/hook',
    });
    expect(first.webhookDisabledAt).toBeInstanceOf(Date);
    const second = await updateStore(orm.em, storeId, {
      webhookUrl: 'https://x.example/hook',
      minimumConfirmations: null,
    });
    expect(second).toMatchObject({ name: 'New', webhookDisabledAt: null, minimumConfirmations: null });
    expect(await updateCheckedStore(orm.em, storeId, { webhookUrl: null, receiver: null })).toMatchObject({
      webhookUrl: null,
      receiver: null,
    });
  });

  test.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(256) }],
    ['name', { name: 'a\nb' }],
    ['receiver', { receiver: '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' }],
    ['receiver', { receiver: `0x${'0'.repeat(40)}` }],
    ['receiver', { receiver: `0x${'AB'.repeat(20)}` }],
    ['receiver', { receiver: '0xdAC17F958D2ee523a2206206994597C13D831ec7' }],
    ['webhookUrl', { webhookUrl: 'ftp://x.example' }],
    ['webhookUrl', { webhookUrl: 'https://x.example/#a' }],
    ['webhookUrl', { webhookUrl: 'https://u:p@x.example/' }],
    ['logoUrl', { logoUrl: 'javascript:alert(1)' }],
    ['logoUrl', { logoUrl: '/../secret' }],
    ['feeBps', { feeBps: 10_001 }],
    ['feeBps', { feeBps: 0.5 }],
    ['minFeeUnits', { minFeeUnits: -1n }],
    ['toleranceBps', { toleranceBps: 1001 }],
    ['checkoutTtlSeconds', { checkoutTtlSeconds: 59 }],
    ['replayWindowSeconds', { replayWindowSeconds: 601 }],
    ['extensionSeconds', { extensionSeconds: -1 }],
    ['acceptedChainIds', { acceptedChainIds: [] }],
    ['acceptedChainIds', { acceptedChainIds: [2] }],
    ['minimumConfirmations', { minimumConfirmations: { 2: 5 } }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['locale', { locale: 'english' }],
    ['status', { status: 'gone' }],
    ['store', { colour: 'red' }],
  ])('%s is rejected: %o', async (member, settings) => {
    const { storeId } = await newStore();
    const denial = await updateStore(orm.em, storeId, settings as never).catch((error: unknown) => error);
    expect(denial).toBeInstanceOf(UserError);
    expect(denial).toMatchObject({ code: 'invalid_store' });
    expect((denial as Error).message).toMatch(new RegExp(`^${member}\\b`));
  });

  test('a store that does not exist', async () =>
    await expect(updateStore(orm.em, 'sto_none', { name: 'x' })).rejects.toMatchObject({ code: 'store_not_found' }));
});

describe('keys', () => {
  test('the secret is shown once: no row has it, and its seal opens only in its own context', async () => {
    const { storeId } = await newStore();
    const { apiKey, apiSecret } = await createApiKey(orm.em, masterKeys, storeId, {
      name: 'main',
      ipAllowlist: ['10.0.0.0/8', '::1'],
    });
    expect(apiKey).toMatch(/^st_live_[0-9a-f]{32}$/);
    expect(apiSecret).toMatch(/^st_live_secret_[0-9a-f]{64}$/);
    const [row] = await orm.em
      .fork()
      .execute<{ sealed_secret: string }[]>('select * from api_key where id = ?', [apiKey]);
    expect(JSON.stringify(row)).not.toContain(apiSecret.slice(-64));
    const sealed = row?.sealed_secret ?? '';
    expect(openSecret(masterKeys, { storeId, apiKeyId: apiKey }, sealed)).toBe(apiSecret);
    expect(() => openSecret(masterKeys, { storeId, apiKeyId: 'st_other' }, sealed)).toThrow();
    expect(() => openSecret(masterKeys, { storeId: 'sto_other', apiKeyId: apiKey }, sealed)).toThrow();
    expect(() => openSecret(parseMasterKeys(keyText('k1')), { storeId, apiKeyId: apiKey }, sealed)).toThrow();
    const list = await listApiKeys(orm.em, storeId);
    expect(list).toMatchObject([{ apiKey, name: 'main', ipAllowlist: ['10.0.0.0/8', '::1'], revokedAt: null }]);
    expect(JSON.stringify(list)).not.toContain(sealed);
  });

  test('revoking can be repeated, and is limited to the store when one is given', async () => {
    const [{ storeId }, other] = [await newStore(), await newStore()];
    const { apiKey } = await createApiKey(orm.em, masterKeys, storeId, { name: 'main' });
    await expect(revokeApiKey(orm.em, apiKey, other.storeId)).rejects.toMatchObject({ code: 'api_key_not_found' });
    const first = await revokeApiKey(orm.em, apiKey, storeId);
    expect(await revokeApiKey(orm.em, apiKey)).toEqual(first);
    expect(await listApiKeys(orm.em, storeId)).toMatchObject([{ apiKey, revokedAt: first.revokedAt }]);
  });

  test.each(['300.0.0.1', '10.0.0.0/33', 'localhost', '10.0.0', '', '1'])(
    'an allowlist must not contain %j',
    async (entry) => {
      const { storeId } = await newStore();
      await expect(
        createApiKey(orm.em, masterKeys, storeId, { name: 'x', ipAllowlist: [entry] }),
      ).rejects.toMatchObject({ code: 'invalid_api_key' });
    },
  );
});

describe('master keys', () => {
  test('after a rotation the new key seals and the old one still opens', () => {
    const [oldKey, newKey] = [keyText('old'), keyText('new')];
    const place = { storeId: 's', apiKeyId: 'k' };
    const sealed = sealSecret(parseMasterKeys(oldKey), place, 'st_secret');
    const rotated = parseMasterKeys(`${newKey},${oldKey}`);
    expect(openSecret(rotated, place, sealed)).toBe('st_secret');
    expect(sealSecret(rotated, place, 'st_secret')).toMatch(/^v1\.new\./);
    expect(() => openSecret(parseMasterKeys(newKey), place, sealed)).toThrow();
  });

  test('a damaged seal does not open, and two seals of one secret differ', () => {
    const place = { storeId: 's', apiKeyId: 'k' };
    const sealed = sealSecret(masterKeys, place, 'st_secret');
    expect(sealSecret(masterKeys, place, 'st_secret')).not.toBe(sealed);
    for (const broken of [
      '',
      'v1',
      sealed.replace('v1.', 'v2.'),
      `${sealed.slice(0, -8)}AAAAAAAA`,
      sealed.slice(0, -24),
    ]) {
      expect(() => openSecret(masterKeys, place, broken)).toThrow();
    }
  });

  test('a wrong list is rejected without showing a key', () => {
    for (const text of ['', 'k1', 'k1:short', `k 1:${randomBytes(32).toString('base64')}`]) {
      expect(() => parseMasterKeys(text)).toThrow(/^MASTER_KEYS: /);
      if (text.length > 8) expect(() => parseMasterKeys(text)).not.toThrow(text.slice(3));
    }
  });
});
