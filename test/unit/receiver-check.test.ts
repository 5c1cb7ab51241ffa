// A webhook URL before it is saved: private addresses in every form are rejected, a public receiver is called once, at the address that
// was checked, and nothing waits longer than the limit.
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReceiverCheck, type ReceiverFinding } from '#network/receiver-check.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';

let receiver: TestReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.response = () => ({ status: 200 });
});
afterAll(() => receiver?.stop());

const PUBLIC = { allowedRanges: [], requireHttps: true };
const LOCAL = { allowedRanges: ['127.0.0.0/8'], requireHttps: false };
const local = createReceiverCheck(LOCAL);
const family = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });
const named = (...addresses: string[]) => ({ resolve: async () => addresses.map(family) });
const NOT_PUBLIC: ReceiverFinding = { kind: 'rejected', reason: 'not_public' };

describe('private addresses are rejected, and not called', () => {
  const strict = createReceiverCheck(PUBLIC);

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
    'localhost',
    '[::1]',
    '[fc00::1]',
    '[fe80::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::10.0.0.1]',
    '[2002:7f00:1::]',
  ])('%s', async (host) => {
    expect(await strict.rejectionOf(`https://${host}/hook`)).toBe('not_public');
    expect(await strict.probe(`https://${host}/hook`)).toEqual(NOT_PUBLIC);
  });

  it.each([
    [['10.0.0.1']],
    [['::ffff:192.168.0.1']],
    [['fd00::1']],
    // One public address does not excuse the other.
    [['93.184.215.14', '10.0.0.1']],
  ])('a name of %j', async (addresses) => {
    const check = createReceiverCheck(PUBLIC, named(...addresses));
    expect(await check.rejectionOf('https://shop.example/hook')).toBe('not_public');
    expect(await check.probe('https://shop.example/hook')).toEqual(NOT_PUBLIC);
  });

  it('also where other private ranges are allowed', async () => {
    expect(await local.probe('http://192.168.0.1/x')).toEqual(NOT_PUBLIC);
    expect(await local.probe('http://[::1]/x')).toEqual(NOT_PUBLIC);
  });
});

it('a public name passes the guard by https only', async () => {
  const check = createReceiverCheck(PUBLIC, named('93.184.215.14', '2606:4700:4700::1111'));
  expect(await check.rejectionOf('https://shop.example/hook')).toBeNull();
  expect(await check.rejectionOf('http://shop.example/hook')).toBe('not_https');
});

it('the address that was checked is the one that is called, whatever the name leads to afterwards', async () => {
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  let asked = 0;
  const resolve = async () => (answers[asked++] ?? []).map(family);
  const check = createReceiverCheck(LOCAL, { resolve });
  const url = `http://rebound.example:${receiver.port}/hook?a=%62`;
  expect(await check.probe(url)).toEqual({ kind: 'answered', status: 200 });
  expect(asked).toBe(1);
  expect(receiver.received).toMatchObject([
    { method: 'POST', target: '/hook?a=%62', body: '{}', headers: { host: `rebound.example:${receiver.port}` } },
  ]);
  expect(receiver.received[0]?.headers).not.toHaveProperty('x-webhook-signature');
  expect(await check.probe(url)).toEqual(NOT_PUBLIC);
});

it.each([200, 204, 401, 404, 410, 500])('an answer of %i is told by its status alone', async (status) => {
  receiver.response = () => ({ status, body: status === 204 ? '' : 'a secret page' });
  expect(await local.probe(receiver.url)).toEqual({ kind: 'answered', status });
});

it('a redirect is not followed', async () => {
  receiver.response = () => ({ status: 302, headers: { location: `http://127.0.0.1:${receiver.port}/other` } });
  expect(await local.probe(receiver.url)).toEqual({ kind: 'answered', status: 302 });
  expect(receiver.received.map(({ target }) => target)).toEqual(['/hook']);
});

it('a receiver that never answers, one that is not there, and a resolver that hangs', async () => {
  const impatient = createReceiverCheck(LOCAL, { totalMs: 300 });
  receiver.response = () => null;
  expect(await impatient.probe(receiver.url)).toEqual({ kind: 'no_answer' });
  expect(receiver.received).toHaveLength(1);
  const gone = await startReceiver();
  await gone.stop();
  expect(await local.probe(gone.url)).toEqual({ kind: 'no_answer' });
  const hanging = createReceiverCheck(PUBLIC, { resolve: () => new Promise(() => {}), totalMs: 50 });
  expect(await hanging.probe('https://shop.example/')).toEqual({ kind: 'not_found' });
  expect(await hanging.rejectionOf('https://shop.example/')).toBeNull();
});

it('a name without an address may get one later', async () => {
  const check = createReceiverCheck(PUBLIC, {
    resolve: () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
  });
  expect(await check.probe('https://shop.example/')).toEqual({ kind: 'not_found' });
  expect(await check.rejectionOf('https://shop.example/')).toBeNull();
});
