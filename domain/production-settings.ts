// Settings that production refuses to start with. One list for web and worker: each process checks the variables that it has.
import type { Env } from './config.ts';
import { ConfigError } from './errors.ts';

/** Of a secret of 16 characters or more. Random digits have fewer once in 10,000 secrets, random hex digits once in two million. */
const MIN_DIFFERENT_CHARACTERS = 5;
/** Of a random key of 32 bytes. */
const MIN_DIFFERENT_BYTES = 16;
/** Of a database's password, as random as it may be: nobody types it. */
const MIN_PASSWORD_CHARACTERS = 16;
const EXAMPLES =
  /change.?me|example|password|passw0rd|secret|qwerty|abcdefgh|12345678|placeholder|your.?key|development/i;
const COMMON_PASSWORDS = /^(postgres|password|checkout|admin|root|secret|changeme|test|temporal)?$/i;

/** A piece that comes twice or more; the last time may be cut off, or filled up with the `=` of base64. */
const isRepeated = (text: string): boolean => {
  const filled = text.replace(/=+$/, '');
  const lengths = Array.from({ length: Math.floor(filled.length / 2) }, (_, index) => index + 1);
  return lengths.some((length) => filled.startsWith(filled.slice(length)));
};

/** Most neighbours have the same step: aaaa…, abcd…, 4321…, 0x00 01 02…. */
const isSequence = (codes: readonly number[]): boolean => {
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? code));
  return [-1, 0, 1].some((step) => steps.filter((other) => other === step).length > steps.length / 2);
};

/** Of a text of 16 characters or more. @returns null where it can be random */
const secretProblem = (secret: string): string | null => {
  const codes = [...secret].map((character) => character.codePointAt(0) ?? 0);
  if (new Set(codes).size < MIN_DIFFERENT_CHARACTERS) return 'has too few different characters';
  if (isRepeated(secret) || isSequence(codes)) return 'repeats or counts';
  return EXAMPLES.test(secret) ? 'looks like an example' : null;
};

const bytesProblem = (bytes: readonly number[]): string | null => {
  if (new Set(bytes).size < MIN_DIFFERENT_BYTES) return 'has too few different bytes';
  if (isRepeated(String.fromCharCode(...bytes)) || isSequence(bytes)) return 'repeats or counts';
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? 'is a typed text: use random bytes' : null;
};

const bytesOfBase64 = (text: string): number[] =>
  [...atob(text.replaceAll('-', '+').replaceAll('_', '/'))].map((character) => character.charCodeAt(0));

const publicUrlProblem = (text: string): string | null => {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'https:') return 'must be https';
  const isLocal = /^(localhost|127\.|\[::1\]$|0\.0\.0\.0$)|\.(localhost|local|test|invalid|example)$/.test(hostname);
  return isLocal ? 'must be a public name' : null;
};

const masterKeysProblem = (text: string): string | null => {
  const entries = text.split(',').map((entry) => bytesOfBase64(entry.trim().split(':')[1] ?? ''));
  return entries.map(bytesProblem).find((problem) => problem !== null) ?? null;
};

const passwordProblem = (text: string): string | null => {
  const { password, username } = new URL(text);
  // Without a password the database decides by the connection (a socket, a certificate).
  if (!password) return null;
  return COMMON_PASSWORDS.test(password) || password === username ? 'has a common password' : null;
};

/** Of a database, where the operator made it. A mail provider's may be shorter. */
const ownPasswordProblem = (text: string): string | null => {
  const password = decodeURIComponent(new URL(text).password);
  if (!password) return null;
  if (password.length < MIN_PASSWORD_CHARACTERS) return `needs a password of ${MIN_PASSWORD_CHARACTERS} characters`;
  const problem = secretProblem(password);
  return problem ? `has a password that ${problem}` : null;
};

/** A host that only this machine or a private network resolves: a socket, one label (a service of compose), a private IP address. */
const isPrivateHost = (hostname: string): boolean =>
  /^[^.:]*$|^\[::1\]$|^\[f[cd]|^(127|10)(\.\d{1,3}){3}$|^(192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2}$|\.(internal|local|localhost)$/i.test(
    hostname,
  );

/** Not encrypted, to a host outside of a private network: an attacker on the way could tell of payments that nobody made. */
export const isOpenNode = (address: string): boolean => {
  const { protocol, hostname } = new URL(address.trim());
  return /^(http|ws):$/.test(protocol) && !isPrivateHost(hostname);
};

const nodesProblem = (text: string): string | null =>
  text.split(',').some(isOpenNode) ? 'a node outside of a private network needs https or wss' : null;

/** E-mails hold links that log in. */
const mailServerProblem = (text: string): string | null => {
  const { protocol, hostname, searchParams } = new URL(text);
  const encrypted = protocol === 'smtps:' || searchParams.get('requireTLS') === 'true';
  if (!encrypted && !isPrivateHost(hostname))
    return 'a mail server outside of a private network needs smtps, or requireTLS=true';
  return passwordProblem(text);
};

const collectorProblem = (text: string): string | null =>
  isOpenNode(text) ? 'a collector outside of a private network needs https' : null;

const databaseProblem = (text: string): string | null => {
  const { hostname, searchParams } = new URL(text);
  const encrypted = searchParams.get('sslmode') === 'verify-full';
  if (!encrypted && !isPrivateHost(hostname))
    return 'a database outside of a private network needs sslmode=verify-full';
  return passwordProblem(text) ?? ownPasswordProblem(text);
};

/** Of a provider, which made it: too short, or an example. */
const givenSecretProblem = (secret: string): string | null =>
  secret.length < 16 ? 'is too short' : secretProblem(secret);

/** One key, or several with commas. */
const relayerKeysProblem = (text: string): string | null => {
  const problems = text
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean)
    .map((key) => bytesProblem((key.slice(2).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))));
  return problems.find((problem) => problem !== null) ?? null;
};

/**
 * A rule for every secret that a process reads, and for settings that are for development. Reads only variables whose form was checked
 * before. Null: nothing against it. A test fails for a variable that is neither here nor named as no secret.
 */
export const PRODUCTION_RULES: Readonly<Record<string, (value: string) => string | null>> = {
  PUBLIC_URL: publicUrlProblem,
  AUTH_SECRET: secretProblem,
  MASTER_KEYS: masterKeysProblem,
  AUDIT_SIGNING_KEY: (text) => bytesProblem(bytesOfBase64(text)),
  ALERT_WEBHOOK_URL: (text) => (/^https:/i.test(text) ? null : 'must be https'),
  ALERT_WEBHOOK_SECRET: givenSecretProblem,
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorProblem,
  RELAYER_KEY: relayerKeysProblem,
  DATABASE_URL: databaseProblem,
  APPLICATION_DATABASE_URL: databaseProblem,
  SMTP_URL: mailServerProblem,
  RESEND_API_KEY: givenSecretProblem,
  RESEND_WEBHOOK_SECRET: (text) => givenSecretProblem(text.replace(/^whsec_/, '')),
  TEMPORAL_API_KEY: givenSecretProblem,
  DEMO_SHOP: (value) => (value === 'on' ? 'the demo shop is for development' : null),
  HOT_RELOAD: (value) => (value === 'on' ? 'is for development' : null),
  RATES: (value) => (value === 'static' ? 'static rates are for development' : null),
  EMAIL_TRANSPORT: (value) => (value === 'mailbox' ? 'mailbox is for development: it delivers to nobody' : null),
  RESEND_BASE_URL: (value) => (value.startsWith('http:') ? 'must be https' : null),
  WEBHOOK_ALLOWED_RANGES: () => 'webhooks to private networks are for development',
};

const hasAny = (env: Env, ...names: string[]): boolean => names.some((name) => env[name]);

/** One variable for each chain. */
const NODES = /^(RPC|WS)_URLS_\d+$/;

/** `NAME: reason`, never a value. Empty variables count as unset. */
export const weakSettings = (env: Env): string[] => {
  const rules = [
    ...Object.entries(PRODUCTION_RULES),
    ...Object.keys(env).flatMap((name) => (NODES.test(name) ? [[name, nodesProblem] as const] : [])),
  ];
  const weak = rules.flatMap(([name, check]) => {
    const value = env[name];
    const problem = value ? check(value) : null;
    return problem ? [`${name}: ${problem}`] : [];
  });
  for (const name of ['AUTH_SECRET', 'AUDIT_SIGNING_KEY', 'ALERT_WEBHOOK_SECRET']) {
    const secret = env[name];
    if (secret && env.MASTER_KEYS?.includes(secret)) weak.push(`${name}: must not be a master key too`);
  }
  if (env.TEMPORAL_ADDRESS && !hasAny(env, 'TEMPORAL_API_KEY', 'TEMPORAL_TLS_CERT_FILE')) {
    weak.push('TEMPORAL_TLS_CERT_FILE: Temporal needs TLS with a client certificate, or TEMPORAL_API_KEY');
  }
  return weak;
};

/** Throws ConfigError with every weak setting by its name, on one line. Call it when the variables' forms are known to be right. */
export const refuseWeakSettings = (env: Env): void => {
  const weak = weakSettings(env);
  if (weak.length > 0) throw new ConfigError(`${weak.join('; ')} (refused with NODE_ENV=production)`);
};
