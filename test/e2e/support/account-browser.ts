// A shopper's own device: a browser context, a virtual authenticator with PRF, and a record of every request.
import type { Browser, CDPSession, Page, Request } from 'playwright-core';
import type { Orm } from '#db/orm.ts';
import { signUpUrl } from '#test/support/sign-up.ts';
import { openPage } from './browser.ts';

export interface Visitor {
  page: Page;
  cdp: CDPSession;
  /** Everything that left the browser: method, URL, headers and body of each request. */
  sent: string[];
  close(): Promise<void>;
}

/** @param prf false: an authenticator without the extension; null: no authenticator at all */
export const openVisitor = async (browser: Browser, prf: boolean | null = true): Promise<Visitor> => {
  const page = await openPage(browser);
  const cdp = await page.context().newCDPSession(page);
  if (prf !== null) {
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        hasPrf: prf,
        automaticPresenceSimulation: true,
      },
    });
  }
  const sent: string[] = [];
  page.context().on('request', (request: Request) => {
    sent.push(
      [request.method(), request.url(), JSON.stringify(request.headers()), request.postData() ?? ''].join('\n'),
    );
  });
  return { page, cdp, sent, close: () => page.context().close() };
};

/** The phrase on the page, in order. */
export const readPhrase = async (page: Page): Promise<string> => {
  const message = page.getByTestId('phrase').locator('li span:last-child');
  await message.first().waitFor();
  return (await message.allTextContents()).join(' ');
};

/** Types the requested words of the phrase. */
export const checkPhrase = async (page: Page, phrase: string): Promise<void> => {
  await page.getByRole('button', { name: 'I wrote it down' }).click();
  const message = phrase.split(' ');
  for (const field of await page.getByLabel(/^Word \d+$/).all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
    await field.fill(message[Number(label.replace('Word ', '')) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Check' }).click();
};

export interface NewAccount {
  email: string;
  password?: string;
}

/** Signs up with the mailed link, by passkey, or by password when there is one, and checks the phrase. @returns the phrase */
export const signUp = async (
  page: Page,
  world: { url: string; orm: Orm },
  { email, password }: NewAccount,
): Promise<string> => {
  await page.goto(await signUpUrl(world, email));
  if (password !== undefined) {
    await page.getByText('A password', { exact: true }).click();
    await page.getByLabel('Password', { exact: true }).fill(password);
  }
  await page.getByRole('button', { name: 'Create account' }).click();
  const phrase = await readPhrase(page);
  await checkPhrase(page, phrase);
  await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
  return phrase;
};

export const logInWithPassword = async (
  page: Page,
  url: string,
  { email, password = '' }: NewAccount,
): Promise<void> => {
  await page.goto(`${url}/account/log-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
};
