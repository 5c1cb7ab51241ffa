// Production refuses weak settings, each by its name and without its value; web and worker use the same list.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Env } from '#domain/config.ts';
import { weakSettings } from '#domain/production-settings.ts';
import { readTemporalSettings } from '#domain/temporal-settings.ts';
import { readWebEnv } from '#web/env.ts';
import { readWorkerEnv } from '#worker/env.ts';

const random = (encoding: BufferEncoding = 'base64'): string => randomBytes(32).toString(encoding);
const GOOD: Record<string, string> = {
  NODE_ENV: 'production',
  DATABASE_URL: `postgres://checkout:${random('hex')}@db:5432/checkout`,
  PUBLIC_URL: 'https://pay.shop.com',
  MASTER_KEYS: `k1:${random()},k0:${random()}`,
  AUTH_SECRET: random(),
  FEE_RECEIVER: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  TEMPORAL_ADDRESS: 'temporal:7233',
  TEMPORAL_API_KEY: random('hex'),
  RATES: 'off',
  RPC_URLS_1: 'https://node.shop.com, http://geth:8545,http://10.1.2.3:8545',
  RPC_URLS_8453: 'https://node.shop.com',
  EMAIL_TRANSPORT: 'smtp',
  SMTP_URL: 'smtps://mail.shop.com',
  EMAIL_FROM: 'Shop <pay@shop.com>',
  RELAYER_KEY: `0x${random('hex')}`,
  DEMO_API_KEY: 'st_a',
  DEMO_API_SECRET: 'st_b',
};
const base64 = (bytes: number[] | string): string => Buffer.from(bytes as never).toString('base64');
const key = (bytes: number[] | string): string => `k1:${base64(bytes)}`;
const numbers = (make: (index: number) => number): number[] => Array.from({ length: 32 }, (_, index) => make(index));

const BAD: [string, string][] = [
  ['PUBLIC_URL', 'http://pay.shop.com'],
  ['PUBLIC_URL', 'http://localhost:3000'],
  ['PUBLIC_URL', 'https://localhost'],
  ['PUBLIC_URL', 'https://127.0.0.1'],
  ['PUBLIC_URL', 'https://[::1]'],
  ['AUTH_SECRET', 'a'.repeat(44)],
  ['AUTH_SECRET', 'ab'.repeat(22)],
  ['AUTH_SECRET', '0123456789abcdef'.repeat(2)],
  ['AUTH_SECRET', 'abcdefghijklmnopqrstuvwxyzabcdefghij'],
  ['AUTH_SECRET', '0123456789012345678901234567890123456789'],
  ['AUTH_SECRET', 'please-change-me-before-you-go-live!'],
  ['AUTH_SECRET', 'this is my very own Secret for checkout'],
  ['AUTH_SECRET', 'a secret of the tests, long enough to sign with'],
  ['AUTH_SECRET', base64(numbers(() => 7))],
  ['MASTER_KEYS', key(numbers(() => 0))],
  ['MASTER_KEYS', key(numbers((index) => index))],
  ['MASTER_KEYS', key(numbers((index) => 255 - index))],
  ['MASTER_KEYS', key(numbers((index) => index % 4))],
  ['MASTER_KEYS', key('correct horse battery staple 123')],
  ['MASTER_KEYS', `${GOOD.MASTER_KEYS},old:${base64(numbers(() => 1))}`],
  ['RELAYER_KEY', `0x${'11'.repeat(32)}`],
  ['DATABASE_URL', 'postgres://checkout:checkout@db/checkout'],
  ['DATABASE_URL', 'postgres://app:postgres@db/checkout'],
  ['DATABASE_URL', 'postgres://app:app@db/checkout'],
  ['DATABASE_URL', 'postgres://app:x7Kq2@db/checkout'],
  ['DATABASE_URL', 'postgres://app:x7Kq2mVb9Zt4Wc0@db/checkout'],
  ['DATABASE_URL', `postgres://app:${'ab'.repeat(12)}@db/checkout`],
  ['DATABASE_URL', 'postgres://app:Horse7uHorse7uHorse@db/checkout'],
  ['DATABASE_URL', 'postgres://app:0123456789012345@db/checkout'],
  ['DATABASE_URL', 'postgres://app:fedcba9876543210@db/checkout'],
  ['DATABASE_URL', 'postgres://app:aaaabbbbccccddddeeee@db/checkout'],
  ['DATABASE_URL', 'postgres://app:x7xx7x77x7xx77x7x7xx@db/checkout'],
  ['DATABASE_URL', 'postgres://app:please-change-me-now@db/checkout'],
  ['DATABASE_URL', 'postgres://app:%61%61%61%61%61@db/checkout'],
  ['DATABASE_URL', `postgres://checkout:${random('hex')}@db.shop.com/checkout`],
  ['DATABASE_URL', `postgres://checkout:${random('hex')}@203.0.113.7/checkout?sslmode=require`],
  ['DATABASE_URL', `postgres://checkout:${random('hex')}@[2001:db8::1]/checkout?sslmode=no-verify`],
  ['AUDIT_SIGNING_KEY', base64(numbers(() => 7))],
  ['AUDIT_SIGNING_KEY', base64(numbers((index) => index))],
  ['AUDIT_SIGNING_KEY', base64('correct horse battery staple 123')],
  ['DATABASE_URL', `postgres://checkout:${random('hex')}@10.evil.com/checkout`],
  ['DATABASE_URL', `postgres://checkout:${random('hex')}@192.168.1.1.evil.com/checkout`],
  ['SMTP_URL', 'smtps://shop:password@mail.shop.com'],
  ['SMTP_URL', `smtp://shop:${random('hex')}@mail.shop.com`],
  ['SMTP_URL', `smtp://shop:${random('hex')}@mail.shop.com:587?requireTLS=false`],
  ['RPC_URLS_1', 'http://node.provider.com/v3'],
  ['RPC_URLS_8453', 'https://node.provider.com,http://203.0.113.7:8545'],
  ['WS_URLS_1', 'ws://node.provider.com'],
  ['RATES', 'static'],
  ['RESEND_API_KEY', 're_123'],
  ['RESEND_API_KEY', 're_your_key_comes_here_0'],
  ['RESEND_WEBHOOK_SECRET', `whsec_${'A'.repeat(32)}`],
  ['TEMPORAL_API_KEY', 'change-me-please-0123'],
  ['DEMO_SHOP', 'on'],
  ['EMAIL_TRANSPORT', 'mailbox'],
  ['RESEND_BASE_URL', 'http://localhost:4010'],
  ['WEBHOOK_ALLOWED_RANGES', '127.0.0.0/8'],
  ['TEMPORAL_API_KEY', ''],
];
const OF_WORKER_ONLY = [
  ...['RELAYER_KEY', 'AUDIT_SIGNING_KEY', 'EMAIL_TRANSPORT', 'RESEND_BASE_URL'],
  ...['SMTP_URL', 'RESEND_API_KEY', 'RATES', 'WS_URLS_1'],
];
const OF_WEB_ONLY = ['AUTH_SECRET', 'DEMO_SHOP', 'RESEND_WEBHOOK_SECRET'];

test('good settings start', () => {
  for (let count = 0; count < 200; count += 1) {
    const secrets = { MASTER_KEYS: `k:${random()}`, AUTH_SECRET: random(count % 2 ? 'base64url' : 'hex') };
    expect(weakSettings({ ...GOOD, ...secrets })).toEqual([]);
  }
  expect(readWebEnv(GOOD).publicUrl).toBe('https://pay.shop.com');
  expect(readWorkerEnv(GOOD).production).toBe(true);
});

test.each(BAD)('%s=%s is refused by name, by the processes that have it', (name, value) => {
  const env = { ...GOOD, [name]: value };
  const shown = name === 'TEMPORAL_API_KEY' && value === '' ? 'TEMPORAL_TLS_CERT_FILE' : name;
  expect(weakSettings(env).map((line) => line.split(':')[0])).toEqual([shown]);
  const readers: [string, (env: Env) => unknown, string[]][] = [
    ['web', readWebEnv, OF_WORKER_ONLY],
    ['worker', readWorkerEnv, OF_WEB_ONLY],
  ];
  for (const [process, readEnv, foreign] of readers) {
    if (foreign.includes(name)) continue;
    expect(() => readEnv(env), process).toThrow(new RegExp(`^${shown}: `));
    // The same without NODE_ENV: production is the default.
    expect(() => readEnv({ ...env, NODE_ENV: '' }), process).toThrow(new RegExp(`^${shown}: `));
    expect(() => readEnv({ ...env, NODE_ENV: 'development' }), process).not.toThrow();
    try {
      readEnv(env);
    } catch (error) {
      if (value.length > 8) expect(String(error)).not.toContain(value);
    }
  }
});

test('all weak settings are named at once', () => {
  const env = { ...GOOD, PUBLIC_URL: 'http://pay.shop.com', AUTH_SECRET: 'x'.repeat(40), DEMO_SHOP: 'on' };
  expect(() => readWebEnv(env)).toThrow(/^PUBLIC_URL: .*; AUTH_SECRET: .*; DEMO_SHOP: /);
});

test.each([
  ['a socket', 'postgres:///checkout?host=/var/run/postgresql'],
  ['a service of compose', `postgres://checkout:${random('hex')}@postgres:5432/checkout`],
  ['a private address', `postgres://checkout:${random('hex')}@10.1.2.3/checkout`],
  ['a private name', `postgres://checkout:${random('hex')}@postgres.shop.svc.cluster.local/checkout`],
  ['a public name by TLS', `postgres://checkout:${random('hex')}@db.shop.com/checkout?sslmode=verify-full`],
])('a database may be reached by %s', (_name, url) => {
  expect(weakSettings({ ...GOOD, DATABASE_URL: url })).toEqual([]);
});

test.each([
  ['base64url', 12],
  ['hex', 8],
  ['hex', 12],
] as const)('a random secret of 16 characters or more is good: %s of %d bytes', (encoding, bytes) => {
  for (let count = 0; count < 200; count += 1) {
    const secret = randomBytes(bytes).toString(encoding);
    const secrets = { DATABASE_URL: `postgres://app:${secret}@db/checkout`, TEMPORAL_API_KEY: secret };
    expect(weakSettings({ ...GOOD, ...secrets }), secret).toEqual([]);
  }
});

test('secrets that providers make are good', () => {
  const made = { RESEND_API_KEY: `re_${random('base64url')}`, RESEND_WEBHOOK_SECRET: `whsec_${random()}` };
  expect(weakSettings({ ...GOOD, ...made, SMTP_URL: `smtps://shop:${random('hex')}@mail.shop.com` })).toEqual([]);
});

test('a secret has one use', () => {
  const own = random();
  expect(weakSettings({ ...GOOD, AUDIT_SIGNING_KEY: own, MASTER_KEYS: `k1:${own}` })).toEqual([
    'AUDIT_SIGNING_KEY: must not be a master key too',
  ]);
  const shared = random();
  expect(weakSettings({ ...GOOD, AUTH_SECRET: shared, MASTER_KEYS: `k1:${shared}` })).toEqual([
    'AUTH_SECRET: must not be a master key too',
  ]);
});

test('each process does without the secrets of the other', () => {
  const { AUTH_SECRET: _1, FEE_RECEIVER: _2, DEMO_API_KEY: _3, DEMO_API_SECRET: _4, ...ofWorker } = GOOD;
  expect(readWorkerEnv(ofWorker).production).toBe(true);
  const { RELAYER_KEY: _5, RATES: _6, EMAIL_TRANSPORT: _7, SMTP_URL: _8, EMAIL_FROM: _9, ...ofWeb } = GOOD;
  expect(readWebEnv(ofWeb).development).toBe(false);
});

test('Temporal: files are read and checked, and what is missing is named', () => {
  const files: Record<string, string> = {
    ca: '-----BEGIN CERTIFICATE-----',
    crt: '-----BEGIN CERTIFICATE-----',
    key: '-----BEGIN PRIVATE KEY-----',
    der: '\u0030\u0082',
  };
  const readFile = (path: string): Buffer => {
    if (files[path] === undefined) throw new Error('ENOENT');
    return Buffer.from(files[path]);
  };
  const read = (env: Env) => readTemporalSettings({ TEMPORAL_ADDRESS: 'temporal:7233', ...env }, readFile);
  expect(read({})).toEqual({ address: 'temporal:7233', namespace: 'default' });
  expect(read({ TEMPORAL_TLS: 'on' })).toMatchObject({ tls: {} });
  expect(read({ TEMPORAL_API_KEY: 'k' })).toMatchObject({ tls: {}, apiKey: 'k' });
  const all = {
    TEMPORAL_TLS_CA_FILE: 'ca',
    TEMPORAL_TLS_CERT_FILE: 'crt',
    TEMPORAL_TLS_KEY_FILE: 'key',
    TEMPORAL_TLS_SERVER_NAME: 't',
  };
  expect(read(all).tls).toEqual({
    serverNameOverride: 't',
    serverRootCACertificate: Buffer.from(files.ca ?? ''),
    clientCertPair: { crt: Buffer.from(files.crt ?? ''), key: Buffer.from(files.key ?? '') },
  });
  expect(() => read({ ...all, TEMPORAL_TLS_KEY_FILE: '' })).toThrow(/^TEMPORAL_TLS_KEY_FILE: /);
  expect(() => read({ ...all, TEMPORAL_TLS_CERT_FILE: '' })).toThrow(/^TEMPORAL_TLS_CERT_FILE: /);
  expect(() => read({ ...all, TEMPORAL_TLS_CA_FILE: 'none' })).toThrow(
    /^TEMPORAL_TLS_CA_FILE: the file cannot be read/,
  );
  expect(() => read({ ...all, TEMPORAL_TLS_CA_FILE: 'der' })).toThrow(/^TEMPORAL_TLS_CA_FILE: the file is not PEM/);
  expect(() => read({ TEMPORAL_TLS: 'yes' })).toThrow(/^TEMPORAL_TLS: /);
});
