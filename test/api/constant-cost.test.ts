// An unknown key and a wrong secret do the same work as a right one, so that timing reveals nothing. The work is counted, not timed.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type Credentials, type Sending, send, signatureHeaders } from './signed-client.ts';

const crypto = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
const real = { createHmac: crypto.createHmac, timingSafeEqual: crypto.timingSafeEqual };

let server: ApiServer;
let work: string[] = [];
beforeAll(async () => {
  server = await startApiServer();
  Object.assign(crypto, {
    createHmac: (...args: Parameters<typeof real.createHmac>) => {
      work.push('hmac');
      return real.createHmac(...args);
    },
    timingSafeEqual: (...args: Parameters<typeof real.timingSafeEqual>) => {
      work.push('compare');
      return real.timingSafeEqual(...args);
    },
  });
  syncBuiltinESMExports();
});
afterAll(async () => {
  Object.assign(crypto, real);
  syncBuiltinESMExports();
  await server.close();
});

const workFor = async (credentials: Credentials): Promise<[number, string[]]> => {
  const sending: Sending = { method: 'GET', target: '/v1/test/ping' };
  const headers = signatureHeaders(credentials, sending);
  work = [];
  const { json } = await send(server.origin, sending, headers);
  return [json.code, work];
};

test('right, wrong secret and unknown key: one HMAC and one constant-time comparison each', async () => {
  const { apiKey, apiSecret } = server.store;
  const oneOfEach = ['hmac', 'compare'];
  expect(await workFor({ apiKey, apiSecret })).toEqual([0, oneOfEach]);
  expect(await workFor({ apiKey, apiSecret: 'st_wrong' })).toEqual([20002, oneOfEach]);
  expect(await workFor({ apiKey: 'st_unknown', apiSecret })).toEqual([20001, oneOfEach]);
});
