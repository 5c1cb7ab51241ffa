// Cookies, JWTs and tokens in links that nobody gave out.
import { createHmac, randomBytes } from 'node:crypto';
import { openClient } from '../../client.ts';
import { faultOf, type Kind, tryEach } from '../../kind.ts';
import { makePassword } from '../../people.ts';
import { AUTH, denied } from './auth.ts';

const b64 = (value: string): string => Buffer.from(value).toString('base64url');

const jwt = (header: object, payload: object): string =>
  `${b64(JSON.stringify(header))}.${b64(JSON.stringify(payload))}.`;

export const tokens: Kind = {
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
        const reply = await client.send({ path, cookie: shopper.cookie });
        return (
          faultOf(reply) ??
          (reply.text.includes(world.mark) || reply.text.includes(victim.id) ? 'shows the victim’s data' : null)
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
    const pressed = await pressForged(target.url, [
      randomBytes(32).toString('base64url'),
      token,
      victim.owner.userId,
      '',
    ]);
    return [...forged, ...names, ...headers, ...opened, ...resets, ...pressed];
  },
};

/** Pages of mailed links that end, undo or let in, and the path that they use. */
const PRESSED = [
  '/account/not-me',
  '/account/let-in',
  '/account/undo-email',
  '/account/recovery-stop',
  `${AUTH}/let-in`,
];

const pressForged = (url: string, secrets: readonly string[]) =>
  tryEach(
    PRESSED.flatMap((path) => secrets.map((secret) => ({ path, secret }))),
    ({ path, secret }) => `POST ${path} with ${secret.slice(0, 12) || 'nothing'}`,
    async ({ path, secret }) => {
      const ofApi = path.startsWith(AUTH);
      const reply = await openClient(url).send(
        ofApi ? { path, json: { token: secret } } : { path: `${path}?token=${secret}`, form: {} },
      );
      return faultOf(reply) ?? (reply.status < 400 ? 'a forged link was used' : null);
    },
  );
