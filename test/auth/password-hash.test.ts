// What the server keeps of a log-in secret: scrypt with the parameters that docs/security/asvs.md names (11.4.2). Other tests hash with fewer
// rounds (test/support/password-hashes.ts).
import { scryptSync } from 'node:crypto';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fullHashes, lightHashes, PASSWORD_SCRYPT } from '#test/support/password-hashes.ts';
import { PASSWORD, WRONG } from './auth-browser.ts';
import { type AuthWorld, openAuthWorld } from './auth-world.ts';

let world: AuthWorld;
beforeAll(async () => {
  world = await openAuthWorld();
});
afterAll(async () => await world?.close());

const scryptOf = (salt = ''): string =>
  scryptSync(PASSWORD, salt, 64, { ...PASSWORD_SCRYPT, maxmem: 64 * 1024 * 1024 }).toString('hex');

test('a sign-up keeps scrypt of the secret, with 16,384 rounds and a salt of its own', async () => {
  fullHashes();
  const emails = [world.newEmail(), world.newEmail()];
  for (const email of emails) await world.signUp(email);
  const rows = await world.rows<{ password: string }>('select password from auth.account where password is not null');
  expect(rows).toHaveLength(emails.length);
  const [first, second] = rows.map(({ password }) => password.split(':'));
  expect(first?.[1]).toBe(scryptOf(first?.[0]));
  expect(second?.[1]).toBe(scryptOf(second?.[0]));
  expect(first?.[0]).not.toBe(second?.[0]);
  expect(first?.[0]).toMatch(/^[0-9a-f]{32}$/);
});

test('tests hash with fewer rounds, and still tell a right password from a wrong one', async () => {
  lightHashes();
  const hash = await hashPassword(PASSWORD);
  const [salt, key] = hash.split(':');
  expect(key).not.toBe(scryptOf(salt));
  expect(await verifyPassword({ hash, password: PASSWORD })).toBe(true);
  expect(await verifyPassword({ hash, password: WRONG })).toBe(false);
});
