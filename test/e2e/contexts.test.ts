// A browser context that a test gave back is as empty as a new one, and one that was changed for good is not given again.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';

let server: Server;
let url: string;
let browser: Browser;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>A page</title>');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

const leave = async (page: Page): Promise<void> => {
  await page.context().addCookies([{ name: 'left', value: '1', url }]);
  await page.evaluate(async () => {
    localStorage.setItem('left', '1');
    sessionStorage.setItem('left', '1');
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open('left');
      opening.onsuccess = resolve;
      opening.onerror = reject;
    });
  });
};
const found = async (page: Page): Promise<unknown> => ({
  cookies: await page.context().cookies(),
  ...(await page.evaluate(async () => ({
    stored: [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length],
    visited: history.length,
    width: innerWidth,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
  }))),
});

test('cookies, storage, listeners, history and size are those of a new one', async () => {
  const first = await openPage(browser, { locale: 'fr' });
  await first.goto(url);
  const empty = await found(first);
  await leave(first);
  const heard: string[] = [];
  first.context().on('request', (request) => heard.push(request.url()));
  await first.setViewportSize({ width: 400, height: 400 });
  await first.emulateMedia({ colorScheme: 'dark' });
  await first.goto(`${url}?2`);
  expect(heard).toEqual([`${url}?2`]);
  expect(await found(first)).not.toEqual(empty);
  const context = first.context();
  await context.close();
  expect(first.isClosed()).toBe(true);

  const second = await openPage(browser, { locale: 'fr' });
  expect(second.context()).toBe(context);
  await second.goto(url);
  expect(await found(second)).toEqual(empty);
  expect(heard).toEqual([`${url}?2`]);
  await second.context().close();
});

test('two at a time are two contexts, and other options are another one', async () => {
  const pages = await Promise.all([openPage(browser), openPage(browser), openPage(browser, { locale: 'fr' })]);
  expect(new Set(pages.map((page) => page.context())).size).toBe(3);
  await Promise.all(pages.map((page) => page.context().close()));
});

test('a context with a script, a permission or a clock of its own ends with its test', async () => {
  const changes: ((page: Page) => Promise<unknown>)[] = [
    (page) => page.context().addInitScript('globalThis.left = 1'),
    (page) => page.context().grantPermissions(['clipboard-read']),
    (page) => page.clock.install(),
    (page) => page.context().route('**/*', (route) => route.continue()),
  ];
  for (const change of changes) {
    const page = await openPage(browser, { locale: 'it' });
    const context = page.context();
    await change(page);
    await context.close();
    const next = await openPage(browser, { locale: 'it' });
    expect(next.context()).not.toBe(context);
    await next.context().close();
  }
});
