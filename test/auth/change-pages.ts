// The pages that change an account's e-mail address and password, for their tests.
import { randomBytes } from 'node:crypto';
import { createWallet, listSealedKeys } from '#db/accounts/account-wallets.ts';
import { parseAddress } from '#domain/address.ts';
import type { openProofPages } from './proof-pages.ts';
import { newEmail } from './proof-pages.ts';

type Pages = ReturnType<typeof openProofPages>;
type Browser = ReturnType<Pages['openBrowser']>;

export interface Person {
  browser: Browser;
  /** The secret that logs in; null leaves the password out. */
  password: string | null;
}

export const changePages = (pages: Pages) => ({
  async provenAccount(name: string) {
    const account = await pages.signUp(newEmail(name));
    await pages.prove(account.userId);
    await pages.forgetMails(account.email);
    return account;
  },

  ask: (browser: Browser, email: string): Promise<Response> => browser.form('/account/email', { email }),

  /** The same. @returns the secret of the link in the new mailbox */
  async askedLink(browser: Browser, email: string): Promise<string> {
    await browser.form('/account/email', { email });
    return (await pages.mailsTo(email)).at(-1)?.token ?? '';
  },

  confirm: ({ browser, password }: Person, token: string, next: string, sealedKey: string | null = null) =>
    browser.json('/account/change-email/confirm', {
      token,
      password: password === null ? null : { current: password, next, sealedKey },
    }),

  /** A wallet that opens with the password. @param blob its sealed key */
  async addWallet(userId: string, blob: string): Promise<void> {
    const address = parseAddress(`0x${randomBytes(20).toString('hex')}`);
    if (!address) throw new Error('No address');
    await createWallet(pages.orm.em, userId, address, { kind: 'password', credentialId: null, blob });
  },

  async sealedBlobs(userId: string): Promise<string[]> {
    return (await listSealedKeys(pages.orm.em, userId)).map(({ blob }) => blob);
  },

  makeOld: (userId: string) =>
    pages.orm.em
      .fork()
      .execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [userId]),

  /** Status, headers and body, without what differs between any two responses. */
  async shown(response: Response, email: string) {
    const nonce = /nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1] ?? 'no nonce';
    const plain = (text: string): string => text.replaceAll(nonce, 'NONCE').replaceAll(email, 'EMAIL');
    const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
    return {
      status: response.status,
      headers: headers.map(([name, value]) => [name, name === 'content-length' ? 'LENGTH' : plain(value)]),
      body: plain(await response.text()),
    };
  },
});
