// A browser of better-auth's routes: its cookies, its IP address, and what it posts.
import { expect } from 'vitest';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { totp } from '#test/e2e/support/totp.ts';
import { cookieHeader, keepCookies } from '#test/support/cookie-jar.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { CLIENT_IP_HEADER } from '#web/auth/request-account.ts';

export const ORIGIN = 'http://localhost:3000';
export const PASSWORD = 'p'.repeat(43);
export const WRONG = 'w'.repeat(43);

export interface Reply {
  status: number;
  body: Record<string, unknown>;
  retryAfter: number;
}

export const openBrowser = (auth: Auth, { ip = '203.0.113.7', cookies = new Map<string, string>() } = {}) => {
  const post = async (path: string, body: object): Promise<Reply> => {
    const response = await auth.handler(
      new Request(`${ORIGIN}/api/auth${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: ORIGIN,
          [CLIENT_IP_HEADER]: ip,
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          cookie: cookieHeader(cookies),
        },
        body: JSON.stringify(body),
      }),
    );
    keepCookies(cookies, response);
    const reply = (await response.json().catch(() => ({}))) as Record<string, unknown> | null;
    return { status: response.status, body: reply ?? {}, retryAfter: Number(response.headers.get('retry-after')) };
  };
  const headers = () => new Headers({ cookie: cookieHeader(cookies) });
  return {
    cookies,
    post,
    headers,
    must: async (path: string, body: object): Promise<Record<string, unknown>> => {
      const reply = await post(path, body);
      expect(reply.status, `${path} ${JSON.stringify(reply.body)}`).toBe(200);
      return reply.body;
    },
    isLoggedIn: async (): Promise<boolean> => (await auth.api.getSession({ headers: headers() })) !== null,
  };
};
export type AuthBrowser = ReturnType<typeof openBrowser>;

/** Codes of one authenticator app, each of another time step: the server accepts one step before and after the present one. */
export const authenticatorOf = (totpUri: unknown) => {
  const secret = new URL(String(totpUri)).searchParams.get('secret') ?? '';
  return { code: (steps = 0): string => totp(secret, Date.now() + steps * 30_000) };
};

/** Turns two-factor on with the code of the step before, so that the present one and the next can log in. */
export const turnTotpOn = async (browser: AuthBrowser) => {
  const { totpURI, backupCodes } = await browser.must('/two-factor/enable', { password: PASSWORD });
  const app = authenticatorOf(totpURI);
  // The code of the step before ends with this step.
  await waitFor(() => Date.now() % 30_000 < 20_000, { what: 'the beginning of a time step', timeoutMs: 45_000 });
  await browser.must('/two-factor/verify-totp', { code: app.code(-1) });
  return { ...app, backupCodes: backupCodes as string[] };
};
