// Sign-up: fields that nobody may set, spellings of a known address, and secrets of wrong length.
import { signUpToken } from '#test/support/sign-up.ts';
import { openClient } from '../../client.ts';
import { faultOf, type Kind, tryEach } from '../../kind.ts';
import { makeEmail, makePassword } from '../../people.ts';
import { AUTH, denied, userOf } from './auth.ts';

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
        const reply = await openClient(world.target.url).send({
          path: `${AUTH}/sign-up/email`,
          json: { email, name: 'x', password: makePassword(), token: await signUpToken(world.orm, email), ...fields },
        });
        const user = await userOf(world, email);
        if (faultOf(reply)) return faultOf(reply);
        if (!user) return null;
        const wrong =
          user.role !== 'shopper' ||
          user.id === 'chosen' ||
          user.twoFactorEnabled === true ||
          String(user.image ?? '').startsWith('javascript');
        return wrong ? JSON.stringify(user) : null;
      },
    ),
};

const trySignUp = (url: string, fields: object) =>
  openClient(url).send({ path: `${AUTH}/sign-up/email`, json: { name: 'x', ...fields } });

const spellings: Kind = {
  name: 'sign-up-spellings',
  title: 'spellings of a known address, secrets of wrong length, and links that are missing or another address’s',
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
        const reply = await openClient(target.url).send({
          path: `${AUTH}/sign-up/email`,
          // The strongest attacker: somebody who reads the victim's mailbox.
          json: { email: address, name: 'x', password: makePassword(), token: await signUpToken(world.orm, email) },
        });
        const after = await count();
        return (
          faultOf(reply) ??
          (before === after
            ? reply.status === 200
              ? JSON.parse(reply.text).token
                ? `logged in: ${reply.text.slice(0, 80)}`
                : null
              : null
            : 'a second account')
        );
      },
    );
    const secrets = await tryEach(
      ['', 'x', 'x'.repeat(42), 'x'.repeat(44), 'x'.repeat(4096), 1, null, true, {}, ['x'.repeat(43)]],
      (password) => `secret ${JSON.stringify(password).slice(0, 20)}`,
      async (password) => {
        const address = makeEmail();
        const token = await signUpToken(world.orm, address);
        return denied(await trySignUp(target.url, { email: address, password, token }));
      },
    );
    const other = await signUpToken(world.orm, makeEmail());
    const links = await tryEach(
      [undefined, null, '', 'x', other, ` ${other}`, [other], { token: other }, 'x'.repeat(4096), true],
      (token) => `link ${JSON.stringify(token)?.slice(0, 20)}`,
      async (token) => denied(await trySignUp(target.url, { email: makeEmail(), password: makePassword(), token })),
    );
    return [...taken, ...secrets, ...links];
  },
};

export const signUpKinds: readonly Kind[] = [extraFields, spellings];
