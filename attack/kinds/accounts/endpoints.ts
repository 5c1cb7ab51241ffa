// better-auth's other endpoints, called by a shopper and by an operator.
import { openClient } from '../../client.ts';
import { attempt, faultOf, type Kind, tryEach } from '../../kind.ts';
import { makeEmail, makePassword } from '../../people.ts';
import { changeOf } from '../../world.ts';
import { AUTH, denied, userOf } from './auth.ts';

export const endpoints: Kind = {
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
        const reply = await openClient(target.url).send({ path: `${AUTH}/${path}`, json, cookie: shopper.cookie });
        const harmless = path === 'revoke-session' || path === 'account-info';
        return harmless && reply.status === 200 && !/email|token/.test(reply.text) ? null : denied(reply);
      },
    );
    attempts.push(
      ...(await tryEach(
        gets,
        (path) => `GET ${path}`,
        async (path) => {
          const reply = await client.send({ path: `${AUTH}/${path}`, cookie: shopper.cookie });
          return faultOf(reply) ?? (reply.status === 200 ? `status 200 ${reply.text.slice(0, 60)}` : null);
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
