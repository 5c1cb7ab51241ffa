// The web process's environment, parsed once. An invalid value stops the start with its name and the reason, never its content.
import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { loadChains } from '#chain/chains-file.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import type { Address } from '#domain/address.ts';
import { type EnabledChain, type Env, payableVariable } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import { refuseWeakSettings } from '#domain/production-settings.ts';
import { readDenyList } from '#domain/screening.ts';
import { readTemporalSettings, type TemporalSettings } from '#domain/temporal-settings.ts';
import type { ReceiverPolicy } from '#network/receiver-guard.ts';
import { allowedRanges } from '#network/receiver-policy.ts';
import { readTracingSettings, type TracingSettings } from '#tracing/settings.ts';
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from '#web/http/edge-limits.ts';

export interface WebConfig {
  development: boolean;
  /** The seeded accounts of a development system need no second factor. */
  passwordAlone: boolean;
  /** How long a change of where money goes waits. */
  changeWaitMs: number;
  /** Pages straight from their sources, with hot reload, in place of the bundle. */
  hotReload: boolean;
  databaseUrl: string;
  host: string;
  port: number;
  /** Null: no metrics are served. */
  metricsPort: number | null;
  publicUrl: string;
  masterKeys: MasterKeys;
  chains: readonly EnabledChain[];
  feeReceiver: PayableAddress;
  logLevel: string;
  /** IP addresses and ranges of the proxies in front, comma-separated in TRUSTED_PROXIES. */
  trustedProxies: readonly string[];
  /** For Resend's webhooks; null: the route does not exist. */
  resendWebhookSecret: string | null;
  /** Turns WalletConnect on. */
  walletConnectProjectId: string | null;
  demoShop: { apiKey: string; apiSecret: string } | null;
  /** Null: nothing is traced. */
  tracing: TracingSettings | null;
  /** For a shopper's cancel only. */
  temporal: TemporalSettings;
  limits: EdgeLimits;
  /** Base URL of Temporal's own pages, without a trailing slash; null: the console has no links to them. */
  temporalUiUrl: string | null;
  /** Signs log-in cookies and encrypts TOTP secrets. */
  authSecret: string;
  /** Denied payers. */
  denyList: readonly Address[];
  /** Which webhook URLs may be saved: those that the worker calls. */
  receivers: ReceiverPolicy;
}

const webUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL is needed' });

const { pages, streams, chainReads } = DEFAULT_EDGE_LIMITS;
const limit = (standard: number) =>
  z.coerce.number({ error: 'a whole number above zero is needed' }).int().min(1).max(1_000_000).default(standard);

const variables = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL is needed' }),
    HOT_RELOAD: z.enum(['on', 'off'], { error: 'on or off is needed' }).default('off'),
    PASSWORD_ALONE: z.literal('development-accounts', { error: 'only development-accounts is allowed' }).optional(),
    CHANGE_WAIT_HOURS: z.coerce
      .number({ error: 'whole hours are needed' })
      .int('whole hours are needed')
      .min(1, 'at least 1 hour is needed')
      .max(720, 'at most 720 hours are allowed')
      .default(48),
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number({ error: 'a port number is needed' }).int().min(0).max(65_535).default(3000),
    WEB_METRICS_PORT: z.coerce.number({ error: 'a port number is needed' }).int().min(0).max(65_535).optional(),
    PUBLIC_URL: webUrl,
    MASTER_KEYS: z.string({ error: 'id:key pairs are needed' }),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    TRUSTED_PROXIES: z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((entry) => entry.trim())
          .filter(Boolean),
      )
      .refine((entries) => entries.every((entry) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry)), {
        error: 'comma-separated IP addresses and CIDR ranges are needed',
      }),
    AUTH_SECRET: z
      .string({ error: 'a random text of at least 32 characters is needed' })
      .min(32, 'at least 32 characters are needed'),
    TEMPORAL_UI_URL: webUrl.optional(),
    RESEND_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/=]{20,}$/, 'whsec_ and base64 are needed')
      .optional(),
    WALLETCONNECT_PROJECT_ID: z
      .string()
      .regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits are needed')
      .optional(),
    PAGE_LIMIT_PER_ADDRESS: limit(pages.perAddress.perMinute),
    PAGE_LIMIT_TOTAL: limit(pages.total.perMinute),
    STREAM_LIMIT_PER_ADDRESS: limit(streams.perAddress),
    STREAM_LIMIT_TOTAL: limit(streams.total),
    CHAIN_READ_LIMIT_PER_ACCOUNT: limit(chainReads.perAccount.perMinute),
    CHAIN_READ_LIMIT_PER_ADDRESS: limit(chainReads.perAddress.perMinute),
    CHAIN_READ_LIMIT_VISITORS: limit(chainReads.visitors.perMinute),
    WEBHOOK_ALLOWED_RANGES: allowedRanges,
    DEMO_SHOP: z.enum(['on', 'off'], { error: 'on or off is needed' }).default('off'),
    DEMO_API_KEY: z.string().default(''),
    DEMO_API_SECRET: z.string().default(''),
  })
  .superRefine(({ NODE_ENV, HOT_RELOAD, PASSWORD_ALONE, DEMO_SHOP, DEMO_API_KEY, DEMO_API_SECRET }, context) => {
    if (HOT_RELOAD === 'on' && NODE_ENV !== 'development') {
      context.addIssue({ code: 'custom', path: ['HOT_RELOAD'], message: 'only with NODE_ENV=development' });
    }
    if (PASSWORD_ALONE && NODE_ENV !== 'development') {
      context.addIssue({ code: 'custom', path: ['PASSWORD_ALONE'], message: 'only with NODE_ENV=development' });
    }
    if (DEMO_SHOP === 'off') return;
    const needed = { DEMO_API_KEY, DEMO_API_SECRET };
    for (const [name, value] of Object.entries(needed)) {
      if (!value) context.addIssue({ code: 'custom', path: [name], message: 'needed while DEMO_SHOP is on' });
    }
  });

const limitsOf = (values: z.output<typeof variables>): EdgeLimits => ({
  pages: {
    perAddress: { perMinute: values.PAGE_LIMIT_PER_ADDRESS },
    total: { perMinute: values.PAGE_LIMIT_TOTAL },
  },
  streams: { perAddress: values.STREAM_LIMIT_PER_ADDRESS, total: values.STREAM_LIMIT_TOTAL },
  chainReads: {
    perAccount: { perMinute: values.CHAIN_READ_LIMIT_PER_ACCOUNT },
    perAddress: { perMinute: values.CHAIN_READ_LIMIT_PER_ADDRESS },
    visitors: { perMinute: values.CHAIN_READ_LIMIT_VISITORS },
  },
});

/** Throws ConfigError: `NAME: reason`. Empty variables count as unset. */
export const readWebEnv = (env: Env): WebConfig => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = variables.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    const name = String(issue?.path[0] ?? 'environment');
    throw new ConfigError(`${name}: ${given[name] === undefined ? 'not set; ' : ''}${issue?.message}`);
  }
  const values = result.data;
  const chains = loadChains(given, { production: values.NODE_ENV === 'production' });
  const temporal = readTemporalSettings(given, (path) => readFileSync(path));
  const masterKeys = parseMasterKeys(values.MASTER_KEYS);
  if (values.NODE_ENV === 'production') refuseWeakSettings(given);
  return {
    development: values.NODE_ENV === 'development',
    passwordAlone: values.PASSWORD_ALONE !== undefined,
    changeWaitMs: values.CHANGE_WAIT_HOURS * 3_600_000,
    hotReload: values.HOT_RELOAD === 'on',
    databaseUrl: values.DATABASE_URL,
    host: values.HOST,
    port: values.PORT,
    metricsPort: values.WEB_METRICS_PORT ?? null,
    publicUrl: values.PUBLIC_URL.replace(/\/+$/, ''),
    masterKeys,
    chains,
    feeReceiver: payableVariable(
      given,
      'FEE_RECEIVER',
      chains.map(({ chain }) => chain.id),
    ),
    tracing: readTracingSettings(given),
    logLevel: values.LOG_LEVEL,
    trustedProxies: values.TRUSTED_PROXIES,
    temporal,
    limits: limitsOf(values),
    temporalUiUrl: values.TEMPORAL_UI_URL?.replace(/\/+$/, '') ?? null,
    authSecret: values.AUTH_SECRET,
    denyList: readDenyList(given),
    receivers: { allowedRanges: values.WEBHOOK_ALLOWED_RANGES, requireHttps: values.NODE_ENV === 'production' },
    resendWebhookSecret: values.RESEND_WEBHOOK_SECRET ?? null,
    walletConnectProjectId: values.WALLETCONNECT_PROJECT_ID ?? null,
    demoShop: values.DEMO_SHOP === 'on' ? { apiKey: values.DEMO_API_KEY, apiSecret: values.DEMO_API_SECRET } : null,
  };
};
