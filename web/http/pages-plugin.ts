// The pages as one Fastify plugin: services, security headers, the routes beside Remix, and Remix for everything else.
// Encapsulated, so that its compression, body parsing and headers do not reach the API.
import { join, resolve } from 'node:path';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';
import { addRpcMetrics } from '#chain/rpc-metrics.ts';
import { removePasswordKey, setWalletAside } from '#db/accounts/account-wallets.ts';
import { findInvitation } from '#db/merchants/invitations.ts';
import type { Orm } from '#db/orm.ts';
import type { MasterKeys } from '#db/secrets.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { Screening } from '#domain/screening.ts';
import type { TemporalSettings } from '#domain/temporal-settings.ts';
import { createReceiverCheck } from '#network/receiver-check.ts';
import type { ReceiverPolicy } from '#network/receiver-guard.ts';
import { createAccountMail } from '#web/auth/account-mail.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import { addAuthRoutes } from '#web/auth/auth-routes.ts';
import { createAuth } from '#web/auth/create-auth.ts';
import { closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';
import { countVisitorReads } from '#web/chains/visitor-reads.ts';
import { addPictureRoute } from '#web/dashboard/links/server/picture-route.ts';
import { addLogoRoute } from '#web/dashboard/settings/server/logo-route.ts';
import { openDemoShop } from '#web/demo/server/demo-shop.ts';
import { demoWebhookReceiver } from '#web/demo/server/webhook-receiver.ts';
import { DEVELOPMENT_WALLET_SCRIPT } from '#web/development/wallet/script-path.ts';
import { allowedHosts, checkHost } from './allowed-hosts.ts';
import { apiReference } from './api-reference.ts';
import { serveAssets } from './assets.ts';
import { createVisitorBudget } from './chain-read-budget.ts';
import { type ClientPackages, clientPackages, readClientPackages } from './client-packages.ts';
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from './edge-limits.ts';
import { addIntentEvents } from './intent-events.ts';
import { createPageServices, type PageServices } from './load-context.ts';
import { limitPages } from './page-limits.ts';
import { postmanRoute } from './postman-collection.ts';
import { addRemixRoutes, loadBuild } from './remix-routes.ts';
import { resendEvents } from './resend-events.ts';
import { makeNonce, setSecurityHeaders } from './security.ts';

export interface PagesOptions {
  orm: Orm;
  /** For the LISTEN connection and the demo shop's own tables. */
  databaseUrl: string;
  /** Where browsers reach this server: `https://pay.example.com`. */
  publicUrl: string;
  chains: readonly EnabledChain[];
  /** How long a change of where money goes waits; absent: 48 hours. */
  changeWaitMs?: number;
  /** NODE_ENV is development: local chains offer the development wallet. */
  development: boolean;
  /** The accounts of a development server need no second factor; absent: they do. */
  passwordAlone?: boolean;
  /** For cancels only; connected at the first one. */
  temporal: TemporalSettings;
  screening: Screening;
  /** Signs log-in cookies; at least 32 characters. */
  authSecret: string;
  /** Seals the API secrets that the dashboard makes. */
  masterKeys: MasterKeys;
  /** The key that the demo shop trades with, or null when the shop is off. */
  demoShop: { apiKey: string; apiSecret: string } | null;
  /** Base URL of Temporal's own pages, for the console's links; absent or null: none. */
  temporalUiUrl?: string | null;
  /** For Resend's webhooks; absent or null: the route does not exist. */
  resendWebhookSecret?: string | null;
  /** Turns WalletConnect on; absent or null: it is not offered. */
  walletConnectProjectId?: string | null;
  /** Serves the pages from their sources with hot reload (development); absent: the build. */
  hotReload?: boolean;
  /** Absent: the defaults. */
  limits?: EdgeLimits;
  /** Output of `remix vite:build`; default: `build` in the project's root. */
  buildDirectory?: string;
}

/** With what the server passes on from the API's options. */
export type PagesPluginOptions = PagesOptions & {
  feeReceiver: PayableAddress;
  receivers: ReceiverPolicy;
  /** Counts calls of chains; absent or null: nothing is measured. */
  metrics?: Registry | null;
};

const DEFAULT_CHANGE_WAIT_MS = 48 * 3_600_000;
const BODY_LIMIT_BYTES = 64 * 1024;

/** Register it without a prefix. Throws ConfigError when the pages have not been built. */
export const pages: FastifyPluginAsync<PagesPluginOptions> = async (app, options) => {
  const publicOrigin = new URL(options.publicUrl).origin;
  const limits = options.limits ?? DEFAULT_EDGE_LIMITS;
  checkHost(app, allowedHosts(publicOrigin, options.development));
  const buildDirectory = resolve(options.buildDirectory ?? join(import.meta.dirname, '..', '..', 'build'));
  const build = options.hotReload
    ? await (await import('#web/development/hot-reload.ts')).servePagesFromSources(app)
    : await loadBuild(buildDirectory);
  const packages = readClientPackages(buildDirectory);
  const { services, auth } = await openPageServices(app, { ...options, clientPackages: packages });

  app.decorateRequest('cspNonce', '');
  app.addHook('onRequest', async (request, reply) => {
    request.cspNonce = makeNonce();
    setSecurityHeaders(reply, request.cspNonce, {
      publicOrigin,
      walletConnect: Boolean(options.walletConnectProjectId),
    });
  });
  await limitPages(app, { orm: options.orm, publicOrigin, limits: limits.pages });
  await serveAssets(app, join(buildDirectory, 'client', 'assets'));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  addIntentEvents(app, { databaseUrl: options.databaseUrl, orm: options.orm, limits: limits.streams });
  addLogoRoute(app, options.orm);
  addPictureRoute(app, options.orm);
  addAuthRoutes(app, auth, publicOrigin);
  if (options.resendWebhookSecret) {
    await app.register(resendEvents, { orm: options.orm, secret: options.resendWebhookSecret });
  }
  if (services.demoShop) await app.register(demoWebhookReceiver, { shop: services.demoShop });
  if (options.development) await addDevelopmentRoutes(app, options, publicOrigin);
  await app.register(apiReference);
  await app.register(postmanRoute, { publicUrl: options.publicUrl });
  await app.register(clientPackages, { buildDirectory, packages });
  addRemixRoutes(app, { build, publicOrigin, services });
};

/** What the pages read and write with; closed with the plugin. */
const openPageServices = async (
  app: FastifyInstance,
  options: PagesPluginOptions & { clientPackages: ClientPackages },
) => {
  const { orm, chains, development, publicUrl } = options;
  const { chainReads } = options.limits ?? DEFAULT_EDGE_LIMITS;
  const budget = createVisitorBudget(orm, chainReads, () =>
    app.log.warn("visitors' reads of chains reached CHAIN_READ_LIMIT_VISITORS"),
  );
  const allPools = createChainPools(chains);
  if (options.metrics) addRpcMetrics([options.metrics], allPools);
  const pools = countVisitorReads(allPools, budget);
  const records = createAccountRecords(orm);
  const auth = createAuth({
    databaseUrl: options.databaseUrl,
    secret: options.authSecret,
    publicUrl,
    mail: createAccountMail(orm, publicUrl),
    records,
    passwordAlone: options.passwordAlone ?? false,
    invitedEmail: async (token) => {
      const invitation = await findInvitation(orm.em, token);
      return invitation?.state === 'open' ? invitation.email : null;
    },
    onPasswordReset: (userId) => removePasswordKey(orm.em, userId),
    onCleanStart: (userId) => setWalletAside(orm.em, userId),
    log: (level, message) => app.log[level](message),
  });
  const demoShop =
    options.demoShop && openDemoShop({ ...options.demoShop, databaseUrl: options.databaseUrl, publicUrl });
  const services = createPageServices({
    orm,
    chains,
    development,
    changeWaitMs: options.changeWaitMs ?? DEFAULT_CHANGE_WAIT_MS,
    passwordAlone: options.passwordAlone ?? false,
    publicUrl,
    clientPackages: options.clientPackages,
    feeReceiver: options.feeReceiver,
    pools,
    auth,
    demoShop,
    temporal: options.temporal,
    screening: options.screening,
    masterKeys: options.masterKeys,
    receivers: createReceiverCheck(options.receivers),
    temporalUiUrl: options.temporalUiUrl ?? null,
    walletConnectProjectId: options.walletConnectProjectId ?? null,
    chainReads,
    developmentWallet: development ? await openDevelopmentWallet(chains) : null,
    developmentWalletScript: hasDevelopmentWallet(options) ? DEVELOPMENT_WALLET_SCRIPT : null,
  });
  const stopChecking = checkKeptClaimsRegularly(app, services);
  app.addHook('onClose', async () => {
    await stopChecking();
    await Promise.all([services.payments.close(), closeChainPools(allPools), auth.close(), demoShop?.close()]);
  });
  return { services, auth };
};

const KEPT_CLAIMS_INTERVAL_MS = 15_000;

/** @returns ends it, after the check that runs */
const checkKeptClaimsRegularly = (app: FastifyInstance, { payments }: PageServices): (() => Promise<void>) => {
  let checking: Promise<unknown> = Promise.resolve();
  let isChecking = false;
  const timer = setInterval(() => {
    if (isChecking) return;
    isChecking = true;
    checking = payments
      .checkKeptClaims()
      .catch((error: unknown) => app.log.error({ err: error }, 'kept claims were not checked'))
      .finally(() => {
        isChecking = false;
      });
  }, KEPT_CLAIMS_INTERVAL_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await checking;
  };
};

const hasDevelopmentWallet = ({ development, chains }: PagesOptions): boolean =>
  development && chains.some(({ chain }) => chain.local);

// Development code is imported on demand: a production process never loads it.

const openDevelopmentWallet = async (chains: readonly EnabledChain[]): Promise<PageServices['developmentWallet']> => {
  const { payByDevelopmentWallet } = await import('#web/development/wallet/pay-checkout.ts');
  return { pay: (order) => payByDevelopmentWallet(chains, order) };
};

const addDevelopmentRoutes = async (app: FastifyInstance, options: PagesOptions, publicOrigin: string) => {
  if (hasDevelopmentWallet(options)) {
    const { developmentWallet } = await import('#web/development/wallet/plugin.ts');
    await app.register(developmentWallet, { chains: options.chains, publicOrigin });
  }
  const { developmentMail } = await import('#web/development/mail/development-mail.ts');
  await app.register(developmentMail, { orm: options.orm });
};
