// Security of every page: a policy with a fresh nonce, no posts from other sites, no internals in errors, cacheable assets, streams that
// end with the server, and no stateful server module in Remix's bundle.
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { asOwner, createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';

let database: TestDatabase;
let world: CheckoutWorld;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { demoShop: { apiKey: 'st_test', apiSecret: 'st_test' } });
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

const policyOf = (response: Response): string => response.headers.get('content-security-policy') ?? '';
const nonceOf = (response: Response): string | undefined => /'nonce-([^']+)'/.exec(policyOf(response))?.[1];

test('pages have a policy with a fresh nonce, and their scripts use it', async () => {
  const url = `${world.url}/checkout/${await world.intent()}`;
  const [first, second] = [await fetch(url), await fetch(url)];
  expect(policyOf(first)).toMatch(/object-src 'none'; base-uri 'none'; frame-ancestors 'none'$/);
  expect(policyOf(first)).not.toContain('unsafe-inline');
  expect(nonceOf(first)).not.toBe(nonceOf(second));
  const html = await first.text();
  const inline = html.match(/<script(?![^>]*\bsrc=)[^>]*>/g) ?? [];
  expect(inline.length).toBeGreaterThan(0);
  for (const tag of inline) expect(tag).toContain(`nonce="${nonceOf(first)}"`);
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  expect(first.headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['another site', 'https://evil.example', 403],
  ['a site with a null origin', 'null', 403],
  ['a client without an origin', undefined, 403],
  ['our own page', 'self', 303],
])('a post from %s gets the right status', async (_who, origin, status) => {
  const response = await fetch(`${world.url}/demo?index`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(origin ? { origin: origin === 'self' ? world.url : origin } : {}),
    },
    body: 'do=add&product=mug',
  });
  expect(response.status).toBe(status);
});

test('a post larger than 64 kB is rejected', async () => {
  const response = await fetch(`${world.url}/demo?index`, {
    method: 'POST',
    headers: { origin: world.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'x'.repeat(65 * 1024),
  });
  expect(response.status).toBe(413);
});

test('a failing page shows no internals', async () => {
  const id = await world.intent();
  // A real failure: the table that the page reads is renamed for a moment.
  await asOwner(database.url, 'alter table token_transfer rename to token_transfer_away');
  try {
    const response = await fetch(`${world.url}/checkout/${id}`);
    const html = await response.text();
    expect(response.status).toBe(500);
    expect(html).toContain('The fault is on our side.');
    expect(html).not.toMatch(/token_transfer|relation|at \w+ \(|node_modules/);
  } finally {
    await asOwner(database.url, 'alter table token_transfer_away rename to token_transfer');
  }
});

test('text from shops and merchants is escaped, and only http(s) URLs become links', async () => {
  const id = await world.intent({
    orderDescription: '<script>alert(1)</script>',
    orderId: '"><img src=x onerror=alert(1)>',
    redirectUrl: 'javascript:alert(1)',
  });
  await world.pay(id);
  const html = await (await fetch(`${world.url}/checkout/${id}`)).text();
  expect(html).not.toContain('<script>alert(1)');
  expect(html).not.toContain('<img src=x');
  expect(html).not.toContain('href="javascript:');
});

test('assets are immutable and compressed', async () => {
  const html = await (await fetch(world.url)).text();
  const asset = /\/assets\/[\w.-]+\.js/.exec(html)?.[0];
  const plain = await (await fetch(world.url + asset, { headers: { 'accept-encoding': 'identity' } })).text();
  for (const encoding of ['br', 'gzip']) {
    const response = await fetch(world.url + asset, { headers: { 'accept-encoding': encoding } });
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toContain('accept-encoding');
    expect(response.headers.get('content-type')).toContain('javascript');
    // Compressed by the build: the length is known.
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe(plain);
  }
  for (const variant of ['br', 'gz']) {
    expect((await fetch(`${world.url}${asset}.${variant}`)).status).toBe(404);
  }
});

test('the event stream greets, accepts well-formed ids only, and ends when the server closes', async () => {
  expect((await fetch(`${world.url}/checkout/nonsense/events`)).status).toBe(404);
  const own = await openCheckoutWorld(database.url);
  const id = await own.intent();
  const chunks: string[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    httpRequest(`${own.url}/checkout/${id}/events`, (response) => {
      expect(response.headers['content-type']).toContain('text/event-stream');
      response.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
      response.on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
  await expect.poll(() => chunks.join('')).toContain('event: ready');
  await own.transfer(id, { amount: '1' });
  await expect.poll(() => chunks.join('')).toContain('event: changed');
  await own.close();
  await ended;
});

test('the server bundle has none of the modules with state', () => {
  const bundle = readFileSync(join(REPOSITORY, 'build', 'server', 'index.js'), 'utf8');
  expect(bundle).not.toMatch(/mikro-orm|from "pg"|fastify/);
});
