// The web process's environment: defaults, and an error of one line that names the wrong variable.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ConfigError } from '#domain/errors.ts';
import { readWebEnv } from '#web/env.ts';

const secretOf = (name: string): string => createHash('sha256').update(name).digest('base64');
const SECRET = secretOf('master key');
const GOOD = {
  DATABASE_URL: 'postgres://u@localhost:5432/x',
  PUBLIC_URL: 'https://pay.example.com/',
  MASTER_KEYS: `k1:${SECRET}`,
  AUTH_SECRET: secretOf('auth secret'),
  FEE_RECEIVER: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  RPC_URLS_31337: 'http://127.0.0.1:8545',
  TEMPORAL_ADDRESS: 'temporal:7233',
  TEMPORAL_API_KEY: '5f0c2ab19e7d46831bd2',
};

test('required variables and defaults', () => {
  expect(readWebEnv({ ...GOOD, PORT: '', RPC_URLS_1: '' })).toMatchObject({
    development: false,
    host: '127.0.0.1',
    port: 3000,
    metricsPort: null,
    publicUrl: 'https://pay.example.com',
    logLevel: 'info',
    trustedProxies: [],
    temporal: { address: 'temporal:7233', namespace: 'default' },
    denyList: [],
    demoShop: null,
    chains: [{ rpcUrls: ['http://127.0.0.1:8545'] }],
  });
  const more = {
    NODE_ENV: 'development',
    PORT: '0',
    WEB_METRICS_PORT: '9464',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    SCREENING_DENY_LIST: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed, 0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359',
    DEMO_SHOP: 'on',
    DEMO_API_KEY: 'st_a',
    DEMO_API_SECRET: 'st_b',
  };
  expect(readWebEnv({ ...GOOD, ...more })).toMatchObject({
    development: true,
    port: 0,
    metricsPort: 9464,
    trustedProxies: ['10.0.0.0/8', '::1'],
    denyList: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'],
    demoShop: { apiKey: 'st_a', apiSecret: 'st_b' },
  });
});

test.each([
  ['DATABASE_URL', undefined],
  ['DATABASE_URL', 'mysql://x'],
  ['PUBLIC_URL', undefined],
  ['PUBLIC_URL', 'pay.example.com'],
  ['MASTER_KEYS', undefined],
  ['MASTER_KEYS', `k1:${SECRET.slice(4)}`],
  ['FEE_RECEIVER', undefined],
  ['FEE_RECEIVER', '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  ['AUTH_SECRET', undefined],
  ['AUTH_SECRET', 'short'],
  ['PORT', '70000'],
  ['PORT', 'http'],
  ['WEB_METRICS_PORT', 'on'],
  ['NODE_ENV', 'prod'],
  ['LOG_LEVEL', 'loud'],
  ['TRUSTED_PROXIES', 'everyone'],
  ['RPC_URLS_31337', 'ws://127.0.0.1'],
  ['RPC_URLS_5', 'http://127.0.0.1'],
  ['DEMO_SHOP', 'yes'],
  ['TEMPORAL_ADDRESS', undefined],
  ['TEMPORAL_ADDRESS', 'http://temporal:7233'],
  ['SCREENING_DENY_LIST', '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
])('%s=%s stops the start', (name, value) => {
  const failure = (() => {
    try {
      return readWebEnv({ ...GOOD, [name]: value });
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toBeInstanceOf(ConfigError);
  const { message } = failure as Error;
  expect(message).toMatch(new RegExp(`^${name}: .+`));
  expect(message).not.toMatch(/\n/);
  expect(message).not.toContain(SECRET.slice(4));
});

test('a demo shop needs its key', () => {
  expect(() => readWebEnv({ ...GOOD, DEMO_SHOP: 'on' })).toThrow(/^DEMO_API_KEY: /);
});
