// Requests that another site makes a browser send, and links that lead away from ours.
import { openClient, type Reply } from '../client.ts';
import { type Kind, tryEach } from '../kind.ts';
import type { World } from '../world.ts';

/** Origins that are not ours, also nearly ours. Null: none was sent. */
const originsOf = (url: string): (string | null)[] => {
  const { protocol, hostname, port, host } = new URL(url);
  const otherScheme = protocol === 'http:' ? 'https:' : 'http:';
  return [
    null,
    'null',
    '',
    'https://evil.example',
    `${otherScheme}//${host}`,
    `${protocol}//${hostname}:${Number(port || 443) + 1}`,
    `${protocol}//${hostname}`,
    `${protocol}//${host}.evil.example`,
    `${protocol}//evil.${host}`,
    `${protocol}//user@${host}`,
    `${protocol}//${host}/`,
    host,
    `${protocol}//${host}, https://evil.example`,
    `ftp://${host}`,
    'file://',
    `${protocol}//${hostname}.:${port}`,
  ].filter((origin) => origin !== url);
};

const targetsOf = ({ victim }: World): string[] => [
  '/account/log-in',
  '/account/log-out',
  '/account/security',
  '/account/delete',
  '/account/withdraw/send',
  '/account/wallet/keys',
  '/api/auth/sign-in/email',
  '/api/auth/sign-out',
  '/api/auth/two-factor/disable',
  '/dashboard/apply',
  `/dashboard/${victim.storeId}/settings/receiver`,
  `/dashboard/${victim.storeId}/settings/connection`,
  `/dashboard/${victim.storeId}/team`,
  `/dashboard/${victim.storeId}/developers`,
  `/dashboard/${victim.storeId}/orders/${victim.id}/send-back`,
  '/operator/merchants',
  `/checkout/${victim.id}/cancel`,
  `/checkout/${victim.id}/allscale/top-up`,
  `/dashboard/${victim.storeId}/orders/new`,
  `/dashboard/${victim.storeId}/links/${victim.linkId}`,
  `/dashboard/${victim.storeId}/invoices/${victim.invoiceId}`,
  '/pay/walk-0000',
  `/invoice/${'0'.repeat(32)}`,
];

const csrf: Kind = {
  name: 'csrf',
  title: 'CSRF: targets × foreign origins, and ways round',
  run: async (world) => {
    const { target, victim, other } = world;
    const client = openClient(target.url);
    const denied = ({ status }: Reply): string | null => (status === 403 || status === 421 ? null : `status ${status}`);
    const cookie = victim.owner.cookie;
    const inputs = targetsOf(world).flatMap((path) => originsOf(target.url).map((origin) => ({ path, origin })));
    const crossed = await tryEach(
      inputs,
      ({ path, origin }) => `POST ${path} from ${origin ?? 'no origin'}`,
      async ({ path, origin }) => denied(await client.send({ path, origin, cookie, form: { do: 'x' } })),
    );
    const ways = [
      `/reports/unsubscribe/../../dashboard/${victim.storeId}/team`,
      `//reports/unsubscribe?x`,
      `/reports/unsubscribe/?store=${other.storeId}`,
      `/Reports/Unsubscribe?x`,
      `/reports/unsubscribe.data?x`,
      `/reports%2funsubscribe?x`,
    ];
    const round = await tryEach(
      ways,
      (path) => `POST ${path}`,
      async (path) => {
        const reply = await client.send({ path, origin: 'https://evil.example', cookie, form: { do: 'x' } });
        return reply.status >= 400 && reply.status < 500 ? null : `status ${reply.status}`;
      },
    );
    return [...crossed, ...round];
  },
};

const AWAY = [
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  'http:evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '/%2f/evil.example',
  '/\tevil.example',
  '\t//evil.example',
  '/\n/evil.example',
  '/%5cevil.example',
  '//evil.example/%2e%2e',
  'https://localhost@evil.example',
  '/account/../..//evil.example',
  '.evil.example',
  '@evil.example',
  '/.//evil.example',
  '/../\\evil.example',
  'evil.example',
  '%2f%2fevil.example',
  'HTTPS://EVIL.example',
  'vbscript:x',
  '//evil%E3%80%82example',
  '/\u0000/evil.example',
  '/\u2028/evil.example',
  '//[::1]@evil.example',
];

/** Whether a browser at `base` would leave it. */
const leaves = (location: string, base: string): boolean => {
  if (!URL.canParse(location, base)) return false;
  const { origin, protocol } = new URL(location, base);
  return origin !== new URL(base).origin || !/^https?:$/.test(protocol);
};

const redirects: Kind = {
  name: 'redirects',
  title: 'redirects by next and callbackURL',
  run: async ({ target, shopper }) => {
    const client = openClient(target.url);
    const away = ({ status, location, text }: Reply): string | null => {
      if (status >= 500) return `fault ${status}`;
      const named = [location, ...[...text.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? '')].filter((link) =>
        /evil/i.test(link),
      );
      const found = named.find((link) => leaves(link.replaceAll('&amp;', '&'), target.url));
      return found === undefined ? null : `leads to ${found}`;
    };
    const cookie = shopper.cookie;
    const ask = (path: (next: string) => string, withCookie: boolean) =>
      tryEach(
        AWAY,
        (next) => path(JSON.stringify(next)),
        async (next) =>
          away(await client.send({ path: path(encodeURIComponent(next)), cookie: withCookie ? cookie : null })),
      );
    const logOut = await tryEach(
      AWAY,
      (next) => `POST /account/log-out next=${JSON.stringify(next)}`,
      async (next) => away(await client.send({ path: '/account/log-out', form: { next } })),
    );
    const callback = await tryEach(
      AWAY,
      (next) => `callbackURL=${JSON.stringify(next)}`,
      async (next) =>
        away(await client.send({ path: `/api/auth/verify-email?token=x&callbackURL=${encodeURIComponent(next)}` })),
    );
    const reset = await tryEach(
      AWAY,
      (next) => `reset-password callbackURL=${JSON.stringify(next)}`,
      async (next) =>
        away(await client.send({ path: `/api/auth/reset-password/x?callbackURL=${encodeURIComponent(next)}` })),
    );
    return [...(await ask((next) => `/account/log-in?next=${next}`, true)), ...logOut, ...callback, ...reset];
  },
};

export const otherSiteKinds: readonly Kind[] = [csrf, redirects];
