// Logs a test's account in without the log-in page, by putting the session's cookie into a browser.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Orm } from '#db/orm.ts';
import { join } from '#test/dashboard/people.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import type { AccountRole } from '#web/auth/roles.ts';
import { complaintsOf, openPage } from './browser.ts';
import type { CheckoutWorld } from './checkout-world.ts';

export interface LoggedIn {
  userId: string;
  email: string;
}

/** Signs up over HTTP as a browser does, proves its address, gives the account its role, and keeps the cookie in `context`. */
export const logInAs = async (
  context: BrowserContext,
  world: { url: string; orm: Orm },
  email: string,
  role: AccountRole,
): Promise<LoggedIn> => {
  const response = await context.request.post(`${world.url}/api/auth/sign-up/email`, {
    headers: { origin: world.url },
    data: { email, name: email, password: 'a'.repeat(43), token: await signUpToken(world.orm, email) },
  });
  if (!response.ok()) throw new Error(`sign-up failed: ${response.status()} ${await response.text()}`);
  const { user } = (await response.json()) as { user: { id: string } };
  await world.orm.em
    .fork()
    .execute('update auth."user" set role = ?, "emailVerified" = true where id = ?', [role, user.id]);
  return { userId: user.id, email };
};

/** A page in which the owner of the world's store is logged in. */
export const openOwner = async (
  browser: Browser,
  world: Pick<CheckoutWorld, 'url' | 'orm' | 'storeId'>,
): Promise<{ page: Page; complaints: string[]; owner: LoggedIn; base: string }> => {
  const page = await openPage(browser);
  const complaints = complaintsOf(page.context());
  const owner = await logInAs(page.context(), world, 'owner@nordlicht.example', 'merchant');
  await join(world.orm, world.storeId, owner, 'owner');
  return { page, complaints, owner, base: `${world.url}/dashboard/${world.storeId}` };
};
