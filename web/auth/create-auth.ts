// Log-in for shoppers, merchants and operators: better-auth with its own schema `auth` in the same Postgres. This file is its whole
// configuration. The server sees a secret that browsers derive from a password, never the password (decision 0030).
import { passkey } from '@better-auth/passkey';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { admin, twoFactor } from 'better-auth/plugins';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { accountEvents } from './account-events.ts';
import { LINK_SECONDS, storedResetIdentifier } from './account-links.ts';
import type { AccountMail } from './account-mail.ts';
import type { AccountRecords } from './account-records.ts';
import { accountTexts } from './account-texts.ts';
import type { Accounts } from './accounts.ts';
import { type AttemptCounters, createAttemptCounters } from './attempt-counters.ts';
import { factorRules } from './factor-rules.ts';
import { knownBrowsers, mailboxBrowsers } from './known-browsers.ts';
import { logInLimits } from './log-in-limits.ts';
import { LOG_IN_SECRET_LENGTH } from './log-in-secret.ts';
import { passkeyErrors } from './passkey-errors.ts';
import { authentication, registration } from './passkey-hooks.ts';
import { recoveryCodes } from './recovery-codes.ts';
import { CLIENT_IP_HEADER } from './request-account.ts';
import { afterReset, mailProof, mailReset, resetRules } from './reset-rules.ts';
import { accessControl, roles } from './roles.ts';
import { sessionFactors } from './session-factors.ts';
import { FRESH_SECONDS, LONGEST_SESSION_SECONDS } from './session-lifetime.ts';
import { SESSION_PATHS_OFF, sessionRules } from './session-rules.ts';
import { type InvitedEmail, signUp, signUpProofs } from './sign-up.ts';
import { totpOnce } from './totp-once.ts';

export const AUTH_SCHEMA = 'auth';
export const AUTH_PATH = '/api/auth';

export interface AuthDeps {
  databaseUrl: string;
  /** Signs cookies and encrypts TOTP secrets: at least 32 characters. */
  secret: string;
  /** Where browsers reach this server; its host name is the passkeys' relying party. */
  publicUrl: string;
  /** Gets warnings and errors. */
  log?: (level: 'warn' | 'error', message: string) => void;
  /** Absent: no sign-up, no password reset, no verification of e-mail addresses, no e-mails about log-ins. */
  mail?: AccountMail;
  /** The audit log, and used authenticator codes. Absent in commands, which serve no requests. */
  records?: AccountRecords;
  /** An invitation's link proves the address that it was mailed to. Absent: none does. */
  invitedEmail?: InvitedEmail;
  /** Development only: a password alone counts as two factors. */
  passwordAlone?: boolean;
  /** Called after a reset, before the response: the key sealed with the old password cannot be opened any more. */
  onPasswordReset?: (userId: string) => Promise<void>;
  /** Called when a reset was the first proof of the e-mail address: sets aside what belongs to the person before. */
  onCleanStart?: (userId: string) => Promise<void>;
}

const INT8 = 20;
const YEAR_SECONDS = 365 * 86_400;

const RATE_LIMITS = {
  '/sign-in/email': { window: 60, max: 10 },
  '/sign-up/email': { window: 60, max: 10 },
  '/sign-up/ask': { window: 60, max: 5 },
  '/verify-password': { window: 60, max: 10 },
  '/request-password-reset': { window: 60, max: 5 },
  '/reset-password': { window: 60, max: 10 },
  '/send-verification-email': { window: 60, max: 5 },
  '/passkey/*': { window: 60, max: 40 },
  '/two-factor/*': { window: 60, max: 10 },
  '/recovery-codes/*': { window: 60, max: 10 },
};

/** A password or e-mail address that changes alone leaves a sealed key that nobody can open. */
const PATHS_OFF = [
  '/change-password',
  '/change-email',
  '/delete-user',
  '/passkey/delete-passkey',
  '/update-user',
  ...SESSION_PATHS_OFF,
  '/verify-email',
];

const openPool = (connectionString: string): pg.Pool => {
  const pool = new pg.Pool({
    connectionString,
    max: 5,
    types: {
      // The rate limiter's times are int8; it needs numbers.
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // The pool replaces a broken idle connection; without a listener the error would end the process.
  pool.on('error', () => {});
  return pool;
};

/** The page that better-auth's own link would lead to. */
const nextIn = (url: string): string => new URL(url).searchParams.get('callbackURL') ?? '/account';

const loggerOf = (log: AuthDeps['log']): NonNullable<BetterAuthOptions['logger']> =>
  log
    ? { level: 'warn', log: (level, message) => log(level === 'error' ? 'error' : 'warn', message) }
    : { disabled: true };

/** What log-ins leave in our own tables. */
const recording = ({ records, mail }: AuthDeps, counters: AttemptCounters) =>
  records ? [totpOnce(records.takeTotpStep), accountEvents(records, counters, mail?.factorsChanged ?? null)] : [];

/** Accounts, their sessions and factors. Call `close()` when done: it holds a few database connections. */
export const createAuth = (deps: AuthDeps) => {
  const { databaseUrl, secret, publicUrl, log, mail, records, onPasswordReset, onCleanStart } = deps;
  const proofs = signUpProofs(deps.invitedEmail);
  const pool = openPool(databaseUrl);
  const counters = createAttemptCounters(pool);
  const limits = logInLimits({
    counters,
    notify: mail?.logInAttempts ?? null,
    onBurst: records
      ? (user, method) => records.write({ action: 'account.log_in_slowed', user, data: { method } })
      : null,
  });
  const { hostname, origin, protocol } = new URL(publicUrl);
  const https = protocol === 'https:';
  const accounts = async (): Promise<Accounts> => await auth.$context;
  const auth = betterAuth({
    appName: 'AllScale Pay',
    baseURL: origin,
    basePath: AUTH_PATH,
    secret,
    trustedOrigins: [origin],
    database: {
      dialect: new PostgresDialect({ pool }),
      type: 'postgres',
      schemaName: AUTH_SCHEMA,
      transaction: true,
    },
    emailAndPassword: {
      enabled: true,
      // Exactly a derived secret, so that a typed password is never accepted by mistake.
      minPasswordLength: LOG_IN_SECRET_LENGTH,
      maxPasswordLength: LOG_IN_SECRET_LENGTH,
      autoSignIn: true,
      resetPasswordTokenExpiresIn: LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      ...(mail ? { sendResetPassword: async ({ user, token }) => mailReset(await accounts(), mail, user, token) } : {}),
      onPasswordReset: async ({ user }) => {
        await afterReset(await accounts(), user, async () => onCleanStart?.(user.id));
        await records?.write({ action: 'account.password_reset', user });
        await onPasswordReset?.(user.id);
      },
    },
    emailVerification: {
      expiresIn: LINK_SECONDS,
      // Our own page and link: better-auth's would prove the address by a GET, and leave the factors from before.
      ...(mail
        ? { sendVerificationEmail: async ({ user, url }) => mailProof(await accounts(), mail, user, nextIn(url)) }
        : {}),
    },
    verification: {
      storeIdentifier: { default: 'plain', overrides: { 'reset-password:': { hash: storedResetIdentifier } } },
    },
    // Pages write each use (account-sessions.ts); better-auth's own refresh would give every session the longest lifetime.
    session: { expiresIn: LONGEST_SESSION_SECONDS, disableSessionRefresh: true, freshAge: FRESH_SECONDS },
    rateLimit: { enabled: true, storage: 'database', window: 60, max: 120, customRules: RATE_LIMITS },
    advanced: {
      // Browsers enforce the `__Host-` prefix: secure, this host only, path /.
      useSecureCookies: false,
      cookiePrefix: https ? '__Host-allscale' : 'allscale',
      defaultCookieAttributes: { secure: https, sameSite: 'lax', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    disabledPaths: PATHS_OFF,
    telemetry: { enabled: false },
    logger: loggerOf(log),
    plugins: [
      accountTexts(),
      factorRules({ passwordAlone: deps.passwordAlone ?? false }),
      limits.counting,
      passkey({
        rpID: hostname,
        rpName: 'AllScale Pay',
        origin,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: registration(proofs),
        authentication,
      }),
      passkeyErrors(),
      signUp(proofs, mail),
      recoveryCodes(),
      resetRules(),
      mailboxBrowsers(),
      limits.countingHashes,
      // Attempts are limited by log-in-limits.ts, which nobody can use to lock the owner out.
      twoFactor({ issuer: 'AllScale Pay', trustDeviceMaxAge: YEAR_SECONDS / 12, accountLockout: { enabled: false } }),
      admin({ ac: accessControl, roles, defaultRole: 'shopper', adminRoles: ['operator'] }),
      sessionFactors(),
      ...(mail ? [knownBrowsers(mail.newLogIn)] : []),
      sessionRules(),
      ...recording(deps, counters),
      limits.settling,
    ],
  });
  return Object.assign(auth, { close: () => pool.end() });
};

export type Auth = ReturnType<typeof createAuth>;
