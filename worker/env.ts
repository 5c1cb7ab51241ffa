// The worker's configuration, parsed once at the start. A wrong value stops the start with the variable's name and the reason.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RatesSource } from '#activities/rates.ts';
import { loadChains } from '#chain/chains-file.ts';
import { type AuditKey, readAuditKey, trustedAuditKeys } from '#db/merchants/audit-keys.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import type { Address } from '#domain/address.ts';
import type { EnabledChain, Env } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';
import { refuseWeakSettings } from '#domain/production-settings.ts';
import { type Retention, readRetention } from '#domain/retention.ts';
import { readDenyList } from '#domain/screening.ts';
import { readTemporalSettings, type TemporalSettings } from '#domain/temporal-settings.ts';
import { allowedRanges } from '#network/receiver-policy.ts';
import { readTracingSettings, type TracingSettings } from '#tracing/settings.ts';
import type { AlertWebhook } from './alerts/alert-webhook.ts';
import { type EmailConfig, readEmailConfig } from './email-env.ts';
import { readRatesSource } from './rates-env.ts';

const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

const optional = z
  .string()
  .optional()
  .transform((text) => text || null);

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  HOST: z.string().min(1).default('127.0.0.1'),
  WORKER_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  TEMPORAL_METRICS_ADDRESS: optional.refine(
    (address) => address === null || /^[^\s/]+:\d{1,5}$/.test(address),
    'must be host:port',
  ),
  MASTER_KEYS: z.string({ error: 'is required: id:key, the key 32 bytes in base64' }),
  AUDIT_SIGNING_KEY: optional,
  AUDIT_HEAD_EMAILS: z
    .string()
    .optional()
    .transform(list)
    .pipe(z.array(z.email('must be e-mail addresses separated by commas'))),
  ALERT_WEBHOOK_URL: optional.refine(
    (url) => url === null || /^https?:\/\/[^/@]+(\/|$)/i.test(url),
    'must be an http or https URL without a name and password',
  ),
  ALERT_WEBHOOK_SECRET: optional.refine((secret) => secret === null || secret.length >= 32, 'must have 32 characters'),
  RELAYER_KEY: optional
    .transform((keys) => list(keys ?? undefined))
    .refine(
      (keys) => keys.every((key) => /^0x[0-9a-f]{64}$/i.test(key)),
      'must be 32 bytes of hex, or several with commas',
    )
    .refine(
      (keys) => new Set(keys.map((key) => key.toLowerCase())).size === keys.length,
      'must not have the same key twice',
    ),
  WEBHOOK_ALLOWED_RANGES: allowedRanges,
  WORKER_BUILD_ID: optional.refine(
    (id) => id === null || /^[\w.-]{1,64}$/.test(id),
    'must be 1 to 64 letters, digits, dots, dashes or underscores',
  ),
});

export interface WorkerEnv {
  production: boolean;
  logLevel: string;
  databaseUrl: string;
  temporal: TemporalSettings;
  host: string;
  healthPort: number;
  /** `host:port` on which the metrics of Temporal's core are served; null: nowhere. */
  temporalMetricsAddress: string | null;
  masterKeys: MasterKeys;
  /** Signs the daily head of the audit log. */
  auditKey: AuditKey;
  /** Public keys: those of `auditKey` and of all master keys. */
  trustedAuditKeys: readonly string[];
  /** Who gets that head; empty: all operators. */
  auditHeadEmails: string[];
  /** Where alerts of operators are posted; null: nowhere. */
  alertWebhook: AlertWebhook | null;
  /** Private keys of the accounts that pay gas; empty: this system settles nothing. */
  relayerKeys: readonly string[];
  webhookAllowedRanges: string[];
  /** No default in production: the hand-rounded table must not price real purchases by accident. */
  rates: RatesSource;
  email: EmailConfig;
  /** Null: no worker versioning. */
  buildId: string | null;
  chains: EnabledChain[];
  /** Payers whose money is never accepted. */
  denyList: readonly Address[];
  /** Null: nothing is traced. */
  tracing: TracingSettings | null;
  /** How long personal data is kept. */
  retention: Retention;
}

/** Throws ConfigError that names the variable and the reason, never the value. */
export const readWorkerEnv = (env: Env): WorkerEnv => {
  // Empty variables count as unset.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  const values = result.data;
  const production = values.NODE_ENV === 'production';
  const masterKeys = parseMasterKeys(values.MASTER_KEYS);
  const read: WorkerEnv = {
    production,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    temporal: readTemporalSettings(given, (path) => readFileSync(path)),
    host: values.HOST,
    healthPort: values.WORKER_HEALTH_PORT,
    temporalMetricsAddress: values.TEMPORAL_METRICS_ADDRESS,
    masterKeys,
    auditKey: readAuditKey(values.AUDIT_SIGNING_KEY, masterKeys),
    trustedAuditKeys: trustedAuditKeys(values.AUDIT_SIGNING_KEY, masterKeys),
    auditHeadEmails: values.AUDIT_HEAD_EMAILS,
    alertWebhook: alertWebhookOf(values.ALERT_WEBHOOK_URL, values.ALERT_WEBHOOK_SECRET),
    relayerKeys: values.RELAYER_KEY,
    webhookAllowedRanges: values.WEBHOOK_ALLOWED_RANGES,
    rates: readRatesSource(env, production),
    email: readEmailConfig(env, production),
    buildId: values.WORKER_BUILD_ID,
    chains: loadChains(env, { production }),
    denyList: readDenyList(env),
    tracing: readTracingSettings(given),
    retention: readRetention(given),
  };
  if (production) refuseWeakSettings(given);
  return read;
};

const alertWebhookOf = (url: string | null, secret: string | null): AlertWebhook | null => {
  if (url === null) return null;
  if (secret === null) throw new ConfigError('ALERT_WEBHOOK_SECRET: is required with ALERT_WEBHOOK_URL');
  return { url, secret };
};
