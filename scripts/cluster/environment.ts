// The environment of the cluster's processes: that of docker-compose.yml, without an exemption for development.
import { join } from 'node:path';
import { localAccount } from '../lib/local-accounts.ts';
import { TEMPORAL_NAMESPACE } from '../lib/stack/temporal.ts';
import type { TemporalClient } from '../lib/temporal-certificates.ts';
import { TEMPORAL_NAME } from './temporal-config.ts';

/** A name that no DNS has, and that production accepts: see RFC 9476 and domain/production-settings.ts. */
export const PUBLIC_NAME = 'checkout.internal';

export const publicUrlOn = (port: number): string => `https://${PUBLIC_NAME}:${port}`;

export interface EnvironmentParts {
  publicUrl: string;
  applicationUrl: string;
  masterKeys: string;
  authSecret: string;
  temporalAddress: string;
  /** The folder with Temporal's certificates, as the processes see it. */
  secretsFolder: string;
  /** By chain id. */
  chains: readonly { chainId: number; rpcUrl: string; wsUrl: string }[];
  smtpUrl: string;
  logLevel: string;
}

export type Environment = Record<string, string> & { NODE_ENV: 'production' };

const common = (parts: EnvironmentParts, client: TemporalClient): Environment => ({
  NODE_ENV: 'production',
  LOG_LEVEL: parts.logLevel,
  HOST: '127.0.0.1',
  DATABASE_URL: parts.applicationUrl,
  PUBLIC_URL: parts.publicUrl,
  MASTER_KEYS: parts.masterKeys,
  TEMPORAL_ADDRESS: parts.temporalAddress,
  TEMPORAL_NAMESPACE,
  TEMPORAL_TLS_CA_FILE: join(parts.secretsFolder, 'ca.pem'),
  TEMPORAL_TLS_CERT_FILE: join(parts.secretsFolder, `${client}.pem`),
  TEMPORAL_TLS_KEY_FILE: join(parts.secretsFolder, `${client}.key`),
  TEMPORAL_TLS_SERVER_NAME: TEMPORAL_NAME,
  ...Object.fromEntries(parts.chains.map(({ chainId, rpcUrl }) => [`RPC_URLS_${chainId}`, rpcUrl])),
});

export const webEnvironment = (parts: EnvironmentParts, port: number, metricsPort: number): Environment => ({
  ...common(parts, 'web'),
  PORT: String(port),
  WEB_METRICS_PORT: String(metricsPort),
  AUTH_SECRET: parts.authSecret,
  FEE_RECEIVER: localAccount('feeReceiver').address,
  TRUSTED_PROXIES: '127.0.0.1',
});

export const workerEnvironment = (parts: EnvironmentParts, healthPort: number): Environment => ({
  ...common(parts, 'worker'),
  WORKER_HEALTH_PORT: String(healthPort),
  ...Object.fromEntries(parts.chains.map(({ chainId, wsUrl }) => [`WS_URLS_${chainId}`, wsUrl])),
  RELAYER_KEY: localAccount('relayer').privateKey,
  RATES: 'off',
  EMAIL_TRANSPORT: 'smtp',
  EMAIL_FROM: 'AllScale Checkout <no-reply@checkout.internal>',
  SMTP_URL: parts.smtpUrl,
});
