// Joining a team with an account that exists, and leaving one with a page open, in a real browser.
import { Wallet } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import type { MemberRole } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { removeMember } from '#db/merchants/members.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Address } from '#domain/address.ts';
import type { InvitationData } from '#domain/email-data.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { join } from '#test/dashboard/people.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { type LoggedIn, logInAs } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

const ACTOR = { kind: 'command', id: 'test', email: null } as const;

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
/** Of another merchant, which comes after the world's by name. */
let zeta: { merchantId: string; storeId: string };

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  const receiver = knownPayable(Wallet.createRandom().address as Address);
  zeta = await createMerchantAndStore(world.orm.em, { name: 'Zeta Goods', email: 'office@zeta.example', receiver });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

/** A page of a person who works for the world's merchant. */
const memberOfFirst = async (email: string, role: MemberRole): Promise<{ page: Page; person: LoggedIn }> => {
  const page = await openPage(browser);
  const person = await logInAs(page.context(), world, email, 'merchant');
  await join(world.orm, world.storeId, person, role);
  return { page, person };
};
/** @returns the path of the mailed link */
const invite = async (email: string, role: MemberRole): Promise<string> => {
  const { merchantId } = zeta;
  await inviteMember(world.orm.em, { merchantId, actor: ACTOR, reason: 'test', publicUrl: '', email, role } as never);
  const mail = await world.orm.em.fork().findOneOrFail(EmailMessage, { kind: 'invitation', recipient: email });
  return (mail.data as unknown as InvitationData).link;
};
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

test('who belongs to another team accepts, and comes to the store of the new one', async () => {
  const { page } = await memberOfFirst('bea@nordlicht.example', 'viewer');
  await page.goto(world.url + (await invite('bea@nordlicht.example', 'viewer')));
  await heading(page, 'Work for Zeta Goods');
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.waitForURL(`${world.url}/dashboard/${zeta.storeId}`);
  await page.goBack();
  await page.getByText('This invitation was already accepted.').waitFor();
  await page.context().close();
});

test('another person’s browser logs out in place and comes back to the invitation; a visitor logs in', async () => {
  const link = await invite('new@zeta.example', 'viewer');
  const { page } = await memberOfFirst('other@nordlicht.example', 'viewer');
  await page.goto(world.url + link);
  await page.getByText('You are logged in with another address').waitFor();
  expect(await page.getByRole('button', { name: 'Accept the invitation' }).count()).toBe(0);
  await expectRightInEveryLook(page, 'invitation-of-another');
  await page.getByRole('button', { name: 'Log out, and log in as new@zeta.example' }).click();
  await heading(page, 'Log in');
  expect(new URL(page.url()).searchParams.get('next')).toBe(link);
  await page.goto(world.url + link);
  const logIn = page.getByRole('link', { name: 'Log in to accept' });
  expect(await logIn.getAttribute('href')).toBe(`/account/log-in?${new URLSearchParams({ next: link })}`);
  await page.context().close();
});

test.each([
  ['list of orders', async () => '/orders'],
  ['order', async () => `/orders/${await world.intent({ orderId: 'LEFT-1' })}`],
])('an open %s of a removed person ends with a page that says so, and reads nothing more', async (what, pathOf) => {
  const path = await pathOf();
  await world.intent({ orderId: 'SEEN-1' });
  const { page, person } = await memberOfFirst(`left-${what.length}@nordlicht.example`, 'viewer');
  await page.clock.install();
  await page.goto(`${world.url}/dashboard/${world.storeId}${path}`);
  await untilHydrated(page);
  const { merchant } = await world.orm.em.fork().findOneOrFail(Store, world.storeId);
  await removeMember(world.orm.em, { merchantId: merchant.id, userId: person.userId, actor: ACTOR });
  await page.clock.runFor(20_000);
  await heading(page, 'You cannot open this store');
  expect(await page.getByText(/SEEN-1|LEFT-1/).count()).toBe(0);
  expect(await page.getByRole('navigation', { name: 'Dashboard' }).count()).toBe(0);
  await expectRightInEveryLook(page, `removed-from-${what.replaceAll(' ', '-')}`);
  const later: string[] = [];
  page.on('request', (request) => later.push(request.url()));
  await page.clock.runFor(300_000);
  expect(later).toEqual([]);
  await page.getByRole('link', { name: 'To the dashboard' }).click();
  await page.waitForURL(/\/dashboard\/apply/);
  await page.context().close();
});
