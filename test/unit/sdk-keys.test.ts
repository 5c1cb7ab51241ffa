// The client package tells keys and secrets apart by the same forms as the server.
import { describe, expect, test } from 'vitest';
import { makeApiKeyId, makeApiSecret } from '#domain/ids.ts';
import { AllScaleClient } from '#sdk/src/index.ts';
import { isTestKey, pairProblem } from '#sdk/src/keys.ts';

const random = (length: number) => new Uint8Array(length).fill(171);
const [testKey, testSecret] = [makeApiKeyId({ isTest: true }, random(16)), makeApiSecret({ isTest: true }, random(32))];
const [liveKey, liveSecret] = [
  makeApiKeyId({ isTest: false }, random(16)),
  makeApiSecret({ isTest: false }, random(32)),
];
const [oldKey, oldSecret] = [`st_${'ab'.repeat(16)}`, `st_${'ab'.repeat(32)}`];

describe('pairs', () => {
  test.each([
    [testKey, testSecret, null],
    [liveKey, liveSecret, null],
    [oldKey, oldSecret, null],
    ['st_other', 'anything', null],
    [testSecret, testKey, 'apiKey and apiSecret are swapped'],
    [oldSecret, oldKey, 'apiKey and apiSecret are swapped'],
    [liveSecret, liveSecret, 'apiKey is a secret, not the identifier of a key'],
    [liveKey, liveKey, 'apiSecret is the identifier of a key, not its secret'],
    [liveKey, testSecret, 'apiKey is of a live store, apiSecret of a test one'],
  ])('%s with %s', (apiKey, apiSecret, problem) => {
    expect(pairProblem(apiKey, apiSecret)).toBe(problem);
    const make = () => new AllScaleClient({ baseUrl: 'https://pay.example', apiKey, apiSecret });
    if (problem) expect(make).toThrow(problem);
    else expect(make).not.toThrow();
  });
});

test('only a key with the mode of a test store is one', () => {
  expect([testKey, liveKey, oldKey, testSecret, ''].map(isTestKey)).toEqual([true, false, false, true, false]);
});
