// Screenshots of AllScale Pay: log-in on the checkout, a new account, an empty wallet, the faucet, the networks, the payment, and the
// account's pages.
import type { Page } from 'playwright-core';
import { checkPhrase, readPhrase } from '#test/e2e/support/account-browser.ts';
import type { AccountWorld } from '#test/e2e/support/account-world.ts';
import { mailedSignUp } from '#test/support/sign-up.ts';

export type Shoot = (page: Page, name: string) => Promise<void>;

/** @param page in a browser with a passkey authenticator */
export const takeAccountJourney = async (world: AccountWorld, page: Page, shoot: Shoot): Promise<void> => {
  page.setDefaultTimeout(60_000);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const checkout = `${world.url}/checkout/${await world.intent()}?method=allscale`;
  await page.goto(`${world.url}/account/log-in`);
  await shoot(page, 'account-log-in');
  await page.goto(checkout);
  await page.getByRole('heading', { name: 'Log in', exact: true }).waitFor();
  await shoot(page, 'allscale-log-in');

  await page.getByRole('link', { name: 'Create one' }).click();
  await page.getByLabel('E-mail address').fill('shopper@example.com');
  await shoot(page, 'account-sign-up');
  await button('Send me a link').click();
  await page.getByText('A link is on its way to').waitFor();
  await page.goto(await mailedSignUp(world.orm, 'shopper@example.com'));
  await shoot(page, 'account-sign-up-link');
  await button('Create account').click();
  await page.getByTestId('wallet-address').waitFor();
  await shoot(page, 'allscale-empty');
  await page.getByLabel('Coin and network').selectOption({ label: 'USDT · Local Chain B' });
  await button('Fill Local Chain B with test coins').click();
  await page.getByTestId('pay-review').waitFor();
  await shoot(page, 'allscale-review');
  await button('Change coin or network').click();
  await button('Review payment').waitFor();
  await shoot(page, 'allscale-networks');
  await button('Review payment').click();
  await page.getByTestId('pay-review').waitFor();
  await button('Approve with a passkey').click();
  await page.getByTestId('sent-tx').waitFor();
  await shoot(page, 'allscale-sent');
  await page.getByRole('link', { name: 'Save the phrase' }).click();
  await button('Show the phrase with a passkey').click();
  const phrase = await readPhrase(page);
  await shoot(page, 'account-phrase');
  await checkPhrase(page, phrase);
  await page.waitForURL(/\/checkout\//);

  for (const name of ['', 'withdraw', 'recovery', 'security']) {
    await page.goto(`${world.url}/account/${name}`);
    await shoot(page, `account-${name || 'wallet'}`);
  }
};
