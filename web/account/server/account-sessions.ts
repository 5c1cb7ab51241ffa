// Who is logged in and where, and better-auth's own routes for forms. Log-in itself is better-auth's: forms reach it through
// `auth.handler`, so its rate limits and checks apply to them too.
import { findLink } from '#web/auth/account-links.ts';
import type { AccountRecords } from '#web/auth/account-records.ts';
import { AUTH_PATH, type Auth } from '#web/auth/create-auth.ts';
import { endEverything } from '#web/auth/end-everything.ts';
import { CLIENT_IP_HEADER } from '#web/auth/request-account.ts';
import { endOfSession, isFresh, timesOfUse } from '#web/auth/session-lifetime.ts';
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
  /** Null when nobody is logged in, or the session was not used for too long. */
  session(request: Request): Promise<AccountSession | null>;
  /** Calls better-auth for a form. Copy the response's cookies into the form's own response. */
  callAuth(request: Request, clientIp: string, path: string, body?: Record<string, unknown>): Promise<Response>;
  sessions(session: AccountSession): Promise<SessionView[]>;
  /** Whose log-in a mailed link lets this browser try (known-browsers.ts). Null for a link that was used, has expired or never was. */
  letInView(token: string): Promise<string | null>;
  /** Ends one session of the account; any other id changes nothing. */
  revokeSession(session: AccountSession, sessionId: string): Promise<void>;
  /** Logs out everywhere: ends every session, trusted browser and half log-in. */
  endAllSessions(session: AccountSession): Promise<void>;
}

export interface AccountSessionsDeps {
  auth: Auth;
  records: Pick<AccountRecords, 'write'>;
  publicOrigin: string;
  /** Development only: a password alone counts as two factors. */
  passwordAlone: boolean;
}

export const createAccountSessions = ({
  auth,
  records,
  publicOrigin,
  passwordAlone,
}: AccountSessionsDeps): AccountSessions => ({
  async session(request) {
    const found = await auth.api.getSession({ headers: request.headers, query: { disableRefresh: true } });
    if (!found) return null;
    const { session, user } = found;
    if (!(await keepSession(auth, session, user.role))) return null;
    return {
      sessionId: session.id,
      userId: user.id,
      email: user.email,
      role: user.role ?? 'shopper',
      twoFactorEnabled: user.twoFactorEnabled ?? false,
      twoFactors: passwordAlone || session.twoFactors === true,
      recoveryCode: session.recoveryCode === true,
      emailVerified: user.emailVerified,
      fresh: isFresh(session),
      loggedInAt: session.createdAt.toISOString(),
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

  async letInView(token) {
    const context = await auth.$context;
    const link = await findLink(context, 'let-in', token);
    return (link && (await context.internalAdapter.findUserById(link.userId))?.email) ?? null;
  },

  async revokeSession({ userId, email, role }, sessionId) {
    const { internalAdapter } = await auth.$context;
    const found = (await internalAdapter.listSessions(userId)).find(({ id }) => id === sessionId);
    if (!found) return;
    await records.write({ action: 'account.end_session', user: { id: userId, email, role } });
    await internalAdapter.deleteSession(found.token);
  },

  async endAllSessions({ userId, email, role }) {
    await records.write({ action: 'account.end_all_sessions', user: { id: userId, email, role } });
    await endEverything(await auth.$context, userId);
  },
});

interface StoredSession {
  token: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Ends a session that is too old or was not used for too long; otherwise notes this use. False: it has ended. */
const keepSession = async (auth: Auth, session: StoredSession, role: string | null | undefined): Promise<boolean> => {
  const { internalAdapter } = await auth.$context;
  const now = new Date();
  if (endOfSession(role, session) <= now) {
    await internalAdapter.deleteSession(session.token);
    return false;
  }
  const use = timesOfUse(role, session, now);
  if (use) await internalAdapter.updateSession(session.token, use);
  return true;
};
