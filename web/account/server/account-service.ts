// What account pages ask of the server: who is logged in, the wallet's sealed keys, sessions and factors. Log-in itself is
// better-auth's; forms reach it through `auth.handler`, so that its rate limits and checks hold for them too.

import {
  addSealedKey,
  createWallet,
  findWallet,
  listSealedKeys,
  markPhraseChecked,
  type NewSealedKey,
  removeSealedKey,
  touchSealedKey,
} from '#db/accounts/account-wallets.ts';
import type { Orm } from '#db/orm.ts';
import { parseAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { AUTH_PATH, type Auth, CLIENT_IP_HEADER } from '#web/auth/create-auth.ts';
import { FRESH_SECONDS } from '#web/auth/passkey-hooks.ts';
import type { AccountSession, WalletView } from './account-types.ts';

export interface PasskeyView {
  id: string;
  credentialId: string;
  name: string;
  /** ISO-8601, or null. */
  createdAt: string | null;
  /** It opens the wallet, and does not only log in. */
  opensWallet: boolean;
}

export interface SessionView {
  id: string;
  current: boolean;
  userAgent: string | null;
  ipAddress: string | null;
  /** ISO-8601. */
  createdAt: string;
}

export interface AccountService {
  /** Null when nobody is logged in. */
  session(request: Request): Promise<AccountSession | null>;
  /** A call to better-auth on behalf of a form; its answer's cookies belong into the form's answer. */
  callAuth(request: Request, clientIp: string, path: string, body?: Record<string, unknown>): Promise<Response>;
  /** Null when the account has no wallet yet. */
  wallet(userId: string): Promise<WalletView | null>;
  /** Throws UserError `bad_wallet`, `wallet_exists`. */
  createWallet(userId: string, address: string, key: NewSealedKey): Promise<void>;
  /** Throws UserError `bad_wallet`, `no_wallet`, `not_yours`. */
  addSealedKey(userId: string, key: NewSealedKey): Promise<void>;
  markKeyUsed(userId: string, keyId: string): Promise<void>;
  markPhraseChecked(userId: string): Promise<void>;
  passkeys(userId: string): Promise<PasskeyView[]>;
  /** The passkey and its sealed key. Throws UserError `last_key`, `last_log_in`. */
  removePasskey(request: Request, userId: string, id: string): Promise<void>;
  sessions(session: AccountSession): Promise<SessionView[]>;
  /** Ends one session of the account; any other id changes nothing. */
  revokeSession(userId: string, sessionId: string): Promise<void>;
  hasPassword(userId: string): Promise<boolean>;
  /** The person has opened a link that went to the account's mailbox only. */
  markEmailVerified(userId: string): Promise<void>;
  /** Whose password a mailed link may set; null for a link that is used, expired or of nobody's. */
  passwordReset(token: string): Promise<PasswordReset | null>;
}

export interface PasswordReset {
  /** The secrets of a password are derived with it. */
  email: string;
  /** The password that is forgotten opened a wallet: the new one will not. */
  openedWallet: boolean;
}

const CREDENTIAL_ID = /^[A-Za-z0-9_-]{16,1400}$/;

export const createAccountService = (orm: Orm, auth: Auth, publicOrigin: string): AccountService => {
  const passkeysOf = async (userId: string) => {
    const { adapter } = await auth.$context;
    return await adapter.findMany<{ id: string; name?: string; credentialID: string; createdAt?: Date }>({
      model: 'passkey',
      where: [{ field: 'userId', value: userId }],
    });
  };
  const hasPassword = async (userId: string): Promise<boolean> => {
    const { internalAdapter } = await auth.$context;
    const accounts = await internalAdapter.findAccounts(userId);
    return accounts.some(({ providerId, password }) => providerId === 'credential' && password);
  };
  /** A sealed key of a passkey that the account does not have could never be opened. */
  const checkKey = async (userId: string, key: NewSealedKey): Promise<void> => {
    const valid = key.kind === 'passkey' ? CREDENTIAL_ID.test(key.credentialId ?? '') : key.credentialId === null;
    if (!valid || !isJsonObject(key.blob)) throw new UserError('bad_wallet', 'The sealed key is not in its form');
    if (key.kind !== 'passkey') return;
    const own = (await passkeysOf(userId)).some(({ credentialID }) => credentialID === key.credentialId);
    if (!own) throw new UserError('not_yours', 'This passkey does not belong to this account');
  };

  return {
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

    async wallet(userId) {
      const [wallet, keys] = await Promise.all([findWallet(orm.em, userId), listSealedKeys(orm.em, userId)]);
      if (!wallet) return null;
      return {
        address: wallet.address,
        phraseChecked: Boolean(wallet.phraseCheckedAt),
        keys: keys.map(({ id, kind, credentialId, blob }) => ({
          id: String(id),
          kind,
          credentialId: credentialId ?? null,
          blob,
        })),
      };
    },

    async createWallet(userId, address, key) {
      const checked = parseAddress(address);
      if (!checked) throw new UserError('bad_wallet', 'The wallet has no address');
      await checkKey(userId, key);
      await createWallet(orm.em, userId, checked, key);
    },

    async addSealedKey(userId, key) {
      await checkKey(userId, key);
      await addSealedKey(orm.em, userId, key);
    },

    async markKeyUsed(userId, keyId) {
      if (/^\d{1,18}$/.test(keyId)) await touchSealedKey(orm.em, userId, BigInt(keyId));
    },

    markPhraseChecked: (userId) => markPhraseChecked(orm.em, userId),

    async passkeys(userId) {
      const [passkeys, keys] = await Promise.all([passkeysOf(userId), listSealedKeys(orm.em, userId)]);
      return passkeys.map(({ id, name, credentialID, createdAt }) => ({
        id,
        credentialId: credentialID,
        name: name ?? 'Passkey',
        createdAt: createdAt ? createdAt.toISOString() : null,
        opensWallet: keys.some(({ credentialId }) => credentialId === credentialID),
      }));
    },

    async removePasskey(request, userId, id) {
      const passkeys = await passkeysOf(userId);
      const passkey = passkeys.find((entry) => entry.id === id);
      if (!passkey) return;
      if (passkeys.length === 1 && !(await hasPassword(userId))) {
        throw new UserError('last_log_in', 'This is the only way to log in');
      }
      // Merchants need no wallet.
      if (await findWallet(orm.em, userId)) await removeSealedKey(orm.em, userId, passkey.credentialID);
      await auth.api.deletePasskey({ headers: request.headers, body: { id } });
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

    hasPassword,

    async markEmailVerified(userId) {
      const { internalAdapter } = await auth.$context;
      await internalAdapter.updateUser(userId, { emailVerified: true });
    },

    async passwordReset(token) {
      const { internalAdapter } = await auth.$context;
      const found = await internalAdapter.findVerificationValue(`reset-password:${token}`);
      if (!found || found.expiresAt < new Date()) return null;
      const user = await internalAdapter.findUserById(found.value);
      if (!user) return null;
      const keys = await listSealedKeys(orm.em, user.id);
      return { email: user.email, openedWallet: keys.some(({ kind }) => kind === 'password') };
    },
  };
};

const isJsonObject = (text: string): boolean => {
  if (text.length > 4096) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};
