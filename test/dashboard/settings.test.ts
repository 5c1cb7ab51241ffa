// Settings: bad input is reported with its field and reason, and not saved; valid input is saved with an audit entry; a wallet proves
// the receiving address.
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { receiverProofTypedData } from '#domain/receiver-proof.ts';
import { makeStore } from '#test/support/intents.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import type { SettingsSection, SettingsService } from '#web/dashboard/settings/server/settings-types.ts';
import { openSettings, type SettingsStage } from './settings-stage.ts';
import { formOf, visitOf } from './visit.ts';

let stage: SettingsStage;
let orm: Orm;
let settings: SettingsService;
/** Of a development system, which may call receivers on this machine. */
let development: SettingsService;
let receiver: TestReceiver;
let storeId: string;
let storeOf: SettingsStage['storeOf'];
let save: SettingsStage['save'];

beforeAll(async () => {
  stage = await openSettings();
  ({ orm, settings, storeId, storeOf, save } = stage);
  development = stage.developmentWith({ allowedRanges: ['127.0.0.0/8'], requireHttps: false });
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver?.stop();
  await stage?.close();
});

const auditOf = (id: string) =>
  orm.em
    .fork()
    .execute<{ action: string; actor_email: string; data: { changes: Record<string, unknown> } }[]>(
      'select action, actor_email, data from audit_entry where store_id = ? order by id',
      [id],
    );
const wrongChecksum = '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

describe('bad input', () => {
  test.each<[SettingsSection, string, string | string[], RegExp]>([
    ['store', 'name', '  ', /must not be empty/],
    ['store', 'name', 'x'.repeat(256), /at most 255/],
    ['store', 'name', 'a\u0007b', /control characters/],
    ['store', 'name', 'Good\u202epohs', /direction/],
    ['store', 'name', 'two\nlines', /one line of plain text/],
    ['store', 'accentColor', 'blue', /colour such as #1557d6/],
    ['store', 'accentColor', '#12345', /colour such as #1557d6/],
    ['store', 'supportContact', 'x'.repeat(256), /at most 255/],
    ['store', 'timeZone', 'Mars/Olympus', /IANA time zone/],
    ['store', 'locale', 'tlh', /languages of the list/],
    ['store', 'csvStyle', 'tabs', /one of comma, semicolon, semicolon_decimal_comma/],
    ['payments', 'acceptedCoins', [], /at least one coin/],
    ['payments', 'acceptedCoins', ['3'], /at least one coin/],
    ['payments', 'acceptedChainIds', [], /at least one network/],
    ['payments', 'acceptedChainIds', ['999'], /at least one network/],
    ['payments', 'tolerancePercent', '', /percentage from 0 to 10/],
    ['payments', 'tolerancePercent', '10.5', /percentage from 0 to 10/],
    ['payments', 'tolerancePercent', '0.001', /at most two decimals/],
    ['payments', 'tolerancePercent', '-1', /percentage/],
    ['payments', 'checkoutMinutes', '0', /minutes from 1/],
    ['payments', 'checkoutMinutes', '1e3', /minutes from 1/],
    ['payments', 'checkoutMinutes', '10081', /seven days/],
    // A thousand and more in English, less than two minutes in Spanish.
    ['payments', 'checkoutMinutes', '1,440', /can be read in two ways/],
    ['payments', 'checkoutMinutes', '1.440', /can be read in two ways/],
    ['payments', 'extensionMinutes', 'ten', /minutes from 0/],
    ['payments', 'blocks-8453', '0', /whole number of blocks/],
    ['payments', 'blocks-10', '1.5', /whole number of blocks/],
    ['payments', 'blocks-137', '100001', /whole number of blocks/],
    ['receiver', 'receiver', '', /40 hex digits/],
    ['receiver', 'receiver', '0x12', /40 hex digits/],
    ['receiver', 'receiver', wrongChecksum, /EIP-55/],
    ['receiver', 'receiver', `0x${'0'.repeat(40)}`, /Nobody holds the key/],
    ['receiver', 'signature', 'yes', /must be a signature/],
    ['connection', 'webhookUrl', 'shop.example/hook', /absolute http or https/],
    ['connection', 'webhookUrl', 'ftp://shop.example/hook', /absolute http or https/],
    ['connection', 'webhookUrl', 'http://shop.example/hook', /must begin with https/],
    ['connection', 'webhookUrl', 'https://u:p@shop.example/', /user name or password/],
    ['connection', 'webhookUrl', 'https://shop.example/#x', /fragment/],
    ['connection', 'webhookUrl', 'https://192.168.0.1/x', /private network address/],
    ['connection', 'webhookUrl', 'https://[::ffff:10.0.0.1]/x', /private network address/],
    ['connection', 'webhookUrl', 'https://[fd00::1]/x', /private network address/],
    ['connection', 'webhookUrl', 'https://localhost/x', /private network address/],
    ['connection', 'webhookUrl', 'https://shop.example/a b', /spaces/],
    ['connection', 'webhookUrl', `https://shop.example/${'x'.repeat(2100)}`, /at most 2048/],
    ['connection', 'replayWindowSeconds', '0', /whole seconds from 1 to 600/],
    ['connection', 'replayWindowSeconds', '601', /whole seconds from 1 to 600/],
    ['notifications', 'notificationEmails', 'a@shop.example, nobody', /“nobody” is not one/],
    ['notifications', 'reportRecipients', 'a@', /“a@” is not one/],
    [
      'notifications',
      'reportRecipients',
      Array.from({ length: 21 }, (_, at) => `p${at}@shop.example`).join(' '),
      /at most 20/,
    ],
  ])('%s: %s is rejected: %j', async (section, field, typed, reason) => {
    const before = await storeOf(storeId);
    const entries = (await auditOf(storeId)).length;
    const outcome = await save(section, { [field]: typed });
    if (outcome.saved) throw new Error('it was saved');
    expect(outcome.result.error?.[field]?.join()).toMatch(reason);
    expect(Object.keys(outcome.result.error ?? {})).toEqual([field]);
    // All fields come back as typed, the valid ones too.
    const { values } = await settings.view(storeId, section);
    const given = Object.entries({ ...values, [field]: typed }).filter(([, value]) => value && value.length > 0);
    for (const [name, value] of given) {
      const back = outcome.result.initialValue?.[name];
      expect(Array.isArray(value) ? [back ?? []].flat() : back, name).toEqual(value);
    }
    expect((await storeOf(storeId)).updatedAt).toEqual(before.updatedAt);
    expect(await auditOf(storeId)).toHaveLength(entries);
  });

  test('several problems are all reported', async () => {
    const outcome = await save('store', { name: '', accentColor: 'x', timeZone: '' });
    if (outcome.saved) throw new Error('it was saved');
    expect(Object.keys(outcome.result.error ?? {}).sort()).toEqual(['accentColor', 'name', 'timeZone']);
  });
});

describe('valid input', () => {
  test('is saved in the units of the store, with old and new values in the audit log', async () => {
    const { storeId: id } = await makeStore(orm.em);
    const payments = {
      acceptedCoins: ['2'],
      acceptedChainIds: ['10', '137', '8453'],
      tolerancePercent: '0,25',
      checkoutMinutes: '1.5',
      extensionMinutes: '0',
      'blocks-8453': '64',
    };
    expect(await save('payments', payments, id)).toEqual({
      saved: true,
      warnings: [],
      waits: false,
      receiver: null,
    });
    expect(await storeOf(id)).toMatchObject({
      acceptedCoins: [2],
      acceptedChainIds: null,
      toleranceBps: 25,
      checkoutTtlSeconds: 90,
      extensionSeconds: 0,
      minimumConfirmations: { '8453': 64 },
    });
    const [entry] = await auditOf(id);
    expect(entry).toMatchObject({ action: 'store.update', actor_email: 'owner@shop.test' });
    expect(entry?.data.changes).toMatchObject({
      toleranceBps: { from: 50, to: 25 },
      acceptedCoins: { from: null, to: [2] },
    });
    // The form shows what is kept, and saving it unchanged changes nothing.
    expect(await settings.view(id, 'payments')).toMatchObject({ values: { ...payments, tolerancePercent: '0.25' } });
    await save('payments', {}, id);
    expect(await auditOf(id)).toHaveLength(1);
  });

  test('empty fields clear settings, unchecked boxes switch off, lists accept any separator, colours become lower case', async () => {
    const { storeId: id } = await makeStore(orm.em, 'https://shop.example/hook');
    await save('store', { name: ' Käse & Brot ', accentColor: '#1557D6', supportContact: 'help@shop.example' }, id);
    expect(await storeOf(id)).toMatchObject({ name: 'Käse & Brot', accentColor: '#1557d6' });
    await save('store', { accentColor: '', supportContact: ' ' }, id);
    await save('connection', { webhookUrl: '', signsResponses: 'on' }, id);
    await save(
      'notifications',
      { notificationEmails: 'A@shop.example;b@shop.example\n a@shop.example', dailyReports: undefined },
      id,
    );
    expect(await storeOf(id)).toMatchObject({
      accentColor: null,
      supportContact: null,
      webhookUrl: null,
      signsResponses: true,
      notificationEmails: ['a@shop.example', 'b@shop.example'],
      dailyReports: false,
      monthlyReports: true,
    });
  });

  test('a webhook URL that breaks some receivers is saved with warnings', async () => {
    const outcome = await save('connection', { webhookUrl: 'https://shop.example//hook?x=1' });
    expect(outcome).toMatchObject({ saved: true });
    expect(outcome.saved && outcome.warnings).toHaveLength(2);
  });

  test('a new webhook URL is called once, and saved whatever answers', async () => {
    const { storeId: id } = await makeStore(orm.em);
    const saveUrl = async (webhookUrl: string) => {
      const { values } = await development.view(id, 'connection');
      return await development.save(await visitOf(orm, id), 'connection', formOf({ ...values, webhookUrl }));
    };
    const urls = [500, 204, 401].map((status) => `${receiver.url}/${status}`);
    receiver.response = ({ target }) => ({ status: Number(target.split('/').at(-1)) });
    for (const url of urls) {
      const receiverAnswer = `status-${url.split('/').at(-1)}`;
      expect(await saveUrl(url)).toMatchObject({ saved: true, receiver: receiverAnswer });
      expect((await storeOf(id)).webhookUrl).toBe(url);
    }
    // Unchanged, it is not called again.
    expect(await saveUrl(urls[2] ?? '')).toMatchObject({ saved: true, receiver: null });
    expect(receiver.received.map(({ target }) => target)).toEqual(['/hook/500', '/hook/204', '/hook/401']);
    expect(await saveUrl('https://nowhere.invalid/hook')).toMatchObject({ saved: true, receiver: 'not-found' });
    const gone = await startReceiver();
    await gone.stop();
    expect(await saveUrl(gone.url)).toMatchObject({ saved: true, receiver: 'no-answer' });
    expect(await saveUrl('http://10.0.0.1/hook')).toMatchObject({ saved: false });
    expect((await storeOf(id)).webhookUrl).toBe(gone.url);
  });

  test('a test store is offered test networks only, and a live store none of them', async () => {
    const { storeId: id } = await makeStore(orm.em);
    expect((await settings.view(id, 'payments')).networks.map(({ id: chain }) => chain)).toEqual([10, 137, 8453]);
    expect(await save('payments', { acceptedChainIds: ['31337'] }, id)).toMatchObject({ saved: false });
    await orm.em.fork().execute('update store set is_test = true where id = ?', [id]);
    expect((await settings.view(id, 'payments')).networks.map(({ id: chain }) => chain)).toEqual([31337, 31338]);
    expect(await save('payments', { acceptedChainIds: ['8453'] }, id)).toMatchObject({ saved: false });
  });
});

describe('the receiving address', () => {
  const wallet = Wallet.createRandom();
  const receiver = wallet.address as Address;
  const sign = async (store: string, signedAt: string, by = wallet, address = receiver): Promise<string> => {
    const { domain, types, message } = receiverProofTypedData({ storeId: store, receiver: address, signedAt });
    return await by.signTypedData(domain, { ReceiverProof: types.ReceiverProof }, message);
  };

  test('is saved at once when it is the first one or its wallet signed it; another one waits', async () => {
    const { storeId: id } = await makeStore(orm.em);
    await orm.em.fork().execute('update store set receiver = null where id = ?', [id]);
    const first = Wallet.createRandom().address;
    expect(await save('receiver', { receiver: first }, id)).toMatchObject({ saved: true, waits: false });
    expect(await storeOf(id)).toMatchObject({ receiver: first, receiverProof: null });
    expect(await save('receiver', { receiver }, id)).toMatchObject({ saved: true, waits: true });
    expect(await storeOf(id)).toMatchObject({ receiver: first });
    const signedAt = new Date().toISOString();
    const signature = await sign(id, signedAt);
    expect(await save('receiver', { receiver, signature, signedAt }, id)).toMatchObject({ saved: true, waits: false });
    expect((await storeOf(id)).receiverProof).toEqual({ address: receiver, signature, signedAt });
    expect((await settings.view(id, 'receiver')).receiver.proof).toEqual({ address: receiver, signedAt });
    expect((await auditOf(id)).at(-1)?.data.changes).toMatchObject({ receiver: { from: first, to: receiver } });
  });

  test.each<[string, () => Promise<{ signature: string; signedAt: string }>, RegExp]>([
    [
      'of another wallet',
      async () => {
        const signedAt = new Date().toISOString();
        return { signature: await sign(storeId, signedAt, Wallet.createRandom()), signedAt };
      },
      /was made by 0x/,
    ],
    [
      'for another store',
      async () => {
        const signedAt = new Date().toISOString();
        return { signature: await sign('sto_other', signedAt), signedAt };
      },
      /was made by 0x/,
    ],
    [
      'for another address',
      async () => {
        const signedAt = new Date().toISOString();
        return { signature: await sign(storeId, signedAt, wallet, Wallet.createRandom().address as Address), signedAt };
      },
      /was made by 0x/,
    ],
    [
      'of an hour ago',
      async () => {
        const signedAt = new Date(Date.now() - 3_600_000).toISOString();
        return { signature: await sign(storeId, signedAt), signedAt };
      },
      /older than/,
    ],
    [
      'with a wrong format',
      async () => ({ signature: '0x1234', signedAt: new Date().toISOString() }),
      /not a signature/,
    ],
  ])('a signature %s proves and saves nothing', async (_name, make, reason) => {
    const before = (await storeOf(storeId)).receiver;
    const outcome = await save('receiver', { receiver, ...(await make()) });
    if (outcome.saved) throw new Error('it was saved');
    expect(outcome.result.error?.signature?.join()).toMatch(reason);
    expect((await storeOf(storeId)).receiver).toBe(before);
  });
});
