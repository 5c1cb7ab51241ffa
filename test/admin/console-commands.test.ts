// The commands that do the same as the operators' console: operators, merchants, reviews, the audit log; and master keys.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKey } from '#db/entities/store.entity.ts';
import { applyAsMerchant } from '#db/merchants/merchants.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { openSecret, parseMasterKeys } from '#db/secrets.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { asOwner, createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { fullHashes } from '#test/support/password-hashes.ts';
import { derivePasswordKeys } from '#web/account/keys/password-keys.ts';
import { createAuth } from '#web/auth/create-auth.ts';
import { addIntent, adminHere as admin, MASTER_KEYS, RECEIVER } from './support.ts';

let database: TestDatabase;
let orm: Orm;
let env: Record<string, string>;
let shop: { store_id: string; api_key: string; api_secret: string };
const AUTH_SECRET = randomBytes(24).toString('hex');
const PUBLIC_URL = 'http://127.0.0.1:9';
const PASSWORD = 'seven slow rivers under glass';

beforeAll(async () => {
  // A process of its own makes the password that this one logs in with.
  fullHashes();
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
  env = { DATABASE_URL: database.url, MASTER_KEYS, AUTH_SECRET, PUBLIC_URL };
  shop = await adminJson(
    env,
    'store',
    'create',
    '--name',
    'Shop',
    '--email',
    'shop@example.com',
    '--receiver',
    RECEIVER,
  );
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const adminJson = async <T>(settings: Record<string, string>, ...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await admin(settings, ...args, '--json');
  if (code !== 0) throw new Error(`admin ${args.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout) as T;
};

const rows = <Row>(sql: string, values: unknown[] = []) => orm.em.fork().execute<Row[]>(sql, values as never);
const denial = async (...args: string[]): Promise<{ code: string; message: string }> => {
  const said = await admin(env, ...args, '--json');
  expect(said.code).toBe(1);
  return (JSON.parse(said.stderr) as { error: { code: string; message: string } }).error;
};

/** Runs a command that reads standard input. */
const withInput = (input: string, ...args: string[]): Promise<{ code: number | null; out: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(REPOSITORY, 'scripts', 'admin.ts'), ...args], {
      env: { NODE_ENV: 'test', PATH: process.env.PATH, DATA_DIR: join(REPOSITORY, 'no-such-folder'), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      out += String(chunk);
    });
    child.on('close', (code) => resolve({ code, out }));
    child.stdin.end(input);
  });

describe('operator', () => {
  it('create with a password on standard input creates an account that can log in; the password is not printed', async () => {
    const email = `${randomBytes(4).toString('hex')}@example.com`;
    const create = ['operator', 'create', '--email', email.toUpperCase(), '--password-stdin', '--json'];
    const made = await withInput(`${PASSWORD}\n`, ...create);
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).not.toContain(PASSWORD);
    expect(JSON.parse(made.out)).toMatchObject({ email, existed: false, set_up_link: null });

    const auth = createAuth({ databaseUrl: database.url, secret: AUTH_SECRET, publicUrl: PUBLIC_URL });
    const { logInSecret } = await derivePasswordKeys(email, PASSWORD);
    const { user } = await auth.api.signInEmail({ body: { email, password: logInSecret } });
    await auth.close();
    expect(user.email).toBe(email);
    const operators = await adminJson<{ email: string }[]>(env, 'operator', 'list');
    expect(operators.map((operator) => operator.email)).toContain(email);

    await adminJson(env, 'operator', 'remove', '--email', email);
    expect(await rows('select role from auth."user" where email = ?', [email])).toEqual([{ role: 'shopper' }]);
    expect(
      await rows('select 1 from auth.session s join auth."user" u on u.id = s."userId" where u.email = ?', [email]),
    ).toEqual([]);
    expect(await denial('operator', 'remove', '--email', email)).toMatchObject({ code: 'no_operator' });
  }, 60_000);

  it('create without a password prints a link to choose one, and gives an existing account the role', async () => {
    const made = await adminJson<{ set_up_link: string }>(env, 'operator', 'create', '--email', 'second@example.com');
    expect(made.set_up_link).toMatch(/^http:\/\/127\.0\.0\.1:9\/account\/new-password\?token=[\w-]{32}$/);
    expect(await adminJson(env, 'operator', 'create', '--email', 'second@example.com')).toMatchObject({
      existed: true,
    });
  });
});

describe('merchant', () => {
  it('list, activate with a fee, suspend, reactivate; each with a reason, and in the audit log', async () => {
    const { merchantId, storeId } = await applyAsMerchant(
      orm.em,
      await addProvenAccount(orm, { userId: 'user-1', email: 'new@merchant.example' }),
      {
        name: 'Newcomer',
        website: 'newcomer.example',
        about: 'Maps',
      },
    );
    expect(await adminJson(env, 'merchant', 'list', '--status', 'applied')).toMatchObject([
      // The store of the application, and its test store.
      { merchant_id: merchantId, status: 'applied', stores: 2 },
    ]);
    expect(await denial('merchant', 'activate', merchantId)).toMatchObject({ code: 'bad_usage' });
    const terms = ['--fee-bps', '45', '--min-fee', '0.2'];
    await adminJson(env, 'merchant', 'activate', merchantId, '--reason', 'Checked the register', ...terms);
    expect(await adminJson(env, 'store', 'show', storeId)).toMatchObject({
      status: 'active',
      fee_bps: 45,
      min_fee: '0.2000',
    });
    await adminJson(env, 'merchant', 'suspend', merchantId, '--reason', 'Complaints');
    expect(await denial('merchant', 'suspend', merchantId, '--reason', 'Again')).toMatchObject({ code: 'not_active' });
    await adminJson(env, 'merchant', 'reactivate', merchantId, '--reason', 'Settled');
    const log = await adminJson<{ action: string; actor_kind: string; reason: string }[]>(
      env,
      'audit',
      'list',
      '--subject',
      merchantId,
      '--action',
      'merchant.',
    );
    expect(log.map(({ action, reason }) => [action, reason])).toEqual([
      ['merchant.reactivate', 'Settled'],
      ['merchant.suspend', 'Complaints'],
      ['merchant.activate', 'Checked the register'],
      ['merchant.apply', null],
    ]);
    expect(log[0]?.actor_kind).toBe('command');
  });
});

describe('review', () => {
  it('list and resolve, once, with a reason', async () => {
    const id = await addIntent(orm, { storeId: shop.store_id, apiKeyId: shop.api_key });
    const hash = () => `0x${randomBytes(32).toString('hex')}`;
    await rows(
      `with t as (insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
          to_address, amount_base_units, amount_units, intent_id, state)
        values (31337, 1, ?, now(), ?, 0, ?, 1, ?, ?, 5000000, 5e18, ?, 'confirmed') returning id)
       insert into review_item (intent_id, transfer_id, kind, found) select ?, id, 'late', '{}' from t`,
      [hash(), hash(), RECEIVER, RECEIVER, RECEIVER, id, id],
    );
    const [open] = await adminJson<{ review_id: string }[]>(env, 'review', 'list', '--kind', 'late');
    expect(open).toMatchObject({ amount: '5.0000', coin: 'USDT', all_scale_checkout_intent_id: id, outcome: null });
    const review = open?.review_id ?? '';
    expect(await denial('review', 'resolve', review, '--outcome', 'closed', '--reason', ' ')).toMatchObject({
      code: 'reason_missing',
    });
    await adminJson(env, 'review', 'resolve', review, '--outcome', 'closed', '--reason', 'Donated');
    expect(await denial('review', 'resolve', review, '--outcome', 'accepted', '--reason', 'No')).toMatchObject({
      code: 'review_resolved',
    });
    expect(await adminJson(env, 'review', 'list', '--resolved')).toMatchObject([
      { review_id: review, outcome: 'closed', reason: 'Donated' },
    ]);
  });
});

describe('master-key', () => {
  it('rotate seals every secret under the first key, can be run again, and says what no key opens', async () => {
    const fresh = `next:${randomBytes(32).toString('base64')}`;
    const both = { ...env, MASTER_KEYS: `${fresh},${MASTER_KEYS}` };
    expect(await adminJson(both, 'master-key', 'rotate')).toEqual({
      master_key_id: 'next',
      rewrapped: 1,
      already_current: 0,
    });
    expect(await adminJson(both, 'master-key', 'rotate')).toEqual({
      master_key_id: 'next',
      rewrapped: 0,
      already_current: 1,
    });
    const { sealedSecret } = await orm.em.fork().findOneOrFail(ApiKey, shop.api_key);
    const binding = { storeId: shop.store_id, apiKeyId: shop.api_key };
    expect(openSecret(parseMasterKeys(fresh), binding, sealedSecret)).toBe(shop.api_secret);
    const foreign = { ...env, MASTER_KEYS: `third:${randomBytes(32).toString('base64')}` };
    const said = await admin(foreign, 'master-key', 'rotate', '--json');
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('secrets_not_opened') });
    expect((await orm.em.fork().findOneOrFail(ApiKey, shop.api_key)).sealedSecret).toBe(sealedSecret);
  });
});

describe('audit', () => {
  it('verify holds, and names the entry at which somebody cut the chain', async () => {
    const held = await adminJson<{ entries: number; verified_up_to: string }>(env, 'audit', 'verify');
    expect(held.entries).toBeGreaterThan(5);
    await asOwner(
      database.url,
      'alter table audit_entry disable trigger audit_entry_refuse',
      `update audit_entry set reason = 'Never happened' where id = (select id from audit_entry order by id offset 1 limit 1)`,
      'alter table audit_entry enable trigger audit_entry_refuse',
    );
    expect(await denial('audit', 'verify')).toMatchObject({ code: 'audit_broken' });
  });
});
