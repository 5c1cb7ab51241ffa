// The environment of web and worker in a local system. Deployments use the same variables (docker-compose.yml); these values are
// for one machine and test coins.
import type { DemoShop } from '../seed.ts';
import { localAccount } from './local-accounts.ts';
import type { StartSettings } from './start-settings.ts';

export interface LocalParts {
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  masterKeys: string;
  authSecret: string;
  /** RPC URLs by chain id. */
  rpcUrls: ReadonlyMap<number, string>;
  /** Where new heads are announced, by chain id. */
  wsUrls: ReadonlyMap<number, string>;
  demoShop: DemoShop;
}

/** The URLs that people open. */
export interface PublicAddresses {
  web: string;
  demo_shop: string;
  dashboard: string;
  operator: string;
  mailbox: string;
  temporal_ui: string;
}

export function publicAddresses({ ports }: StartSettings): PublicAddresses {
  const web = `http://localhost:${ports.web}`;
  return {
    web,
    demo_shop: `${web}/demo`,
    dashboard: `${web}/dashboard`,
    operator: `${web}/operator`,
    mailbox: `${web}/dev/mailbox`,
    temporal_ui: `http://localhost:${ports.temporalUi}`,
  };
}

export function localEnvironment(settings: StartSettings, parts: LocalParts, logLevel: string): Record<string, string> {
  const addresses = publicAddresses(settings);
  const relayer = localAccount('relayer');
  return {
    NODE_ENV: 'development',
    // The seeded accounts log in with the password that `npm start` prints (decision 0062).
    PASSWORD_ALONE: 'development-accounts',
    LOG_LEVEL: logLevel,
    DATABASE_URL: parts.databaseUrl,
    TEMPORAL_ADDRESS: parts.temporalAddress,
    TEMPORAL_NAMESPACE: parts.temporalNamespace,
    TEMPORAL_UI_URL: addresses.temporal_ui,
    PUBLIC_URL: addresses.web,
    HOST: settings.host,
    PORT: String(settings.ports.web),
    WORKER_HEALTH_PORT: String(settings.ports.workerHealth),
    MASTER_KEYS: parts.masterKeys,
    AUTH_SECRET: parts.authSecret,
    ...Object.fromEntries([...parts.rpcUrls].map(([chainId, url]) => [`RPC_URLS_${chainId}`, url])),
    ...Object.fromEntries([...parts.wsUrls].map(([chainId, url]) => [`WS_URLS_${chainId}`, url])),
    RELAYER_KEY: relayer.privateKey,
    FEE_RECEIVER: localAccount('feeReceiver').address,
    // Webhook receivers on this machine are allowed only in development.
    WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8,::1/128',
    DEMO_SHOP: 'on',
    DEMO_API_KEY: parts.demoShop.apiKey,
    DEMO_API_SECRET: parts.demoShop.apiSecret,
  };
}
