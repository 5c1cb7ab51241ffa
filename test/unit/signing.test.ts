// Canonical strings, byte for byte, and the rules for text, the shop's URLs and raw JSON.
import { describe, expect, test } from 'vitest';
import { rawMember } from '#domain/raw-json.ts';
import { requestCanonical, responseCanonical, splitTarget, webhookCanonical } from '#domain/signing.ts';
import { characterCount, hasOnlyStorableText, isStorableText } from '#domain/text.ts';
import {
  webAddressProblem,
  webhookAddressKey,
  webhookAddressProblem,
  webhookAddressWarnings,
} from '#domain/web-address.ts';
import { confirmedWebhookBody } from '#domain/webhook-body.ts';

describe('canonical strings', () => {
  const request = {
    method: 'POST',
    path: '/p/%20/',
    queryString: 'b=1&a=%2F',
    timestamp: '1700000000',
    nonce: 'n',
    bodySha256: 'hash',
  };
  test('of a request', () => expect(requestCanonical(request)).toBe('POST\n/p/%20/\nb=1&a=%2F\n1700000000\nn\nhash'));
  test('of a request with an empty query, whose line stays', () =>
    expect(requestCanonical({ ...request, queryString: '' })).toBe('POST\n/p/%20/\n\n1700000000\nn\nhash'));
  test('of a webhook', () =>
    expect(webhookCanonical({ ...request, webhookId: 'evt_1' })).toBe(
      'allscale:webhook:v1\nPOST\n/p/%20/\nb=1&a=%2F\nevt_1\n1700000000\nn\nhash',
    ));
  test('of a response', () =>
    expect(
      responseCanonical({
        statusCode: 200,
        path: '/p',
        requestNonce: 'rn',
        requestBodySha256: 'rb',
        responseTimestamp: '1',
        responseNonce: 'sn',
        responseBodySha256: 'sb',
      }),
    ).toBe('200\n/p\nrn\nrb\n1\nsn\nsb'));

  test.each([
    ['/a', '/a', ''],
    ['/a?', '/a', ''],
    ['/a?b=c?d', '/a', 'b=c?d'],
    ['/a%3Fb?c', '/a%3Fb', 'c'],
  ])('splits %s as sent', (target, path, queryString) => expect(splitTarget(target)).toEqual({ path, queryString }));
});

test('the webhook body has its members, order and types, and extra as it was written', () => {
  const payment = {
    intentId: '65b2f3d0d2d9c0a1b2c3d4e5',
    amountCents: 500n,
    currency: null,
    amountUnits: 5n * 10n ** 18n,
    coin: 1,
    chainId: 1,
    txHash: '0xab',
    token: '0xdAC17F958D2ee523a2206206994597C13D831ec7',
    txFrom: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    paymentMethodType: 1,
    orderId: 'o"1',
    userId: null,
    userName: null,
    extraJson: '{"n": 1.0}',
  } as const;
  const shared =
    '{"all_scale_transaction_id":"txn_1","all_scale_checkout_intent_id":"65b2f3d0d2d9c0a1b2c3d4e5","webhook_id":"evt_1","event_type":"checkout_intent.confirmed","amount_cents":500,';
  const rest =
    '"amount_coins":"5.0000","coin_symbol":"USDT","coin_contract_address":"0xdAC17F958D2ee523a2206206994597C13D831ec7","chain_id":1,"tx_hash":"0xab","tx_from":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","payment_method_type":1,"order_id":"o\\"1","user_id":null,"user_name":null,"extra_obj":';
  expect(confirmedWebhookBody('evt_1', 'txn_1', payment as never)).toBe(
    `${shared}"currency":null,"currency_symbol":null,${rest}{"n": 1.0}}`,
  );
  expect(confirmedWebhookBody('evt_1', 'txn_1', { ...payment, currency: 44, extraJson: null } as never)).toBe(
    `${shared}"currency":44,"currency_symbol":"EUR",${rest}null}`,
  );
});

describe('raw JSON', () => {
  test.each([
    ['{"x":1}', '1', 0],
    ['{"x" : "a\\"}" , "y":2}', '"a\\"}"', 0],
    ['{"y":{"x":1},"x":[1,{"a":[]}]}', '[1,{"a":[]}]', 3],
    ['{"x":1,"x":{}}', '{}', 1],
    ['{"\\u0078":true}', 'true', 0],
    ['\n{ "x" :\t-1.5E+3 }', '-1.5E+3', 0],
    ['{"a":"\\\\","x":null}', 'null', 0],
    ['{"x":""}', '""', 0],
  ])('finds the member x of %s', (json, text, depth) => {
    expect(rawMember(json, 'x')).toEqual({ text, depth });
    expect(JSON.parse(text)).toEqual(JSON.parse(json).x);
  });

  test.each(['{}', ' { } ', '{"y":{"x":1}}', '{"y":"x"}', '{"y":"\\"x\\":1"}'])('finds none in %s', (json) =>
    expect(rawMember(json, 'x')).toBeUndefined(),
  );
});

describe('text', () => {
  test('rejects NUL and lone surrogates, which cannot be stored', () => {
    for (const text of ['', 'é', '😀', '\u2028', '\uFFFF']) expect(isStorableText(text)).toBe(true);
    for (const text of ['\0', 'a\0b', '\ud800', 'x\udc00']) expect(isStorableText(text)).toBe(false);
    for (const value of [null, 1, { a: ['x', { b: 'é' }] }]) expect(hasOnlyStorableText(value)).toBe(true);
    for (const value of ['\0', ['\ud800'], { a: [{ '\udc00': 1 }] }]) expect(hasOnlyStorableText(value)).toBe(false);
    expect(hasOnlyStorableText(JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`))).toBe(true);
    expect(characterCount('a😀é')).toBe(3);
  });

  test.each([
    'http://localhost:3000/x',
    'https://shop.example',
    'HTTPS://Shop.example/ü?x=1#y',
    'http://[::1]:8080/',
    `https://x/${'a'.repeat(2038)}`,
  ])('%s is a valid URL of a shop', (text) => expect(webAddressProblem(text)).toBeUndefined());

  test.each(['https://x/#a', 'https://x/ü', 'http://u@x/', '/x', 'ftp://x'])('%s is not a valid webhook URL', (text) =>
    expect(webhookAddressProblem(text)).toBeTypeOf('string'),
  );

  test.each([
    [
      'https://x/hook',
      ['HTTPS://X:443/hook'],
      ['https://x/Hook', 'https://x/hook/', 'https://x:444/hook', 'http://x/hook'],
    ],
    ['https://x', ['https://x/', 'https://X:443'], ['https://x/?', 'https://x//']],
    ['https://x?a=%2f', ['https://X/?a=%2f'], ['https://x?a=/', 'https://x?a=%2F', 'https://x?A=%2f']],
  ])('%s is the same receiver as %j and another one than %j', (url, same, others) => {
    for (const other of same) expect(webhookAddressKey(other)).toBe(webhookAddressKey(url));
    for (const other of others) expect(webhookAddressKey(other)).not.toBe(webhookAddressKey(url));
  });

  test.each([
    ['https://x/hook', 0],
    ['https://x', 0],
    ['https://x/hook?a=1', 1],
    ['https://x/a%20b', 1],
    ['https://x/a//b', 1],
    ['https://x/a/../b', 1],
    ['https://x/a..b', 0],
    ['https://x/a//..?b=%20', 4],
  ])('%s: %i warnings', (url, count) => {
    expect(webhookAddressProblem(url)).toBeUndefined();
    expect(webhookAddressWarnings(url)).toHaveLength(count);
  });
});
