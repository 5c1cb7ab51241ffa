// Secrets in what the system logs. Last, so that the requests of all other kinds are in it.
import { openClient } from '../client.ts';
import { attempt, type Kind, tryEach } from '../kind.ts';

const PATTERNS: readonly [string, RegExp][] = [
  ['a private key', /\b(0x)?ac0974bec39a17e36ba4a6b4d238ff944bacb478[0-9a-f]{24}\b/i],
  ['a password in JSON', /"(password|newPassword|currentPassword)":"[^"…]/],
  ['a cookie header', /"?(set-)?cookie"?:\s*"?allscale/i],
  ['an authorization header', /authorization"?:\s*"?Bearer/i],
  ['a signature header', /x-signature"?:\s*"?v1=/i],
  ['a database URL with password', /postgres(ql)?:\/\/[^:\s]+:[^@\s*…]+@/],
  ['an otpauth URL', /otpauth:\/\//],
  ['a reset link', /reset-password[:/][A-Za-z0-9_-]{16,}/],
  ['an invitation link', /invitation\/[A-Za-z0-9_-]{30,}/],
];

export const logKinds: readonly Kind[] = [
  {
    name: 'logs',
    title: 'secrets in logs',
    run: async ({ target, victim, operator, shopper }) => {
      const client = openClient(target.url);
      await client.send({
        path: '/api/auth/sign-in/email?password=query-secret-9041',
        json: { email: victim.owner.email, password: 'wrong-secret-9041' },
      });
      await client.send({ path: '/checkout/x?token=query-secret-9041', cookie: shopper.cookie });
      const text = target.logs();
      const secrets: [string, string][] = [
        ['AUTH_SECRET', target.authSecret],
        ['the master key', target.masterKeys.current.key.toString('base64')],
        ['the API secret', victim.credentials.apiSecret],
        ['the owner’s password', victim.owner.password],
        ['the shopper’s password', shopper.password],
        ['the owner’s cookie', victim.owner.cookie.split('=')[1]?.slice(0, 30) ?? ''],
        ['the operator’s TOTP secret', operator.totpSecret ?? ''],
        ['a query string', 'query-secret-9041'],
        ['a wrong password', 'wrong-secret-9041'],
      ];
      return [
        attempt('the log itself', text.length > 1_000 ? null : 'there is no log to read: the kind proves nothing'),
        ...(await tryEach(
          secrets,
          ([name]) => name,
          async ([, secret]) => (secret.length > 8 && text.includes(secret) ? 'it is in the log' : null),
        )),
        ...(await tryEach(
          PATTERNS,
          ([name]) => name,
          async ([, pattern]) => (pattern.test(text) ? `in the log: ${pattern.exec(text)?.[0].slice(0, 12)}…` : null),
        )),
      ];
    },
  },
];
