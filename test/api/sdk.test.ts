// The client package against the real API, from its sources and as it is published.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { mustRun } from '#scripts/lib/run.ts';
import {
  AllScaleApiError,
  AllScaleClient,
  type AllScaleClientOptions,
  AllScaleUnreachableError,
  Currency,
  IntentStatus,
  isFinal,
  StableCoin,
} from '#sdk/src/index.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(async () => await api?.close());

const clientOf = (store: TestStore, more: Partial<AllScaleClientOptions> = {}): AllScaleClient =>
  new AllScaleClient({ baseUrl: api.origin, apiKey: store.apiKey, apiSecret: store.apiSecret, ...more });

const ORDER = { currency: Currency.USD, amount_cents: 1250, order_id: 'Ä-1', accepted_stable_coins: [StableCoin.USDC] };

describe('a shop with the client', () => {
  test('pings, creates, and reads what it created', async () => {
    const client = clientOf(api.store);
    await client.ping();
    const created = await client.createCheckout({ ...ORDER, extra: { cart: [1, 'ü'] } });
    const { allscale_checkout_intent_id: id } = created;
    expect(created).toMatchObject({ amount_coins: '12.5000', stable_coin_type: StableCoin.USDC, rate: '1.0000' });
    expect(await client.getStatus(id)).toBe(IntentStatus.CREATED);
    expect(await client.getCheckout(id)).toMatchObject({
      all_scale_checkout_intent_id: id,
      order_id: 'Ä-1',
      currency_symbol: 'USD',
      extra: { cart: [1, 'ü'] },
    });
    expect([IntentStatus.CREATED, IntentStatus.ON_CHAIN].some(isFinal)).toBe(false);
    expect([IntentStatus.CONFIRMED, IntentStatus.TIMEOUT].every(isFinal)).toBe(true);
  });

  test('repeats a create with the same idempotency key and gets the same checkout', async () => {
    const client = clientOf(api.store);
    const first = await client.createCheckout(ORDER, { idempotencyKey: 'order-7' });
    expect(await client.createCheckout(ORDER, { idempotencyKey: 'order-7' })).toEqual(first);
  });

  test('is told what is wrong, with the field', async () => {
    const refused = clientOf(api.store).createCheckout({ ...ORDER, amount_cents: 1.5 });
    await expect(refused).rejects.toBeInstanceOf(AllScaleApiError);
    await expect(refused).rejects.toMatchObject({ code: 10001, httpStatus: 400, details: { field: 'amount_cents' } });
    await expect(clientOf(api.store).getStatus('0'.repeat(24))).rejects.toMatchObject({ code: 50001 });
    await expect(clientOf(api.store, { apiSecret: 'st_wrong' }).ping()).rejects.toMatchObject({ code: 20002 });
  });

  test('believes signed answers only, when it is told that they are signed', async () => {
    const signing = await api.newStore({ signsResponses: true });
    await clientOf(signing, { verifyResponses: true }).ping();
    await expect(clientOf(api.store, { verifyResponses: true }).ping()).rejects.toBeInstanceOf(
      AllScaleUnreachableError,
    );
  });

  test("takes a proxy's page, and silence, for no answer", async () => {
    const proxy = createServer((request, response) => {
      if (request.url === '/v1/test/ping') response.writeHead(502).end('<h1>Bad gateway</h1>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    const baseUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      await expect(clientOf(api.store, { baseUrl }).ping()).rejects.toThrow('HTTP 502');
      const silent = clientOf(api.store, { baseUrl, timeoutMs: 50 }).getStatus('1');
      await expect(silent).rejects.toBeInstanceOf(AllScaleUnreachableError);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

test('the package as it is published works in a plain Node, and has no dependency', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-sdk-'));
  try {
    const tsc = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
    await mustRun(process.execPath, [tsc, '-p', join(REPOSITORY, 'sdk', 'tsconfig.json'), '--outDir', folder]);
    const script = `const { AllScaleClient } = await import(${JSON.stringify(join(folder, 'index.js'))});
      const client = new AllScaleClient(${JSON.stringify({ baseUrl: api.origin, apiKey: api.store.apiKey, apiSecret: api.store.apiSecret })});
      console.log((await client.createCheckout({ stable_coin: 1, amount_cents: 500 })).amount_coins);`;
    const printed = await mustRun(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
    expect(printed.trim()).toBe('5.0000');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
