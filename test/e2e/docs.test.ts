// The documentation as its readers use it: every page and link, the Markdown twins, search, and the reference in a browser that
// must load nothing from other servers.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Orm, openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { chainById } from '#domain/chains.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { toStderr } from '#scripts/lib/progress.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createServer } from '#web/create-server.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage, PHONE } from './support/browser.ts';

let database: TestDatabase;
let orm: Orm;
let app: FastifyInstance;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser(), buildWebBundle(toStderr)]);
  orm = await openOrm({ databaseUrl: database.url });
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);
  app = await createServer({
    orm,
    masterKeys,
    chains: [chainById(31337)],
    feeReceiver: knownPayable('0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'),
    publicUrl: origin,
    pages: {
      ...{
        orm,
        masterKeys,
        databaseUrl: database.url,
        publicUrl: origin,
        chains: [],
        development: false,
        demoShop: null,
      },
      temporal: { address: '127.0.0.1:1', namespace: 'default' },
      screening: createStaticScreening([]),
      authSecret: randomBytes(32).toString('base64'),
    },
  });
  await app.listen({ host: '127.0.0.1', port });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await orm?.close();
  await database?.drop();
});

const read = async (path: string): Promise<string> => {
  const response = await fetch(origin + path);
  expect({ path, status: response.status }).toEqual({ path, status: 200 });
  return await response.text();
};

/** Every page of docs/guide: one that is added is walked too. */
const GUIDE = readdirSync(join(REPOSITORY, 'docs', 'guide'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace(/\.md$/, ''));

describe('the guide', () => {
  test('has every page, complete, with working links', async () => {
    const pages = new Map<string, string>();
    for (const name of GUIDE) pages.set(`/docs/${name}`, await read(`/docs/${name}`));
    const front = await read('/docs');
    pages.set('/docs', front);
    expect(GUIDE.length).toBeGreaterThan(15);
    for (const name of GUIDE) expect(front).toContain(`href="/docs/${name}"`);
    for (const [path, html] of pages) {
      expect({ path, unfilled: html.match(/\{\{[A-Z]|<!-- (table|samples)/)?.[0] }).toEqual({ path });
      for (const [, href = ''] of html.matchAll(/<a [^>]*href="(\/[^"]*|#[^"]*)"/g)) {
        const [target = '', fragment] = (href.startsWith('#') ? path + href : href).split('#');
        const responded = pages.get(target) ?? (await read(target));
        const leads = !fragment || fragment === 'content' || responded.includes(`id="${fragment}"`);
        expect({ path, href, leads }).toEqual({ path, href, leads: true });
      }
    }
  });

  test('names this server and states its real limits', async () => {
    expect(await read('/docs/authentication')).toContain(`${origin}/v1/`);
    expect(await read('/docs/quick-start')).toContain(`ALLSCALE_BASE_URL=${origin}`);
    expect(await read('/docs/errors')).toMatch(/<span>50001<\/span><\/td><td[^>]*><span>404</);
    expect(await read('/docs/statuses')).toContain('TEMP_WALLET_RECEIVED');
    expect(await read('/docs/chains')).toContain('0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913');
    for (const sample of [
      'hash_equals',
      'hmac.compare_digest',
      'timingSafeEqual',
      'hmac.Equal',
      'MessageDigest.isEqual',
    ]) {
      // Colours stand between the words.
      expect((await read('/docs/authentication')).replaceAll(/<[^>]+>/g, '')).toContain(sample);
    }
  });

  test('has the client packages for download, as its pages say', async () => {
    for (const [page, pattern, type] of [
      ['client', /npm install (\S+\/allscale-checkout-client-\d+\.\d+\.\d+\.tgz)/, 'application/gzip'],
      [
        'client-python',
        /pip install "(\S+\/allscale_checkout_client-\d+\.\d+\.\d+-py3-none-any\.whl)#/,
        'application/zip',
      ],
    ] as const) {
      const text = await read(`/docs/${page}.md`);
      const url = pattern.exec(text)?.[1] ?? '';
      expect(url).toMatch(new RegExp(`^${origin}/docs/packages/`));
      // Browsers, npm and pip take the bytes as they are: not compressed once more.
      const response = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
      expect(response.headers.get('content-encoding')).toBeNull();
      expect(response.headers.get('content-disposition')).toContain(`"${url.split('/').at(-1)}"`);
      const sha256 = createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex');
      expect(text).toContain(sha256);
      expect(await read(`/docs/${page}`)).toContain(sha256);
      const kept = await fetch(url, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
      expect([kept.status, kept.headers.get('cache-control')]).toEqual([304, 'public, no-cache']);
    }
    const gone = await fetch(`${origin}/docs/packages/allscale-checkout-client-0.0.1.tgz`);
    expect([gone.status, await gone.text()]).toEqual([
      404,
      expect.stringContaining('This server has allscale-checkout-client-'),
    ]);
  });

  test('names every route of the API, and all test routes wherever it lists them', async () => {
    const { paths } = JSON.parse(await read('/v1/openapi.json')) as { paths: Record<string, object> };
    const all = await read('/llms-full.txt');
    const spellings = (path: string) => [path, path.replace('{id}', '{endpoint_id}')];
    const unnamed = Object.keys(paths).filter((path) => !spellings(path).some((spelled) => all.includes(spelled)));
    expect(unnamed).toEqual([]);
    const tests = Object.keys(paths).filter((path) => path.startsWith('/v1/test/'));
    expect(tests).toContain('/v1/test/simulate');
    const lists: string[] = [];
    for (const name of GUIDE) {
      const text = await read(`/docs/${name}.md`);
      const named = tests.filter((path) => text.includes(path));
      if (named.filter((path) => path !== '/v1/test/simulate').length < 2) continue;
      lists.push(name);
      expect({ name, named: named.sort() }).toEqual({ name, named: tests.sort() });
    }
    expect(lists).toContain('authentication');
  });

  test('has a Markdown twin of each page, listed for programs', async () => {
    const list = await read('/llms.txt');
    for (const name of GUIDE) {
      expect(list).toContain(`${origin}/docs/${name}.md`);
      const response = await fetch(`${origin}/docs/${name}.md`);
      expect(response.headers.get('content-type')).toContain('text/markdown');
      const text = await response.text();
      expect(text).toMatch(/^# /);
      // Links of a Markdown page lead to Markdown pages.
      expect({ name, html: text.match(/\]\((?:\/|http[^)]*\/docs\/[\w-]+[)#])/)?.[0] }).toEqual({ name });
      expect(await read(`/docs/${name}`)).toContain(`type="text/markdown" href="/docs/${name}.md"`);
    }
    expect(await read('/docs.md')).toBe(list);
    expect(await read('/llms-full.txt')).toContain('hmac.compare_digest');
    expect(await read('/docs/search.md?q=spent_nonce')).toContain(
      `${origin}/docs/authentication.md#when-a-request-is-rejected`,
    );
  });

  test.each([
    ['nonce', '/docs/authentication'],
    ['retry webhook', '/docs/webhooks'],
    ['JPY yen', '/docs/c'],
    ['idempotency', '/docs/create'],
    ['authentcation', '/docs/authentication'],
    ['webhok', '/docs/webhooks'],
    ['php', '/docs/authentication#php'],
  ])('finds "%s"', async (query, href) => {
    const html = await read(`/docs/search?q=${encodeURIComponent(query)}`);
    expect(html.includes(`<li><a href="${href}`)).toBe(true);
  });

  test('says when it finds nothing, and escapes markup', async () => {
    const html = await read(`/docs/search?q=${encodeURIComponent('<zzqx>zzzqqq')}`);
    expect(html).toContain('Nothing found');
    expect(html).not.toContain('<zzqx>zzzqqq');
    expect((await fetch(`${origin}/docs/nothing`)).status).toBe(404);
    expect((await fetch(`${origin}/docs/nothing.md`)).status).toBe(404);
  });

  test('a link to a language’s sample opens it, / moves the focus to the search, and code can be copied', async () => {
    const page = await openPage(browser);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${origin}/docs/authentication#php`, { waitUntil: 'load' });
    const sample = page.locator('details', { hasText: 'hash_equals' });
    await expect.poll(() => sample.getAttribute('open')).toBe('');
    // The keys work once the page is hydrated.
    await expect
      .poll(async () => {
        await page.keyboard.press('/');
        return await page.evaluate(() => document.activeElement?.id);
      })
      .toBe('docs-search');
    expect(await page.inputValue('#docs-search')).not.toContain('//');
    await sample.getByRole('button', { name: 'Copy' }).click();
    await sample.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^<\?php\n/);
    await page.context().close();
  });

  test.each(['/docs', '/docs/authentication', '/docs/quick-start', '/docs/client', '/docs/search?q=key'])(
    '%s has no accessibility violation',
    async (path) => {
      const page = await openPage(browser, { viewport: PHONE, bypassCSP: true });
      await page.goto(origin + path, { waitUntil: 'load' });
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await page.context().close();
    },
  );
});

test('unknown paths under /v1 beside the pages get the API’s envelope, and so does a signed request without /v1', async () => {
  for (const [method, path] of [
    ...[
      ['GET', '/v1'],
      ['GET', '/v1/nope'],
      ['POST', '/v1/nope'],
      ['DELETE', '/v1/nope?x=1'],
    ],
    ...[
      ['POST', '/checkout_intents/'],
      ['POST', '//v1/checkout_intents/'],
    ],
  ] as const) {
    const response = await fetch(origin + path, { method, headers: { 'X-API-Key': 'st_1' } });
    expect({ path, status: response.status, ...(await response.json()) }).toMatchObject({
      path,
      status: 404,
      code: 10001,
      payload: null,
      error: { details: { field: 'path', reason: 'unknown_path' } },
      request_id: response.headers.get('X-Request-Id'),
    });
  }
});

test('the reference shows every route within its policy and loads nothing from other servers', async () => {
  const page = await openPage(browser);
  const complaints = complaintsOf(page.context());
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await page.goto(`${origin}/docs/reference`, { waitUntil: 'load' });
  for (const name of ['Create a checkout intent', 'Read a checkout intent', 'Read only the status']) {
    await page.getByText(name).first().waitFor({ timeout: 60_000 });
  }
  expect(elsewhere).toEqual([]);
  expect(complaints.filter((complaint) => !complaint.includes('favicon') && !complaint.includes('404'))).toEqual([]);
  await page.context().close();
});
