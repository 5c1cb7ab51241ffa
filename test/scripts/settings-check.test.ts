// `--check` of web and worker: reads the settings as the start does, says so or names what is wrong, and connects to nothing. The migration refuses weak ones, too.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';

const random = (encoding: BufferEncoding): string => randomBytes(32).toString(encoding);
const SHARED = {
  NODE_ENV: 'production' as const,
  DATABASE_URL: `postgres://checkout:${random('hex')}@127.0.0.1:9/checkout`,
  MASTER_KEYS: `k1:${random('base64')}`,
  TEMPORAL_ADDRESS: '127.0.0.1:9',
  TEMPORAL_API_KEY: random('hex'),
  PUBLIC_URL: 'https://pay.shop.com',
};
const WEB = { ...SHARED, AUTH_SECRET: random('hex'), FEE_RECEIVER: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' };
const WORKER = {
  ...SHARED,
  ...{ RATES: 'off', EMAIL_TRANSPORT: 'smtp', SMTP_URL: 'smtps://mail.shop.com', EMAIL_FROM: 'Shop <pay@shop.com>' },
};

test.each([
  ['web', 'web/server.ts', WEB],
  ['worker', 'worker/main.ts', WORKER],
])('%s', { timeout: 120_000 }, async (name, file, env) => {
  const check = (more: Record<string, string>) =>
    run(process.execPath, [file, '--check'], {
      cwd: REPOSITORY,
      env: { PATH: process.env.PATH, ...env, ...more },
      timeoutMs: 50_000,
    });
  const good = await check({});
  expect([good.code, good.stdout, good.stderr]).toEqual([0, `${name}: the settings are good\n`, '']);
  const weak = `postgres://checkout:${random('hex')}@db.shop.com/checkout`;
  const bad = await check({ DATABASE_URL: weak });
  expect(bad.code).toBe(1);
  expect(bad.stdout).toBe('');
  expect(bad.stderr).toContain('DATABASE_URL');
  expect(bad.stderr).not.toContain(weak);
});

test.each([
  ['DATABASE_URL', 'postgres://checkout:short@127.0.0.1:9/checkout'],
  ['APPLICATION_DATABASE_URL', 'postgres://checkout_web:abababababababababab@127.0.0.1:9/checkout'],
  ['APPLICATION_DATABASE_URL', 'checkout_web'],
])('the migration refuses %s=%s before it connects, and names no value', async (name, value) => {
  const good = `postgres://checkout:${random('hex')}@127.0.0.1:9/checkout`;
  const urls = { DATABASE_URL: good, APPLICATION_DATABASE_URL: good, [name]: value };
  const { code, stdout, stderr } = await run(process.execPath, ['scripts/migrate.ts'], {
    ...{ cwd: REPOSITORY, timeoutMs: 50_000 },
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...urls },
  });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(new RegExp(`^migrate: ${name}: `));
  expect(stderr).not.toContain(value);
});
