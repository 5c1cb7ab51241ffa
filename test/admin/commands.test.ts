// The operator commands with a database: their output, and the input that they reject. A few run as processes: what follows the program's
// start is the same in this one.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { Dispatch } from '#db/entities/intent.entity.ts';
import { ApiKey } from '#db/entities/store.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { openSecret, parseMasterKeys } from '#db/secrets.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { addIntent, admin, adminHere, adminJson, adminJsonHere, MASTER_KEYS, RECEIVER } from './support.ts';

interface Credentials {
  store_id: string;
  api_key: string;
  api_secret: string;
}

let database: TestDatabase;
let orm: Orm;
let env: Record<string, string>;
let shop: Credentials;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
  env = { DATABASE_URL: database.url, MASTER_KEYS };
  const args = ['--name', 'Shop', '--email', 'shop@example.com', '--receiver', RECEIVER];
  shop = await adminJson<Credentials>(env, 'store', 'create', ...args, '--webhook-url', 'http://127.0.0.1:9/hook');
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const failure = async (...args: string[]): Promise<{ code: string; message: string }> => {
  const said = await adminHere(env, ...args, '--json');
  expect(said).toMatchObject({ code: 1, stdout: '' });
  const lines = said.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  const parsed = JSON.parse(lines[0] ?? '') as { error: { code: string; message: string } };
  expect(Object.keys(parsed)).toEqual(['error']);
  expect(Object.keys(parsed.error)).toEqual(['code', 'message']);
  return parsed.error;
};

describe('store', () => {
  it('create prints exactly three credentials, and the secret is the sealed one', async () => {
    expect(Object.keys(shop)).toEqual(['store_id', 'api_key', 'api_secret']);
    expect(shop.api_key).toMatch(/^st_/);
    expect(shop.api_secret).toMatch(/^st_/);
    const key = await orm.em.fork().findOneOrFail(ApiKey, shop.api_key);
    const binding = { storeId: shop.store_id, apiKeyId: shop.api_key };
    expect(openSecret(parseMasterKeys(MASTER_KEYS), binding, key.sealedSecret)).toBe(shop.api_secret);
  });

  it('create adds a store to an existing merchant', async () => {
    const second = await adminJsonHere<Credentials>(
      env,
      'store',
      'create',
      '--name',
      'Two',
      '--email',
      'shop@example.com',
    );
    const show = (id: string) => adminJsonHere<{ merchant_id: string; status: string }>(env, 'store', 'show', id);
    const [a, b] = [await show(shop.store_id), await show(second.store_id)];
    expect(b.merchant_id).toBe(a.merchant_id);
    expect(b.status).toBe('active');
  });

  it('update changes the given settings, keeps the others, and clears with none', async () => {
    const changed = await adminJsonHere<Record<string, unknown>>(
      env,
      ...[
        'store',
        'update',
        shop.store_id,
        '--name',
        'Röster & Söhne',
        '--tolerance-bps',
        '25',
        '--ttl-seconds',
        '900',
      ],
      ...['--chains', '31337,31338', '--confirmations', '31337=4', '--sign-responses', 'on', '--min-fee', '0.05'],
      ...['--fee-bps', '80', '--support', 'help@example.com', '--replay-window-seconds', '300'],
    );
    expect(changed).toMatchObject({
      name: 'Röster & Söhne',
      tolerance_bps: 25,
      checkout_ttl_seconds: 900,
      accepted_chain_ids: [31337, 31338],
      minimum_confirmations: { 31337: 4 },
      signs_responses: true,
      min_fee: '0.0500',
      fee_bps: 80,
      support_contact: 'help@example.com',
      replay_window_seconds: 300,
      receiver: RECEIVER,
      webhook_url: 'http://127.0.0.1:9/hook',
    });
    const cleared = await adminJsonHere<Record<string, unknown>>(
      env,
      ...['store', 'update', shop.store_id, '--webhook-url', 'none', '--chains', 'all', '--support', 'none'],
    );
    expect(cleared).toMatchObject({ webhook_url: null, accepted_chain_ids: null, support_contact: null, fee_bps: 80 });
  });

  it('update warns about webhook URLs that cause problems for receivers, and sets them', async () => {
    const url = 'https://shop.example/a//b/%20?x=1';
    const { code, stderr, stdout } = await admin(env, 'store', 'update', shop.store_id, '--webhook-url', url, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ webhook_url: url });
    expect(stderr.match(/^warning: --webhook-url: /gm)).toHaveLength(3);
  });

  it('list shows every store', async () => {
    const stores = await adminJsonHere<{ store_id: string }[]>(env, 'store', 'list');
    expect(stores.map(({ store_id }) => store_id)).toContain(shop.store_id);
    expect((await adminHere(env, 'store', 'list')).stdout).toContain('shop@example.com');
  });
});

describe('key', () => {
  it('create, list and revoke', async () => {
    const made = await adminJsonHere<Credentials>(env, 'key', 'create', shop.store_id, '--allow', '10.0.0.0/8, ::1');
    expect(Object.keys(made)).toEqual(['store_id', 'api_key', 'api_secret']);
    const revoke = () => adminJsonHere<{ revoked_at: string }>(env, 'key', 'revoke', made.api_key);
    expect(await revoke()).toEqual(await revoke());
    const said = await adminHere(env, 'key', 'list', shop.store_id, '--json');
    expect(said.stdout).not.toContain(made.api_secret);
    const keys = JSON.parse(said.stdout) as { api_key: string; ip_allowlist: string[]; revoked_at: string | null }[];
    const [revoked, first] = [made.api_key, shop.api_key].map((id) => keys.find(({ api_key }) => api_key === id));
    expect(revoked).toMatchObject({ ip_allowlist: ['10.0.0.0/8', '::1'], revoked_at: expect.any(String) });
    expect(first).toMatchObject({ ip_allowlist: [], revoked_at: null });
  });

  it('create rejects an invalid range by the name of its option', async () => {
    expect((await failure('key', 'create', shop.store_id, '--allow', '10.0.0.0/99')).message).toContain('--allow');
  });
});

describe('intent', () => {
  it("show prints the intent with the API's names", async () => {
    const id = await addIntent(
      orm,
      { storeId: shop.store_id, apiKeyId: shop.api_key },
      { amount: '12.5', orderId: 'A-17' },
    );
    expect(await adminJsonHere(env, 'intent', 'show', id)).toMatchObject({
      all_scale_checkout_intent_id: id,
      store_id: shop.store_id,
      status: 1,
      status_name: 'CREATED',
      amount_cents: 1250,
      amount_coins: '12.5000',
      coin_symbol: 'USDT',
      order_id: 'A-17',
      tx_hash: null,
      transfers: [],
      webhooks: [],
      settlements: [],
      reviews: [],
      timeline: [{ kind: 'created', status_from: null, status_to: 1 }],
    });
    expect((await adminHere(env, 'intent', 'show', id)).stdout).toContain('created as CREATED');
  });

  it('list filters by status, store and order, and stops at the limit', async () => {
    const keys = { storeId: shop.store_id, apiKeyId: shop.api_key };
    const newest = await addIntent(orm, keys, { orderId: 'list' });
    const list = async (...args: string[]) =>
      (await adminJsonHere<{ all_scale_checkout_intent_id: string }[]>(env, 'intent', 'list', ...args)).map(
        (intent) => intent.all_scale_checkout_intent_id,
      );
    expect(await list('--status', '1', '--store', shop.store_id, '--order', 'list')).toEqual([newest]);
    expect(await list('--status', '20')).toEqual([]);
    expect(await list('--store', 'sto_none')).toEqual([]);
    expect(await list('--limit', '1')).toHaveLength(1);
    expect((await failure('intent', 'list', '--status', '7')).message).toContain('--status');
  });
});

describe('webhook', () => {
  it('redeliver queues a delivery of the event, by its own id or the intent, or of all since a time', async () => {
    const intentId = await addIntent(orm, { storeId: shop.store_id, apiKeyId: shop.api_key });
    const em = orm.em.fork();
    const event = em.create(WebhookEvent, {
      id: 'evt_again',
      transactionId: 'txn_again',
      store: shop.store_id,
      intent: intentId,
      eventType: 'checkout_intent.confirmed',
      body: '{}',
      state: 'failed',
      createdAt: new Date(),
    });
    await em.flush();
    const since = ['--store', shop.store_id, '--since', new Date(Date.now() - 60_000).toISOString()];
    for (const which of [[event.id], [intentId], since]) {
      expect(await adminJsonHere(env, 'webhook', 'redeliver', ...which)).toEqual({ redelivering: [event.id] });
    }
    const queued = await orm.em.fork().find(Dispatch, { kind: 'start_webhook', subjectId: event.id });
    expect(queued).toHaveLength(3);
    expect(await adminJsonHere(env, 'webhook', 'list', '--state', 'pending', '--intent', intentId)).toMatchObject([
      { webhook_id: event.id, state: 'pending', attempts: [] },
    ]);
    const later = ['--store', shop.store_id, '--since', new Date(Date.now() + 60_000).toISOString()];
    expect(await adminJsonHere(env, 'webhook', 'redeliver', ...later)).toEqual({ redelivering: [] });
  });
});

describe('failures', () => {
  it.each([
    [['store', 'show', 'sto_none'], 'store_not_found'],
    [['store', 'update', 'sto_none', '--name', 'X'], 'store_not_found'],
    [['store', 'update', 'sto_none'], 'bad_usage'],
    [['store', 'create', '--name', 'X'], 'bad_usage'],
    [['store', 'create', '--email', 'x@example.com'], 'bad_usage'],
    [['key', 'revoke', 'st_none'], 'api_key_not_found'],
    [['intent', 'show', 'nonsense'], 'intent_not_found'],
    [['intent', 'show', 'ffffffffffffffffffffffff'], 'intent_not_found'],
    [['webhook', 'redeliver', 'evt_none'], 'webhook_not_found'],
    [['webhook', 'redeliver'], 'bad_usage'],
    [['demo', 'pay', 'ffffffffffffffffffffffff'], 'intent_not_found'],
    [['demo', 'reorg', '--chain', '1', '--depth', '1'], 'not_local'],
    [['demo', 'receiver', '--port', '0'], 'no_key'],
    [['no-such-command'], 'bad_usage'],
  ])('%j fails with %s', async (args, code) => {
    expect((await failure(...args)).code).toBe(code);
  });

  it('are one line of text without --json', async () => {
    const said = await admin(env, 'store', 'show', 'sto_none');
    expect(said).toEqual({ code: 1, stdout: '', stderr: 'error: there is no store sto_none\n' });
  });

  it('reports that no system runs', async () => {
    const none = await admin({}, 'store', 'list', '--json');
    expect(JSON.parse(none.stderr)).toMatchObject({ error: { code: 'not_running' } });
    const gone = await admin({ DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' }, 'store', 'list', '--json');
    expect(JSON.parse(gone.stderr)).toMatchObject({ error: { code: 'not_running' } });
    expect(gone.stderr).not.toContain('x:y');
  });

  it('finds the running system through DATA_DIR', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'checkout-admin-'));
    try {
      mkdirSync(join(folder, 'run'));
      writeFileSync(join(folder, 'run', 'env.json'), JSON.stringify(env));
      expect((await admin({ DATA_DIR: folder }, 'store', 'show', shop.store_id)).code).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
