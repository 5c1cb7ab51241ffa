// Who is logged in and where, and better-auth's own routes for forms. Log-in itself is better-auth's: forms reach it through
// `auth.handler`, so its rate limits and checks apply to them too.
import { AUTH_PATH, type Auth, CLIENT_IP_HEADER } from '#web/auth/create-auth.ts';
import { FRESH_SECONDS } from '#web/auth/passkey-hooks.ts';
import type { AccountSession } from './account-types.ts';

export interface SessionView {
  id: string;
  current: boolean;
  userAgent: string | null;
  ipAddress: string | null;
  /** ISO-8601. */
  createdAt: string;
}

export interface AccountSessions {
  /** Null when nobody is logged in. */
  session(request: Request): Promise<AccountSession | null>;
  /** Calls better-auth for a form. Copy the response's cookies into the form's own response. */
  callAuth(request: Request, clientIp: string, path: string, body?: Record<string, unknown>): Promise<Response>;
  sessions(session: AccountSession): Promise<SessionView[]>;
  /** Ends one session of the account; any other id changes nothing. */
  revokeSession(userId: string, sessionId: string): Promise<void>;
}

export const createAccountSessions = (auth: Auth, publicOrigin: string, passwordAlone: boolean): AccountSessions => ({
  async session(request) {
    const found = await auth.api.getSession({ headers: request.headers, query: { disableRefresh: true } });
    if (!found) return null;
    const { session, user } = found;
    return {
      sessionId: session.id,
      userId: user.id,
      email: user.email,
      role: user.role ?? 'shopper',
      twoFactorEnabled: user.twoFactorEnabled ?? false,
      twoFactors: passwordAlone || session.twoFactors === true,
      emailVerified: user.emailVerified,
      fresh: Date.now() - session.createdAt.getTime() < FRESH_SECONDS * 1000,
    };
  },

  callAuth(request, clientIp, path, body) {
    const headers = new Headers({ 'content-type': 'application/json', origin: publicOrigin });
    for (const name of ['cookie', 'user-agent']) {
      const value = request.headers.get(name);
      if (value) headers.set(name, value);
    }
    headers.set(CLIENT_IP_HEADER, clientIp);
    const url = `${publicOrigin}${AUTH_PATH}${path}`;
    return auth.handler(new Request(url, { method: 'POST', headers, body: JSON.stringify(body ?? {}) }));
  },

  async sessions({ userId, sessionId }) {
    const { internalAdapter } = await auth.$context;
    const sessions = await internalAdapter.listSessions(userId);
    return sessions
      .filter(({ expiresAt }) => expiresAt > new Date())
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
      .map(({ id, userAgent, ipAddress, createdAt }) => ({
        id,
        current: id === sessionId,
        userAgent: userAgent ?? null,
        ipAddress: ipAddress ?? null,
        createdAt: createdAt.toISOString(),
      }));
  },

  async revokeSession(userId, sessionId) {
    const { internalAdapter } = await auth.$context;
    const found = (await internalAdapter.listSessions(userId)).find(({ id }) => id === sessionId);
    if (found) await internalAdapter.deleteSession(found.token);
  },
});
