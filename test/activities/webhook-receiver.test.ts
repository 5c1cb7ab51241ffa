// The SSRF guard: which addresses may be connected to, and that the connection uses the address that was checked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postToReceiver } from '#network/post-to-receiver.ts';
import { checkReceiver, isAllowedAddress } from '#network/receiver-guard.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';

let receiver: TestReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver?.stop());

const PUBLIC = { allowedRanges: [], requireHttps: false };
const LOCAL = { allowedRanges: ['127.0.0.0/8', '::1/128'], requireHttps: false };

describe('addresses', () => {
  it.each(['93.184.215.14', '8.8.8.8', '2606:4700:4700::1111'])('%s is allowed', (address) => {
    expect(isAllowedAddress(address, [])).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '192.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::10.0.0.1',
    '::a9fe:a9fe',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:168.63.129.16',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'ff02::1',
    '2001:db8::1',
    'not-an-address',
  ])('%s is denied', (address) => {
    expect(isAllowedAddress(address, [])).toBe(false);
  });

  it('in allowed ranges are allowed, and only those', () => {
    expect(isAllowedAddress('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(isAllowedAddress('10.2.2.3', ['10.1.0.0/16'])).toBe(false);
    expect(isAllowedAddress('::ffff:10.1.2.3', ['10.1.0.0/16'])).toBe(false);
    expect(isAllowedAddress('::1', ['127.0.0.0/8'])).toBe(false);
  });
});

describe('receivers', () => {
  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://localhost/',
    'http://169.254.169.254/latest/meta-data/',
    'http://168.63.129.16/',
  ])('%s is rejected', async (url) => {
    await expect(checkReceiver(url, PUBLIC)).rejects.toMatchObject({ code: 'receiver_refused' });
  });

  it.each(['http://93.184.215.14/', 'ftp://93.184.215.14/'])('%s is rejected where https is required', async (url) => {
    await expect(checkReceiver(url, { ...PUBLIC, requireHttps: true })).rejects.toMatchObject({
      code: 'receiver_refused',
    });
  });

  it('are connected to by the address that was checked', async () => {
    const checked = await checkReceiver(`http://localhost:${receiver.port}/hook`, LOCAL);
    // The address is fixed, whatever the name resolves to now (DNS rebinding).
    checked.url.hostname = 'rebound.invalid';
    const response = await postToReceiver(checked, '/hook', { 'Content-Length': '2' }, '{}');
    expect(response.status).toBe(200);
    expect(receiver.received.at(-1)?.target).toBe('/hook');
  });

  it('checked for one address are rejected for another, when the connection itself names it', async () => {
    const checked = await checkReceiver(`http://127.0.0.1:${receiver.port}/hook`, LOCAL);
    checked.url.hostname = '169.254.169.254';
    await expect(postToReceiver(checked, '/', { 'Content-Length': '2' }, '{}')).rejects.toThrow('connection failed');
  });
});
