// The signature debugger accepts a right signature and names each known mistake.
import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkSignature, type SignatureInput } from '#web/dashboard/developers/parts/signature-check.ts';

const SECRET = `st_${'0123456789abcdef'.repeat(4)}`;
const NOW = 1_800_000_000_000;
const BODY = '{ "amount_cents": 500, "note": "Käse/Brot" }';
const input: SignatureInput = {
  kind: 'request',
  method: 'POST',
  target: '/v1/test/post?b=2&a=1',
  timestamp: '1800000000',
  nonce: 'n-1',
  webhookId: 'evt_1',
  apiKey: `st_${'a'.repeat(32)}`,
  body: BODY,
  secret: SECRET,
  given: '',
};
const sha = (text: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('sha256').update(text).digest(encoding);
const mac = (
  lines: string[],
  key: string | Buffer = SECRET,
  encoding: 'hex' | 'base64' | 'base64url' = 'base64',
): string => createHmac('sha256', key).update(lines.join('\n')).digest(encoding);
/** Written from docs/open-api.md section 2. */
const lines = ['POST', '/v1/test/post', 'b=2&a=1', '1800000000', 'n-1', sha(BODY)];
const instead = (index: number, value: string): string[] => lines.map((line, at) => (at === index ? value : line));
const slipsOf = (given: string, more: Partial<SignatureInput> = {}): string[] =>
  checkSignature({ ...input, given, ...more }, NOW).slips;

test('a right signature has no mistakes, pasted with or without the host', () => {
  const given = `v1=${mac(lines)}`;
  expect(checkSignature({ ...input, given }, NOW)).toMatchObject({ matches: true, expected: given, slips: [] });
  expect(slipsOf(given, { target: 'https://pay.example.com/v1/test/post?b=2&a=1' })).toEqual([]);
});

test('a right webhook signature has no mistakes', () => {
  const given = `v1=${mac(['allscale:webhook:v1', 'POST', '/hook', '', 'evt_1', '1800000000', 'n-1', sha(BODY)])}`;
  const webhook = { kind: 'webhook', target: '/hook' } as const;
  expect(checkSignature({ ...input, ...webhook, given }, NOW)).toMatchObject({ matches: true, slips: [] });
  const asRequest = `v1=${mac(['POST', '/hook', '', '1800000000', 'n-1', sha(BODY)])}`;
  expect(slipsOf(asRequest, webhook).join()).toMatch(/string of a request/);
});

const compact = '{"amount_cents":500,"note":"Käse/Brot"}';
test.each<[string, string, RegExp]>([
  ['query left out', `v1=${mac(instead(2, ''))}`, /query was left out/],
  [
    'query in the path',
    `v1=${mac(instead(1, '/v1/test/post?b=2&a=1').map((line, at) => (at === 2 ? '' : line)))}`,
    /path was signed with the query/,
  ],
  ['query with its question mark', `v1=${mac(instead(2, '?b=2&a=1'))}`, /with its “\?”/],
  ['query sorted', `v1=${mac(instead(2, 'a=1&b=2'))}`, /sorted/],
  ['an additional slash', `v1=${mac(instead(1, '/v1/test/post/'))}`, /slash at the end that is not sent/],
  ['without /v1', `v1=${mac(instead(1, '/test/post'))}`, /without \/v1/],
  ['method in lower case', `v1=${mac(instead(0, 'post'))}`, /lower case/],
  ['milliseconds signed', `v1=${mac(instead(3, '1800000000000'))}`, /milliseconds/],
  ['body serialised again', `v1=${mac(instead(5, sha(compact)))}`, /parsed and serialised again/],
  ['body as PHP serialises it', `v1=${mac(instead(5, sha(compact.replace('/', '\\/'))))}`, /\\\/ for \//],
  [
    'body as Python writes it',
    `v1=${mac(instead(5, sha('{"amount_cents": 500, "note": "Käse/Brot"}')))}`,
    /spaces after/,
  ],
  ['body in the place of its hash', `v1=${mac(instead(5, BODY))}`, /body was signed in place of its hash/],
  ['hash in upper case', `v1=${mac(instead(5, sha(BODY).toUpperCase()))}`, /upper case/],
  ['hash in Base64', `v1=${mac(instead(5, sha(BODY, 'base64')))}`, /hash is in Base64/],
  ['empty body hashed', `v1=${mac(instead(5, sha('')))}`, /empty string was hashed/],
  ['key used as the secret', `v1=${mac(lines, input.apiKey)}`, /API key was used as the secret/],
  ['secret without st_', `v1=${mac(lines, SECRET.slice(3))}`, /without its “st_”/],
  ['secret decoded', `v1=${mac(lines, Buffer.from(SECRET.slice(3), 'hex'))}`, /decoded from hex/],
  ['hex', `v1=${mac(lines, SECRET, 'hex')}`, /in hex/],
  ['bare', mac(lines), /“v1=” before the signature is missing/],
  ['a line break at the end', `v1=${mac([...lines, ''])}`, /ends with a line break/],
  [
    'timestamp and nonce changed',
    `v1=${mac([...lines.slice(0, 3), 'n-1', '1800000000', sha(BODY)])}`,
    /Timestamp and nonce were swapped/,
  ],
  ['only the body', `v1=${mac([BODY])}`, /Only the body/],
  ['something else', `v1=${mac(['x'])}`, /No common mistake explains/],
])('%s', (_name, given, slip) => {
  const slips = slipsOf(given);
  expect(slips).toHaveLength(1);
  expect(slips[0]).toMatch(slip);
});

test('two mistakes at once are both named', () => {
  const slips = slipsOf(`v1=${mac(instead(2, ''), SECRET, 'hex')}`);
  expect(slips).toHaveLength(2);
  expect(slips.join()).toMatch(/query was left out.*in hex/);
});

test('a timestamp in milliseconds or of another day is named for any signature', () => {
  expect(slipsOf('', { timestamp: '1800000000000' }).join()).toMatch(/in milliseconds/);
  expect(slipsOf('', { timestamp: '1700000000' }).join()).toMatch(/from this computer’s clock/);
  expect(slipsOf('', { secret: `${SECRET} ` }).join()).toMatch(/space or a line break/);
});

test('keys and secrets are told apart by their form', () => {
  const [testKey, testSecret] = [`st_test_${'a'.repeat(32)}`, `st_test_secret_${'0'.repeat(64)}`];
  expect(slipsOf('', { apiKey: testKey, secret: testSecret })).toEqual(slipsOf('', {}));
  expect(slipsOf('', { apiKey: testSecret, secret: testKey }).join()).toMatch(/swapped/);
  expect(slipsOf('', { apiKey: testKey, secret: testKey }).join()).toMatch(/public identifier/);
  expect(slipsOf('', { apiKey: testKey, secret: testSecret.replace('test', 'live') }).join()).toMatch(
    /key is of a test store, the secret of a live one/,
  );
  const live = `st_live_secret_${'ab'.repeat(32)}`;
  expect(slipsOf(`v1=${mac(lines, 'ab'.repeat(32))}`, { secret: live }).join()).toMatch(
    /without its “st_live_secret_”/,
  );
});
