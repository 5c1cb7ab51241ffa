// The client package against the real API, from its sources and as published.

import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { mustRun } from '#scripts/lib/run.ts';
import {
  AllScaleApiError,
  AllScaleClient,
  type AllScaleClientOptions,
  AllScaleUnreachableError,
  Currency,
  ErrorCode,
  IntentStatus,
  isFinal,
  StableCoin,
} from '#sdk/src/index.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';
import { servePackages, withoutRegistries } from './served-packages.ts';

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

  test('lists checkouts page by page, and reads what one has received', async () => {
    const store = await api.newStore();
    const client = clientOf(store);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await client.createCheckout({ ...ORDER, order_id: 'ä&=' })).allscale_checkout_intent_id);
    }
    const page = await client.listCheckouts({ limit: 2, status: [IntentStatus.CREATED, IntentStatus.PAYING] });
    expect(page.checkout_intents).toHaveLength(2);
    expect(page.next_cursor).not.toBeNull();
    const found: string[] = [];
    const filter = { limit: 2, order_id: 'ä&=', created_from: new Date(Date.now() - 60_000) };
    for await (const checkout of client.eachCheckout(filter)) found.push(checkout.all_scale_checkout_intent_id);
    expect(found).toEqual(ids.toSorted().toReversed());
    expect((await client.listCheckouts({ status: IntentStatus.CONFIRMED })).checkout_intents).toEqual([]);
    await expect(client.listCheckouts({ limit: 1000 })).rejects.toMatchObject({ field: 'limit', reason: 'too_large' });

    expect(await client.getPayments(ids[0] ?? '')).toMatchObject({
      ...{ received_coins: '0.0000', missing_coins: '12.5000', transfers: [] },
      due: [{ stable_coin_type: StableCoin.USDC, amount_coins: '12.5000' }],
    });
  });

  test('reads events page by page, from the last number', async () => {
    const store = await api.newStore();
    const client = clientOf(store);
    expect(await client.listEvents()).toEqual({ events: [], last_sequence: 0, has_more: false });
    for (let index = 0; index < 3; index += 1) {
      const { allscale_checkout_intent_id: id } = await client.createCheckout(ORDER);
      await changeIntent(api.orm.em.fork(), { intentId: id as IntentId, actor: 'workflow', to: -4 });
    }
    const numbers: number[] = [];
    for await (const event of client.eachEvent({ after: 1, limit: 1 })) {
      numbers.push(event.sequence);
      if (event.data?.event_type === 'checkout_intent.canceled') expect(event.data.missing_coins).toBe('12.5000');
    }
    expect(numbers).toEqual([2, 3]);
  });

  test('manages webhook endpoints', async () => {
    const client = clientOf(await api.newStore());
    const { secret, ...made } = await client.createWebhookEndpoint({
      url: 'https://shop.example/hook',
      event_types: ['checkout_intent.short'],
    });
    expect(secret).toMatch(/^st_/);
    expect(await client.listWebhookEndpoints()).toEqual([made]);
    const changed = await client.updateWebhookEndpoint(made.endpoint_id, { enabled: false });
    expect(changed).toEqual({ ...made, enabled: false });
    expect(await client.getWebhookEndpoint(made.endpoint_id)).toEqual(changed);
    await client.deleteWebhookEndpoint(made.endpoint_id);
    await expect(client.getWebhookEndpoint(made.endpoint_id)).rejects.toMatchObject({ code: ErrorCode.NOT_FOUND });
  });

  test('simulates payments in a test store', async () => {
    const client = clientOf(await api.newStore({ isTest: true }));
    const { allscale_checkout_intent_id: id } = await client.createCheckout(ORDER);
    const simulation = await client.simulatePayment(id, 'short', { idempotencyKey: 's' });
    expect(simulation).toMatchObject({ scenario: 'short', amount_coins: '6.2500', stable_coin_type: StableCoin.USDC });
    expect(await client.simulatePayment(id, 'short', { idempotencyKey: 's' })).toEqual(simulation);
    expect((await client.simulatePayment(id)).scenario).toBe('paid');
    const { allscale_checkout_intent_id: live } = await clientOf(api.store).createCheckout(ORDER);
    await expect(clientOf(api.store).simulatePayment(live)).rejects.toMatchObject({ reason: 'not_a_test_store' });
  });

  test('gets the same checkout for a repeated create with the same idempotency key', async () => {
    const client = clientOf(api.store);
    const first = await client.createCheckout(ORDER, { idempotencyKey: 'order-7' });
    expect(await client.createCheckout(ORDER, { idempotencyKey: 'order-7' })).toEqual(first);
  });

  test('gets an error that names the field and the problem', async () => {
    const rejected = clientOf(api.store).createCheckout({ ...ORDER, amount_cents: 1.5 });
    await expect(rejected).rejects.toBeInstanceOf(AllScaleApiError);
    await expect(rejected).rejects.toMatchObject({
      code: 10001,
      httpStatus: 400,
      field: 'amount_cents',
      reason: 'not_an_integer',
    });
    await expect(clientOf(api.store).getStatus('0'.repeat(24))).rejects.toMatchObject({ code: 50001 });
    const wrongSecret = clientOf(api.store, { apiSecret: 'st_wrong' }).ping();
    await expect(wrongSecret).rejects.toMatchObject({
      code: ErrorCode.BAD_SIGNATURE,
      reason: 'wrong_signature',
      field: null,
    });
  });

  test('accepts only signed responses when they are configured', async () => {
    const signing = await api.newStore({ signsResponses: true });
    await clientOf(signing, { verifyResponses: true }).ping();
    await expect(clientOf(api.store, { verifyResponses: true }).ping()).rejects.toBeInstanceOf(
      AllScaleUnreachableError,
    );
    const wrongSecret = clientOf(signing, { verifyResponses: true, apiSecret: 'st_wrong' }).ping();
    await expect(wrongSecret).rejects.toThrow('HTTP 401');
  });

  test('does not take a proxy’s page or a timeout for a response of the API', async () => {
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

/** The TypeScript blocks of a Markdown file. */
const codeOf = (...path: string[]): string[] =>
  [...readFileSync(join(REPOSITORY, ...path), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '');

test('the package installs from the server into an empty folder, without a registry: it works in plain Node, and its documentation compiles', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-sdk-'));
  const served = await servePackages();
  try {
    const shop = join(folder, 'shop');
    mkdirSync(shop);
    const env = withoutRegistries(folder);
    await mustRun('npm', ['install', served.urlOf('node')], { cwd: shop, env });
    const installed = join(shop, 'node_modules', 'allscale-checkout-client');
    const files = globSync('**/*', { cwd: installed, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)));
    expect(files.filter((path) => !/^dist\/(?:cjs\/)?[a-z]+(\.d\.ts|\.js)$/.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/cjs/package.json',
      'package.json',
    ]);
    expect(files).toEqual(expect.arrayContaining(['dist/index.d.ts', 'dist/cjs/index.d.ts']));
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(served.packages.node.file).toBe(`allscale-checkout-client-${manifest.version}.tgz`);
    const { dependencies, peerDependencies } = manifest;
    expect({ dependencies, peerDependencies }).toEqual({});
    expect(manifest).toMatchObject({
      license: 'MIT',
      publishConfig: { access: 'public', provenance: true },
      repository: { type: 'git', directory: 'sdk' },
    });
    // Every file that it names is there; the command runs, and `npx` finds it by the package's name.
    const { import: esm, require: cjs } = manifest.exports['.'];
    for (const path of [manifest.main, manifest.types, ...Object.values({ ...esm }), ...Object.values({ ...cjs })]) {
      expect(files).toContain(String(path).replace(/^\.\//, ''));
    }
    expect(Object.keys(manifest.bin)).toContain(manifest.name);
    for (const path of Object.values<string>(manifest.bin)) {
      expect(await mustRun(process.execPath, [join(installed, path), '--help'], { cwd: folder })).toContain(
        'allscale-checkout listen',
      );
      expect(readFileSync(join(installed, path), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    }

    const { apiKey, apiSecret } = api.store;
    const options = JSON.stringify({ baseUrl: api.origin, apiKey, apiSecret });
    const create = `new AllScaleClient(${options}).createCheckout({ stable_coin: 1, amount_cents: 500 })
      .then(({ amount_coins }) => console.log(amount_coins));`;
    for (const [type, importing] of [
      ['module', `import { AllScaleClient } from 'allscale-checkout-client';`],
      ['commonjs', `const { AllScaleClient } = require('allscale-checkout-client');`],
    ]) {
      const run = ['--no-experimental-require-module', `--input-type=${type}`, '--eval', `${importing} ${create}`];
      expect((await mustRun(process.execPath, run, { cwd: shop })).trim()).toBe('5.0000');
    }
    // As the page on testing has it: from the address, in a folder that has no project.
    const npx = await mustRun('npx', ['--yes', served.urlOf('node'), 'listen', '--help'], { cwd: folder, env });
    expect(npx).toContain('allscale-checkout listen');

    // In a strict project.
    const samples = [...codeOf('sdk', 'README.md'), ...codeOf('docs', 'guide', 'client.md')];
    expect(samples.length).toBeGreaterThan(4);
    const names = samples.flatMap((code, index) =>
      // A file of CommonJS has no top-level await.
      ['mts', ...(/^(?:const .*)?await /m.test(code) ? [] : ['cts'])].map((extension) => {
        const name = `sample-${index}.${extension}`;
        writeFileSync(join(shop, name), code.replaceAll('{{BASE_URL}}', api.origin));
        return name;
      }),
    );
    expect(names.some((name) => name.endsWith('.cts'))).toBe(true);
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    const types = ['--typeRoots', join(REPOSITORY, 'node_modules', '@types')];
    await mustRun(join(REPOSITORY, 'node_modules', '.bin', 'tsc'), [...flags, ...types, ...names], { cwd: shop });
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
