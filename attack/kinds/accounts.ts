// Log-in: better-auth's other endpoints, fields at sign-up, spellings, passkey answers, tokens, codes, and headers against the limits.
import { createHmac, randomBytes } from 'node:crypto';
import { totp } from '#test/e2e/support/totp.ts';
import { type Answer, type Client, openClient } from '../client.ts';
import { type Attempt, attempt, type Kind, tryEach } from '../kind.ts';
import { cookieOf, makeEmail, makePassword, signUp, withAuthenticator } from '../people.ts';
import { changeOf, type World } from '../world.ts';

const AUTH = '/api/auth';
const fault = ({ status }: Answer): string | null => (status >= 500 ? `fault ${status}` : null);
const denied = (answer: Answer): string | null =>
  fault(answer) ?? (answer.status < 400 ? `status ${answer.status} ${answer.text.slice(0, 80)}` : null);

const userOf = async ({ orm }: World, email: string): Promise<Record<string, unknown> | undefined> =>
  (await orm.em.fork().execute<Record<string, unknown>[]>('select * from auth."user" where email = ?', [email]))[0];

const endpoints: Kind = {
  name: 'auth-endpoints',
  title: 'better-auth’s other endpoints as a shopper',
  run: async (world) => {
    const { victim, shopper, operator, target } = world;
    const client = openClient(target.url);
    const userId = victim.owner.userId;
    const password = makePassword();
    const posts: [string, object][] = [
      ['admin/set-role', { userId: shopper.userId, role: 'operator' }],
      ['admin/set-role', { userId: shopper.userId, role: ['operator'] }],
      ['admin/create-user', { email: makeEmail(), name: 'x', password, role: 'operator' }],
      ['admin/ban-user', { userId }],
      ['admin/unban-user', { userId }],
      ['admin/list-user-sessions', { userId }],
      ['admin/revoke-user-session', { sessionToken: 'x' }],
      ['admin/revoke-user-sessions', { userId }],
      ['admin/impersonate-user', { userId }],
      ['admin/stop-impersonating', {}],
      ['admin/remove-user', { userId }],
      ['admin/set-user-password', { userId, newPassword: password }],
      ['admin/update-user', { userId, data: { role: 'operator' } }],
      ['update-user', { role: 'operator' }],
      ['update-user', { name: 'x' }],
      ['update-user', { emailVerified: true }],
      ['update-session', { role: 'operator' }],
      ['change-email', { newEmail: makeEmail() }],
      ['change-password', { currentPassword: shopper.password, newPassword: password }],
      ['set-password', { newPassword: password }],
      ['delete-user', {}],
      ['delete-user', { password: shopper.password }],
      ['link-social', { provider: 'google' }],
      ['unlink-account', { providerId: 'credential' }],
      ['sign-in/social', { provider: 'google' }],
      ['sign-in/username', { username: 'x', password }],
      ['sign-in/magic-link', { email: victim.owner.email }],
      ['sign-in/anonymous', {}],
      ['sign-in/email-otp', { email: victim.owner.email, otp: '000000' }],
      ['refresh-token', { providerId: 'google' }],
      ['get-access-token', { providerId: 'credential' }],
      ['account-info', {}],
      ['passkey/delete-passkey', { id: 'x' }],
      ['passkey/update-passkey', { id: 'x', name: 'y' }],
      ['revoke-session', { token: 'x' }],
      ['revoke-sessions', {}],
      ['revoke-other-sessions', {}],
      ['two-factor/disable', { password: makePassword() }],
      ['two-factor/generate-backup-codes', { password: makePassword() }],
      ['two-factor/get-totp-uri', { password: makePassword() }],
      ['two-factor/view-backup-codes', { userId }],
      ['organization/create', { name: 'x', slug: 'x' }],
      ['api-key/create', {}],
      ['verify-email', {}],
    ];
    const gets = [
      'admin/list-users',
      `admin/get-user?id=${userId}`,
      'delete-user/callback?token=x',
      'list-accounts/../admin/list-users',
      'ok/../admin/list-users',
      `admin%2flist-users`,
      'jwks',
      'token',
      'callback/google?code=x&state=y',
    ];
    const before = await world.victimRows();
    const own = await userOf(world, shopper.email);
    const attempts = await tryEach(
      posts,
      ([path, body]) => `POST ${path} ${JSON.stringify(body).slice(0, 60)}`,
      async ([path, json]) => {
        const answer = await openClient(target.url).send({ path: `${AUTH}/${path}`, json, cookie: shopper.cookie });
        const harmless = path === 'revoke-session' || path === 'account-info';
        return harmless && answer.status === 200 && !/email|token/.test(answer.text) ? null : denied(answer);
      },
    );
    attempts.push(
      ...(await tryEach(
        gets,
        (path) => `GET ${path}`,
        async (path) => {
          const answer = await client.send({ path: `${AUTH}/${path}`, cookie: shopper.cookie });
          return fault(answer) ?? (answer.status === 200 ? `status 200 ${answer.text.slice(0, 60)}` : null);
        },
      )),
    );
    attempts.push(
      ...(await tryEach(
        [
          'set-role',
          'impersonate-user',
          'set-user-password',
          'remove-user',
          'ban-user',
          'update-user',
          'list-user-sessions',
        ],
        (act) => `admin/${act} as operator`,
        async (act) =>
          denied(
            await client.send({
              path: `${AUTH}/admin/${act}`,
              json: { userId, role: 'operator', newPassword: password, data: {} },
              cookie: operator.cookie,
            }),
          ),
      )),
    );
    const after = await userOf(world, shopper.email);
    const isChanged = after?.role !== own?.role || after?.email !== own?.email || after?.name !== own?.name;
    attempts.push(attempt('the shopper’s own row', isChanged ? `changed to ${JSON.stringify(after)}` : null));
    attempts.push(attempt('the victim’s rows', changeOf(before, await world.victimRows())));
    return attempts;
  },
};

const EXTRA = [
  { role: 'operator' },
  { role: ['operator'] },
  { emailVerified: true },
  { email_verified: true },
  { twoFactorEnabled: true },
  { banned: false, role: 'admin' },
  { id: 'chosen' },
  { createdAt: '2000-01-01' },
  { data: { role: 'operator' } },
  { __proto__: null, 'role ': 'operator' },
  { image: 'javascript:alert(1)' },
];

const extraFields: Kind = {
  name: 'sign-up-fields',
  title: 'additional fields at sign-up',
  run: (world) =>
    tryEach(
      EXTRA,
      (fields) => JSON.stringify(fields),
      async (fields) => {
        const email = makeEmail();
        const answer = await openClient(world.target.url).send({
          path: `${AUTH}/sign-up/email`,
          json: { email, name: 'x', password: makePassword(), ...fields },
        });
        const user = await userOf(world, email);
        if (fault(answer)) return fault(answer);
        if (!user) return null;
        const wrong =
          user.role !== 'shopper' ||
          user.emailVerified === true ||
          user.id === 'chosen' ||
          user.twoFactorEnabled === true ||
          String(user.image ?? '').startsWith('javascript');
        return wrong ? JSON.stringify(user) : null;
      },
    ),
};

const spellings: Kind = {
  name: 'sign-up-spellings',
  title: 'spellings of a known address, and secrets of wrong length',
  run: async (world) => {
    const { victim, target } = world;
    const { email } = victim.owner;
    const [name = '', domain = ''] = email.split('@');
    const count = async () =>
      (
        await world.orm.em
          .fork()
          .execute<{ n: string }[]>('select count(*) as n from auth."user" where lower(trim(email)) = ?', [email])
      )[0]?.n;
    const addresses = [
      email,
      email.toUpperCase(),
      `${name}@${domain.toUpperCase()}`,
      ` ${email}`,
      `${email} `,
      `${email}\n`,
      `"${name}"@${domain}`,
      `${name}@${domain}.`,
      `${email}\0`,
      `<${email}>`,
      `${email},x@evil.example`,
      `${name}%40${domain}`,
      `x@evil.example\r\nBcc: ${email}`,
      [email],
      { a: email },
      null,
      '',
      'x',
      '@',
      'x@',
      `${'a'.repeat(300)}@x.example`,
      'x@localhost\u202e',
    ];
    const taken = await tryEach(
      addresses,
      (address) => `sign-up as ${JSON.stringify(address)?.slice(0, 60)}`,
      async (address) => {
        const before = await count();
        const answer = await openClient(target.url).send({
          path: `${AUTH}/sign-up/email`,
          json: { email: address, name: 'x', password: makePassword() },
        });
        const after = await count();
        return (
          fault(answer) ??
          (before === after
            ? answer.status === 200
              ? JSON.parse(answer.text).token
                ? `logged in: ${answer.text.slice(0, 80)}`
                : null
              : null
            : 'a second account')
        );
      },
    );
    const secrets = await tryEach(
      ['', 'x', 'x'.repeat(42), 'x'.repeat(44), 'x'.repeat(4096), 1, null, true, {}, ['x'.repeat(43)]],
      (password) => `secret ${JSON.stringify(password).slice(0, 20)}`,
      async (password) =>
        denied(
          await openClient(target.url).send({
            path: `${AUTH}/sign-up/email`,
            json: { email: makeEmail(), name: 'x', password },
          }),
        ),
    );
    return [...taken, ...secrets];
  },
};

const b64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
const authenticatorData = (flags: number, rpId = 'localhost'): string =>
  b64(Buffer.concat([Buffer.from(createHmac('sha256', rpId).digest()), Buffer.from([flags, 0, 0, 0, 1])]));

const webAuthn: Kind = {
  name: 'webauthn',
  title: 'passkey answers: origin, rp, type, presence, verification, form',
  run: async ({ target, shopper }) => {
    const client = openClient(target.url);
    const challengeFor = async () => {
      const answer = await client.send({ path: `${AUTH}/passkey/generate-authenticate-options` });
      return {
        cookie: cookieOf(answer),
        challenge: String((JSON.parse(answer.text || '{}') as { challenge?: string }).challenge ?? ''),
      };
    };
    const responses: [string, (challenge: string) => unknown][] = [
      ['wrong origin', (challenge) => clientData({ type: 'webauthn.get', challenge, origin: 'https://evil.example' })],
      ['wrong type', (challenge) => clientData({ type: 'webauthn.create', challenge, origin: target.url })],
      ['wrong challenge', () => clientData({ type: 'webauthn.get', challenge: 'AAAA', origin: target.url })],
      [
        'cross origin',
        (challenge) => clientData({ type: 'webauthn.get', challenge, origin: target.url, crossOrigin: true }),
      ],
      ['no client data', () => ({})],
      ['client data that is no JSON', () => ({ clientDataJSON: b64('x') })],
      ['client data null', () => ({ clientDataJSON: b64('null') })],
      [
        'no presence',
        (challenge) => ({
          ...clientData({ type: 'webauthn.get', challenge, origin: target.url }),
          authenticatorData: authenticatorData(0),
        }),
      ],
      [
        'no verification',
        (challenge) => ({
          ...clientData({ type: 'webauthn.get', challenge, origin: target.url }),
          authenticatorData: authenticatorData(1),
        }),
      ],
      [
        'wrong rp',
        (challenge) => ({
          ...clientData({ type: 'webauthn.get', challenge, origin: target.url }),
          authenticatorData: authenticatorData(5, 'evil.example'),
        }),
      ],
      [
        'empty signature',
        (challenge) => ({
          ...clientData({ type: 'webauthn.get', challenge, origin: target.url }),
          authenticatorData: authenticatorData(5),
          signature: '',
        }),
      ],
    ];
    const clientData = (value: object) => ({
      clientDataJSON: b64(JSON.stringify(value)),
      authenticatorData: authenticatorData(5),
      signature: b64('x'),
    });
    const id = b64(randomBytes(16));
    const answers = await tryEach(
      responses,
      ([name]) => `log-in with ${name}`,
      async ([, make]) => {
        const { cookie, challenge } = await challengeFor();
        const json = {
          response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: make(challenge) },
        };
        return denied(await client.send({ path: `${AUTH}/passkey/verify-authentication`, json, cookie }));
      },
    );
    const bodies: unknown[] = [
      {},
      { response: null },
      { response: [] },
      { response: 'x' },
      { response: { id: null } },
      { response: { id: {}, response: {} } },
      [],
      null,
    ];
    const malformed = await tryEach(
      bodies,
      (json) => `body ${JSON.stringify(json)}`,
      async (json) => {
        const { cookie } = await challengeFor();
        return denied(await client.send({ path: `${AUTH}/passkey/verify-authentication`, json, cookie }));
      },
    );
    const registrations = await tryEach(
      bodies,
      (json) => `registration ${JSON.stringify(json)}`,
      async (json) =>
        denied(await client.send({ path: `${AUTH}/passkey/verify-registration`, json, cookie: shopper.cookie })),
    );
    return [...answers, ...malformed, ...registrations];
  },
};

const jwt = (header: object, payload: object): string =>
  `${b64(JSON.stringify(header))}.${b64(JSON.stringify(payload))}.`;

const tokens: Kind = {
  name: 'tokens',
  title: 'forged cookies, JWTs, tokens of verification, reset, invitation and reports',
  run: async (world) => {
    const { victim, shopper, orm, target } = world;
    const client = openClient(target.url);
    const [session] = await orm.em
      .fork()
      .execute<{ token: string }[]>('select token from auth.session where id = ?', [victim.sessionId]);
    const token = session?.token ?? '';
    const [name = ''] =
      victim.owner.cookie
        .split('; ')
        .find((pair) => pair.includes('session_token'))
        ?.split('=') ?? [];
    const sign = (secret: string): string =>
      encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`);
    const [, right = ''] =
      victim.owner.cookie
        .split('; ')
        .find((pair) => pair.startsWith(`${name}=`))
        ?.split(/=(.*)/s) ?? [];
    const cookies: [string, string][] = [
      ['token without signature', token],
      ['token of another secret', sign('secret')],
      ['token signed with nothing', sign('')],
      ['token signed with itself', sign(token)],
      ['cut signature', right.slice(0, -6)],
      ['changed token', `x${right.slice(1)}`],
      ['empty', ''],
      ['null', 'null'],
      ['an id', victim.sessionId],
      ['JWT alg none', jwt({ alg: 'none' }, { sub: victim.owner.userId })],
      ['signature of another session', `${token}.${decodeURIComponent(shopper.cookie).split('.').pop()}`],
      ['true', 'true'],
      ['a list', `${right},${right.slice(1)}`],
    ];
    const isIn = async (cookie: string, headers: Record<string, string> = {}): Promise<string | null> => {
      const { text, status } = await client.send({ path: `${AUTH}/get-session`, cookie, headers });
      const page = await client.send({ path: `/dashboard/${victim.storeId}/orders`, cookie, headers });
      if (status >= 500 || page.status >= 500) return 'fault';
      return text.includes(victim.owner.email) || page.text.includes(world.mark) ? 'logged in as the victim' : null;
    };
    const forged = await tryEach(
      cookies,
      ([what]) => `cookie: ${what}`,
      ([, value]) => isIn(`${name}=${value}`),
    );
    const names = await tryEach(
      ['session', 'token', `__Secure-${name}`, 'better-auth.session_token', `${name}.x`, name.toUpperCase()],
      (other) => `cookie named ${other}`,
      (other) => isIn(`${other}=${right}`),
    );
    const headers = await tryEach<Record<string, string>>(
      [
        { authorization: `Bearer ${token}` },
        { authorization: `Bearer ${right}` },
        { authorization: `Bearer ${jwt({ alg: 'none' }, { sub: victim.owner.userId })}` },
        { 'x-user-id': victim.owner.userId },
        { 'x-api-key': victim.credentials.apiKey },
      ],
      (header) => Object.entries(header).join().slice(0, 60),
      (header) => isIn('', header),
    );
    const links = [
      `${AUTH}/verify-email?token=${jwt({ alg: 'none' }, { email: victim.owner.email })}`,
      `${AUTH}/verify-email?token=${jwt({ alg: 'HS256' }, { email: victim.owner.email })}AAAA`,
      `${AUTH}/verify-email?token=`,
      `${AUTH}/reset-password/x?callbackURL=/account`,
      `/dashboard/invitation/${randomBytes(32).toString('base64url')}`,
      '/dashboard/invitation/%00',
      '/dashboard/invitation/null',
      `/reports/csv?report=${victim.reportId}&until=9999999999&token=a.AAAA`,
      `/reports/csv?report=${victim.reportId}&until=9999999999&token=`,
      `/reports/csv?report=${victim.reportId}`,
      `/reports/csv?report=${victim.reportId}&until=NaN&token=x`,
      `/reports/csv?report=${victim.reportId}&until=1e12&token=${target.masterKeys.current.id}.`,
      `/reports/unsubscribe?store=${victim.storeId}&address=x@y.example&token=a.AAAA`,
      `/reports/unsubscribe?store=${victim.storeId}`,
      `/dashboard/changes/${randomBytes(32).toString('base64url')}`,
      `/dashboard/change/${randomBytes(32).toString('base64url')}`,
    ];
    const opened = await tryEach(
      links,
      (path) => `GET ${path.slice(0, 70)}`,
      async (path) => {
        const answer = await client.send({ path, cookie: shopper.cookie });
        return (
          fault(answer) ??
          (answer.text.includes(world.mark) || answer.text.includes(victim.id) ? 'shows the victim’s data' : null)
        );
      },
    );
    const resets = await tryEach(
      ['x', '', null, {}, ['x'], token, victim.owner.userId, '%', "' or 1=1--", '../x'],
      (value) => `reset with ${JSON.stringify(value)?.slice(0, 30)}`,
      async (value) =>
        denied(
          await openClient(target.url).send({
            path: `${AUTH}/reset-password`,
            json: { token: value, newPassword: makePassword() },
          }),
        ),
    );
    return [...forged, ...names, ...headers, ...opened, ...resets];
  },
};

const SPOOFED: Record<string, string>[] = [
  'x-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'forwarded',
  'cf-connecting-ip',
  'true-client-ip',
  'x-cluster-client-ip',
  'fastly-client-ip',
  'x-forwarded',
  'forwarded-for',
  'x-originating-ip',
  'x-remote-ip',
  'x-remote-addr',
  'via',
].map((name) => ({ [name]: name === 'forwarded' ? 'for=198.51.100.7' : '198.51.100.7' }));
const PATHS = [
  'sign-in/email/',
  'sign-in//email',
  'sign-in/./email',
  'sign-in/x/../email',
  'SIGN-IN/EMAIL',
  'sign-in/%65mail',
  'sign-in/email?a=1',
  'sign-in/email#x',
  'sign-in/email;a',
  'sign-in%2femail',
];

const limits: Kind = {
  name: 'limits',
  title: 'the log-in’s limit by address: headers and spellings of the path',
  run: async ({ target }) => {
    const client = openClient(target.url);
    const knock = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
      client.send({ path: `${AUTH}/${path}`, json: { email: makeEmail(), password: makePassword() }, headers });
    for (let count = 0; count < 12; count += 1) await knock('sign-in/email');
    const open = ({ status }: Answer): string | null =>
      status === 429 || status === 404 || status === 405 || status === 403 ? null : `status ${status}`;
    const plain = attempt('the 13th wrong log-in of an address', open(await knock('sign-in/email')));
    const spoofed = await tryEach(
      SPOOFED,
      (headers) => Object.keys(headers).join(),
      async (headers) => open(await knock('sign-in/email', headers)),
    );
    const spelt = await tryEach(
      PATHS,
      (path) => path,
      async (path) => open(await knock(path)),
    );
    return [plain, ...spoofed, ...spelt];
  },
};

/** Log-in with the password; the second step needs a code. */
const firstStep = async (client: Client, email: string, password: string): Promise<string> =>
  cookieOf(await client.send({ path: `${AUTH}/sign-in/email`, json: { email, password } }));

const codes: Kind = {
  name: 'totp',
  title: 'authenticator codes: used twice, guessed, malformed, of another time',
  run: async (world) => {
    const { url } = world.target;
    const person = await withAuthenticator(url, await signUp(url));
    const { email, password, totpSecret } = person;
    const attempts: Attempt[] = [];
    const verify = async (code: unknown, path = 'two-factor/verify-totp'): Promise<Answer> => {
      const client = openClient(url);
      return await client.send({
        path: `${AUTH}/${path}`,
        json: { code },
        cookie: await firstStep(client, email, password),
      });
    };
    const next = totp(totpSecret ?? '', Date.now() + 30_000);
    const first = await verify(next);
    attempts.push(
      attempt(
        'a right code',
        first.status === 200 ? null : `the right code gave ${first.status}: the kind proves nothing`,
      ),
    );
    for (const time of [1, 2, 3]) attempts.push(attempt(`the same code again (${time})`, denied(await verify(next))));
    for (const steps of [0, -1, -2, -3, 2, 3, 10])
      attempts.push(
        attempt(`the code of step ${steps}`, denied(await verify(totp(totpSecret ?? '', Date.now() + steps * 30_000)))),
      );
    const malformed = [
      '',
      ' ',
      'abcdef',
      '12345',
      '1234567',
      null,
      true,
      123456,
      {},
      ['123456'],
      '%',
      `${next} `,
      `0${next}`,
      '１２３４５６',
    ];
    attempts.push(
      ...(await tryEach(
        malformed,
        (code) => `code ${JSON.stringify(code)}`,
        async (code) => denied(await verify(code)),
      )),
    );
    attempts.push(
      ...(await tryEach(
        ['000000', '', 'x', null, {}],
        (code) => `backup code ${JSON.stringify(code)}`,
        async (code) => denied(await verify(code, 'two-factor/verify-backup-code')),
      )),
    );
    attempts.push(
      ...(await tryEach(
        ['000000', ''],
        (code) => `mailed code ${JSON.stringify(code)}`,
        async (code) => denied(await verify(code, 'two-factor/verify-otp')),
      )),
    );
    return attempts;
  },
};

const GUESSES = 30;

const guessing: Kind = {
  name: 'guessing',
  title: 'log-ins of one account from ever new addresses',
  run: async (world) => {
    const { url } = world.target;
    const person = await signUp(url);
    const attempts: Attempt[] = [];
    let counted = 0;
    for (let guess = 1; guess <= GUESSES; guess += 1) {
      const answer = await openClient(url).send({
        path: `${AUTH}/sign-in/email`,
        json: { email: person.email, password: makePassword() },
      });
      if (answer.status !== 429) counted += 1;
      attempts.push(
        attempt(
          `guess ${guess}`,
          fault(answer) ??
            (answer.status === 200
              ? 'logged in'
              : counted > 20
                ? `${counted} guesses were counted without a wait`
                : null),
        ),
      );
    }
    return attempts;
  },
};

export const accountKinds: readonly Kind[] = [
  endpoints,
  extraFields,
  spellings,
  webAuthn,
  tokens,
  limits,
  codes,
  guessing,
];
