// A new merchant in a real browser: account without a wallet, application, waiting, activation, the dashboard and its first key page;
// and an invited helper. axe checks every page.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Merchant } from '#db/entities/store.entity.ts';
import { activateMerchant } from '#db/merchants/merchants.ts';
import type { InvitationData } from '#domain/email-data.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { mailedSignUp } from '#test/support/sign-up.ts';
import { openVisitor } from './support/account-browser.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';

const EMAIL = 'annika@kiosk.example';
const PASSWORD = 'correct horse battery 42';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
beforeAll(async () => {
  database = await createTestDatabase();
  [world, browser] = await Promise.all([openCheckoutWorld(database.url, { host: 'localhost' }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

/** Waits for the page with this heading, and runs axe on it. */
const expectPage = async (page: Page, name: string | RegExp): Promise<void> => {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  expect(await axeViolations(page), String(name)).toEqual([]);
};

test('a merchant applies, waits, is activated, reaches the first key, and invites a helper', async () => {
  const { page, close } = await openVisitor(browser, null);
  const complaints = complaintsOf(page.context());
  // Nobody is logged in yet, and a merchant's log-in does not mention a wallet.
  await page.goto(`${world.url}/dashboard`);
  await expectPage(page, 'Log in');
  await page.getByRole('link', { name: 'AllScale Checkout' }).waitFor();
  expect(await page.getByText('wallet').count()).toBe(0);
  await page.getByRole('link', { name: 'Create one' }).click();
  await expectPage(page, 'Take stablecoin payments');
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByText(`A link is on its way to ${EMAIL}`).waitFor();
  await expectPage(page, 'Create an account');
  // The link proves the address: nobody applies with one that is not proven.
  await page.goto(await mailedSignUp(world.orm, EMAIL));
  await expectPage(page, 'Create an account');
  expect(await page.getByText('wallet').count()).toBe(0);
  await page.getByText('A password', { exact: true }).click();
  await page.getByLabel('Password', { exact: true }).fill('Password2026!!');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByText('too easy to guess').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expectPage(page, 'Take stablecoin payments');

  await page.getByLabel('Name').fill('Kiosk am Hafen');
  await page.getByLabel('Website').fill('not a website');
  await page.getByLabel('What do you sell').fill('Coffee and newspapers.');
  await page.getByRole('button', { name: 'Send the application' }).click();
  await page.getByText('Must not contain spaces').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('Kiosk am Hafen');
  await expectPage(page, 'Take stablecoin payments');
  await page.getByLabel('Website').fill('kiosk.example');
  await page.getByRole('button', { name: 'Send the application' }).click();
  await expectPage(page, 'Thank you: we have your application');

  // A newcomer tries everything in the test store before an operator has decided.
  await page.getByRole('link', { name: 'Open the test store' }).click();
  await page.getByText('Nothing here is real money.').waitFor();
  await page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name: 'Developers' }).click();
  await page.getByLabel('Name').fill('Try');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.getByRole('link', { name: 'Download allscale.env' }).waitFor();
  await expectPage(page, /Developers|API keys/);
  await page.getByRole('link', { name: 'your application', exact: true }).click();
  await expectPage(page, 'Thank you: we have your application');

  const merchant = await world.orm.em.fork().findOneOrFail(Merchant, { email: EMAIL });
  await activateMerchant(world.orm.em, {
    merchantId: merchant.id,
    reason: 'Looked at',
    publicUrl: world.url,
    feeBps: 50,
    actor: { kind: 'operator', id: 'bd', email: 'bd@allscale.example' },
  });
  await page.goto(`${world.url}/dashboard`);
  await page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name: 'Developers' }).click();
  await expectPage(page, /Developers|API keys/);
  await page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name: 'Team' }).click();
  await expectPage(page, 'Team');
  await page.getByLabel('E-mail address').fill('helper@kiosk.example');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByText('The invitation is on its way.').waitFor();
  await expectPage(page, 'Team');
  expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  const ownersBrowser = await page.context().storageState();
  const team = page.url().replace(/\?.*/, '');
  await close();

  const [invitation] = await world.orm.em.fork().find(EmailMessage, { kind: 'invitation' });
  const helper = await openVisitor(browser);
  await helper.page.goto(String((invitation?.data as InvitationData | undefined)?.link));
  await expectPage(helper.page, 'Work for Kiosk am Hafen');
  await helper.page.getByRole('button', { name: 'Create the account' }).click();
  await helper.page.getByRole('button', { name: 'Accept the invitation' }).click();
  await helper.page.getByRole('navigation', { name: 'Dashboard' }).waitFor();
  await helper.page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name: 'Team' }).click();
  await expectPage(helper.page, 'Team');
  expect(await helper.page.getByRole('button', { name: 'Invite', exact: true }).count()).toBe(0);
  await helper.page.goto(`${world.url}/dashboard/security`);
  await expectPage(helper.page, 'Log-in and security');

  // After removal, in two steps, the helper has no store.
  const owner = await openPage(browser, { storageState: ownersBrowser });
  await owner.goto(team);
  await owner
    .getByRole('row', { name: /helper@kiosk/ })
    .locator('summary')
    .click();
  await owner.getByText('This person loses access to every store').waitFor();
  await expectPage(owner, 'Team');
  await owner.getByRole('button', { name: 'Remove now: helper@kiosk.example' }).click();
  await owner.getByText('The person was removed from the team.').waitFor();
  expect((await helper.page.goto(team))?.status()).toBe(404);
  await owner.context().close();
  await helper.close();
});
