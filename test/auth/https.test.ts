// Behind https, cookies are bound to this host.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeSignUpLink } from '#test/support/sign-up.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
import { CLIENT_IP_HEADER } from '#web/auth/request-account.ts';

const ORIGIN = 'https://pay.example.com';
const SECRET = 'p'.repeat(43);

let database: TestDatabase;
let auth: Auth;
beforeAll(async () => {
  database = await createTestDatabase();
  auth = createAuth({ databaseUrl: database.url, secret: 's'.repeat(32), publicUrl: ORIGIN });
});
afterAll(async () => {
  await auth?.close();
  await database?.drop();
});

const post = (path: string, body: object, cookie = '') =>
  auth.handler(
    new Request(`${ORIGIN}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN, [CLIENT_IP_HEADER]: '203.0.113.7', cookie },
      body: JSON.stringify(body),
    }),
  );

test('every cookie of a log-in is __Host-, secure, and not readable by scripts or other sites', async () => {
  const account = { email: 'annika@shop.example', password: SECRET };
  const response = await post('/sign-up/email', {
    ...account,
    name: 'Annika',
    token: await makeSignUpLink(await auth.$context, account.email),
  });
  const cookies = response.headers.getSetCookie();
  expect(cookies.map((line) => line.split('=')[0])).toContain('__Host-allscale.session_token');
  const factor = await post(
    '/two-factor/enable',
    { password: SECRET },
    cookies.map((line) => line.split(';')[0]).join('; '),
  );
  for (const line of [...cookies, ...factor.headers.getSetCookie()]) {
    const [name, ...attributes] = line.toLowerCase().split(/;\s*/);
    expect(name).toMatch(/^__host-allscale\./);
    // Browsers accept such a name only with these attributes.
    expect(attributes).toEqual(expect.arrayContaining(['path=/', 'secure', 'httponly', 'samesite=lax']));
    expect(attributes.filter((attribute) => attribute.startsWith('domain'))).toEqual([]);
  }
  expect(factor.status).toBe(200);
});

test('a session cookie is signed, and a forged one is no session', async () => {
  const made = await post('/sign-up/email', {
    ...{ email: 'mira@shop.example', password: SECRET, name: 'Mira' },
    token: await makeSignUpLink(await auth.$context, 'mira@shop.example'),
  });
  const [pair = ''] = made.headers.getSetCookie()[0]?.split(';') ?? [];
  const who = (cookie: string) => auth.api.getSession({ headers: new Headers({ cookie }) });
  expect((await who(pair))?.user.email).toBe('mira@shop.example');
  const [name, value = ''] = pair.split('=');
  const [token] = decodeURIComponent(value).split('.');
  for (const forged of [`${token}`, `${token}.${'A'.repeat(43)}=`, `x${value}`]) {
    expect(await who(`${name}=${encodeURIComponent(forged)}`)).toBeNull();
  }
});
