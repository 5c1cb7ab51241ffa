// Log-in and registration with passkey responses that no honest browser makes.
import { createHmac, randomBytes } from 'node:crypto';
import { openClient } from '../../client.ts';
import { type Kind, tryEach } from '../../kind.ts';
import { cookieOf } from '../../people.ts';
import { AUTH, denied } from './auth.ts';

const b64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
const authenticatorData = (flags: number, rpId = 'localhost'): string =>
  b64(Buffer.concat([Buffer.from(createHmac('sha256', rpId).digest()), Buffer.from([flags, 0, 0, 0, 1])]));

export const webAuthn: Kind = {
  name: 'webauthn',
  title: 'passkey responses: origin, rp, type, presence, verification, form',
  run: async ({ target, shopper }) => {
    const client = openClient(target.url);
    const challengeFor = async () => {
      const reply = await client.send({ path: `${AUTH}/passkey/generate-authenticate-options` });
      return {
        cookie: cookieOf(reply),
        challenge: String((JSON.parse(reply.text || '{}') as { challenge?: string }).challenge ?? ''),
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
    const replies = await tryEach(
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
    return [...replies, ...malformed, ...registrations];
  },
};
