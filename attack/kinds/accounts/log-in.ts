// Log-in: headers and spellings against its limits, authenticator codes, and guesses from many addresses.
import { totp } from '#test/e2e/support/totp.ts';
import { type Client, openClient, type Reply } from '../../client.ts';
import { type Attempt, attempt, faultOf, type Kind, tryEach } from '../../kind.ts';
import { cookieOf, makeEmail, makePassword, signUp, withAuthenticator } from '../../people.ts';
import { AUTH, denied } from './auth.ts';

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
    const knock = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
      client.send({ path: `${AUTH}/${path}`, json: { email: makeEmail(), password: makePassword() }, headers });
    for (let count = 0; count < 12; count += 1) await knock('sign-in/email');
    const open = ({ status }: Reply): string | null =>
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
    const person = await withAuthenticator(url, await signUp(url, world.orm));
    const { email, password, totpSecret } = person;
    const attempts: Attempt[] = [];
    const verify = async (code: unknown, path = 'two-factor/verify-totp'): Promise<Reply> => {
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
    const person = await signUp(url, world.orm);
    const attempts: Attempt[] = [];
    let counted = 0;
    for (let guess = 1; guess <= GUESSES; guess += 1) {
      const reply = await openClient(url).send({
        path: `${AUTH}/sign-in/email`,
        json: { email: person.email, password: makePassword() },
      });
      if (reply.status !== 429) counted += 1;
      attempts.push(
        attempt(
          `guess ${guess}`,
          faultOf(reply) ??
            (reply.status === 200
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

export const logInKinds: readonly Kind[] = [limits, codes, guessing];
