// The pages, as one Fastify plugin: Remix, its assets, the checkout's event stream, and the demo shop's webhook receiver.
// Encapsulated, so that its compression, body parsing and headers do not reach the API beside it.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import serveStatic from '@fastify/static';
import type { ServerBuild } from '@remix-run/node';
import type { FastifyPluginAsync, RouteOptions } from 'fastify';
import { removePasswordKey } from '#db/accounts/account-wallets.ts';
import type { Orm } from '#db/orm.ts';
import type { MasterKeys } from '#db/secrets.ts';
import type { EnabledChain } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import type { Screening } from '#domain/screening.ts';
import { outsideApi, sendFailure } from '#web/api/errors.ts';
import { createAccountMail } from '#web/auth/account-mail.ts';
import { addAuthRoutes } from '#web/auth/auth-routes.ts';
import { createAuth } from '#web/auth/create-auth.ts';
import { closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';
import type { TemporalAddress } from '#web/checkout/server/temporal-client.ts';
import { addLogoRoute } from '#web/dashboard/settings/server/logo-route.ts';
import { openDemoShop } from '#web/demo/server/demo-shop.ts';
import { demoWebhookReceiver } from '#web/demo/server/webhook-receiver.ts';
import { DEVELOPMENT_WALLET_SCRIPT } from '#web/development/wallet/script-path.ts';
import { apiReference } from './api-reference.ts';
import { createIntentEvents } from './intent-events.ts';
import { createPageServices } from './load-context.ts';
import { remixHandler } from './remix-adapter.ts';
import { resendEvents } from './resend-events.ts';
import { isFromOurPages, makeNonce, setSecurityHeaders } from './security.ts';

export interface PagesOptions {
  orm: Orm;
  /** For the LISTEN connection and the demo shop's own tables. */
  databaseUrl: string;
  /** Where browsers reach this server: `https://pay.example.com`. */
  publicUrl: string;
  chains: readonly EnabledChain[];
  /** NODE_ENV is development: local chains offer the development wallet. */
  development: boolean;
  /** Asked for cancels only; connected when one comes. */
  temporal: TemporalAddress;
  screening: Screening;
  /** Signs log-in cookies; at least 32 characters. */
  authSecret: string;
  /** Seals the API secrets that the dashboard makes. */
  masterKeys: MasterKeys;
  /** The key that the demo shop trades with, or null when the shop is off. */
  demoShop: { apiKey: string; apiSecret: string } | null;
  /** Base address of Temporal's own pages, for the console's links; absent or null: none. */
  temporalUiUrl?: string | null;
  /** Resend's, for its webhooks; absent or null: nothing listens. */
  resendWebhookSecret?: string | null;
  /** Turns WalletConnect on; absent or null: it is not offered. */
  walletConnectProjectId?: string | null;
  /** Where `remix vite:build` wrote; `build` in the project's root when absent. */
  buildDirectory?: string;
}

const BODY_LIMIT_BYTES = 64 * 1024;
/** A store's logo comes with its settings, by a form and by a script. Larger files are refused with a reason by the page. */
const UPLOAD_PATHS = ['/dashboard/:storeId/settings', '/dashboard/:storeId/settings.data'] as const;
const UPLOAD_LIMIT_BYTES = 4 * 1024 * 1024;

/** Register it without a prefix. Throws ConfigError when the pages have not been built. */
export const pages: FastifyPluginAsync<PagesOptions> = async (app, options) => {
  const publicOrigin = new URL(options.publicUrl).origin;
  const buildDirectory = resolve(options.buildDirectory ?? join(import.meta.dirname, '..', '..', 'build'));
  const build = await loadBuild(buildDirectory);
  const demoShop = options.demoShop && openDemoShop({ ...options.demoShop, ...options });
  const pools = createChainPools(options.chains);
  const auth = createAuth({
    ...options,
    secret: options.authSecret,
    mail: createAccountMail(options.orm, options.publicUrl),
    onPasswordReset: (userId) => removePasswordKey(options.orm.em, userId),
    log: (level, message) => app.log[level](message),
  });
  const walletConnectProjectId = options.walletConnectProjectId ?? null;
  const temporalUiUrl = options.temporalUiUrl ?? null;
  const hasDevelopmentWallet = options.development && options.chains.some(({ chain }) => chain.local);
  const developmentWalletScript = hasDevelopmentWallet ? DEVELOPMENT_WALLET_SCRIPT : null;
  // Loaded in development only: a production process never holds the module.
  const pay = options.development
    ? (await import('#web/development/wallet/pay-checkout.ts')).payByDevelopmentWallet
    : null;
  const services = createPageServices({
    ...options,
    pools,
    auth,
    demoShop,
    walletConnectProjectId,
    developmentWallet: pay && { pay: (order) => pay(options.chains, order) },
    developmentWalletScript,
    temporalUiUrl,
  });
  app.addHook('onClose', async () => {
    await Promise.all([services.payments.close(), closeChainPools(pools), auth.close()]);
  });
  const events = createIntentEvents(options.databaseUrl, app.log);
  // Before close, not on close: Fastify waits for open responses, and an event stream never ends by itself.
  app.addHook('preClose', () => events.close());
  if (demoShop) app.addHook('onClose', () => demoShop.close());

  // Flushed at once, or streamed pages and their deferred parts would wait in the compressor.
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
    brotliOptions: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    },
  });
  await app.register(serveStatic, {
    root: join(buildDirectory, 'client', 'assets'),
    prefix: '/assets/',
    wildcard: false,
    immutable: true,
    maxAge: '1y',
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.decorateRequest('cspNonce', '');
  app.addHook('onRequest', async (request, reply) => {
    request.cspNonce = makeNonce();
    setSecurityHeaders(reply, request.cspNonce, { publicOrigin, walletConnect: walletConnectProjectId !== null });
  });

  app.get<{ Params: { id: string } }>(
    '/checkout/:id/events',
    { schema: { hide: true }, compress: false },
    (request, reply) => {
      if (isIntentId(request.params.id)) {
        reply.hijack();
        events.subscribe(request.params.id, reply.raw);
      } else {
        reply.code(404).send();
      }
    },
  );
  addLogoRoute(app, options.orm);
  addAuthRoutes(app, auth, publicOrigin);
  if (hasDevelopmentWallet) {
    // Loaded here and nowhere else: a production process never holds the module.
    const { developmentWallet } = await import('#web/development/wallet/plugin.ts');
    await app.register(developmentWallet, { chains: options.chains, publicOrigin });
  }
  if (options.development) {
    // Loaded here and nowhere else: a production process never holds the module.
    const { developmentMail } = await import('#web/development/mail/development-mail.ts');
    await app.register(developmentMail, { orm: options.orm });
  }
  if (options.resendWebhookSecret) {
    await app.register(resendEvents, { orm: options.orm, secret: options.resendWebhookSecret });
  }
  if (demoShop) await app.register(demoWebhookReceiver, { shop: demoShop });
  await app.register(apiReference);

  const remix = remixHandler({
    build,
    publicOrigin,
    contextFor: (request) => ({
      ...services,
      nonce: request.cspNonce,
      clientAddress: request.ip,
      reportError: (error) => request.log.error({ err: error }, 'a page failed'),
    }),
  });
  const page: Omit<RouteOptions, 'method' | 'url'> = {
    schema: { hide: true },
    preHandler: async (request, reply) => {
      if (isFromOurPages(request, publicOrigin) || isSelfPermitted(request.url)) return;
      // A client of the API that lost the /v1: no form, and to be told so in its own terms.
      if (request.headers['x-api-key']) return await sendFailure(request, reply, outsideApi);
      await reply.code(403).type('text/plain; charset=utf-8').send('This form was sent from another site.');
    },
    handler: remix,
  };
  app.route({ ...page, method: ['GET', 'HEAD', 'POST'], url: '/*' });
  for (const url of UPLOAD_PATHS) app.route({ ...page, method: 'POST', url, bodyLimit: UPLOAD_LIMIT_BYTES });
};

/** Mail programs post there by themselves (RFC 8058): the address carries its own permission, and no cookie counts. */
const isSelfPermitted = (url: string): boolean => url.startsWith('/reports/unsubscribe?');

const loadBuild = async (buildDirectory: string): Promise<ServerBuild> => {
  const file = join(buildDirectory, 'server', 'index.js');
  if (!existsSync(file)) throw new ConfigError(`The pages are not built: run "npm run build:web" (no ${file})`);
  return (await import(pathToFileURL(file).href)) as ServerBuild;
};
