// The Open API as one encapsulated Fastify plugin, under /v1: its own body parser, errors and not-found responses.
import { createSecretKey } from 'node:crypto';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { type ApiKeyRecord, readApiKey } from '#db/api/authenticate.ts';
import { readRate } from '#db/intents/fiat-rates.ts';
import type { Orm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { type MasterKeys, openSecret } from '#db/secrets.ts';
import type { Chain } from '#domain/chains.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import { createReceiverCheck } from '#network/receiver-check.ts';
import type { ReceiverPolicy } from '#network/receiver-guard.ts';
import { STRICT_RECEIVERS } from '#network/receiver-policy.ts';
import { addressCountKey } from '#web/http/ip-address.ts';
import { authenticate, authorize, countRequest, spendCallerNonce } from './authenticate.ts';
import type { ApiKeyHolder, ApiServices } from './context.ts';
import { createQueue } from './create-queue.ts';
import { DispatchNudge } from './dispatch-nudge.ts';
import { failureFor, sendFailure, unknownPath, wrongMethod } from './errors.ts';
import { keepRawBodies } from './json-body.ts';
import { openApiOptions } from './openapi.ts';
import { createLimiter, type RateLimits } from './rate-limit.ts';
import { keepRequestLog } from './request-log.ts';
import { signResponse } from './response-signing.ts';
import { createRoute } from './routes/create-intent.ts';
import { endpointActionRoutes, endpointDeliveryRoutes } from './routes/endpoint-actions.ts';
import { eventRoutes } from './routes/events.ts';
import { listRoutes } from './routes/list-intents.ts';
import { paymentRoutes } from './routes/payments.ts';
import { readRoutes } from './routes/read-intent.ts';
import { refundRoutes } from './routes/refunds.ts';
import { simulateRoute } from './routes/simulate.ts';
import { testRoutes } from './routes/test-routes.ts';
import { endpointRoutes } from './routes/webhook-endpoints.ts';
import { ShortCache } from './short-cache.ts';

export interface ApiOptions {
  orm: Orm;
  masterKeys: MasterKeys;
  chains: readonly Chain[];
  feeReceiver: PayableAddress;
  publicUrl: string;
  /** Which webhook URLs may be saved; absent: public addresses by https. */
  receivers?: ReceiverPolicy;
  rateLimits: RateLimits;
}

/** A revoked key, a suspended store or an old rate may be used for this long. */
const CACHE_TTL_MS = 1_000;

const openServices = async (options: ApiOptions, onError: (error: unknown) => void): Promise<ApiServices> => {
  const { orm, masterKeys, chains, feeReceiver, rateLimits } = options;
  const sql = sqlOf(orm);
  const hold = ({ sealedSecret, ...record }: ApiKeyRecord): ApiKeyHolder => ({
    ...record,
    secret: createSecretKey(Buffer.from(openSecret(masterKeys, record, sealedSecret))),
  });
  const pool = await orm.em.getConnection().getNativeClient();
  return {
    orm,
    sql,
    masterKeys,
    keys: new ShortCache(
      async (id) => {
        const record = await readApiKey(sql, id);
        return record && hold(record);
      },
      { ttlMs: CACHE_TTL_MS, maxEntries: 10_000 },
    ),
    rates: new ShortCache((currency) => readRate(orm.em, currency), { ttlMs: CACHE_TTL_MS, maxEntries: 100 }),
    limits: {
      byKey: createLimiter(pool, 'key', rateLimits.byKey),
      byAddress: createLimiter(pool, 'address', rateLimits.byAddress),
    },
    nudge: new DispatchNudge(sql, onError),
    createPlain: createQueue(sql),
    chains,
    factory: FACTORY_ADDRESS,
    feeReceiver,
    receivers: createReceiverCheck(options.receivers ?? STRICT_RECEIVERS),
    publicUrl: options.publicUrl.replace(/\/+$/, ''),
  };
};

/** Register it with the prefix `/v1`. */
export const apiPlugin: FastifyPluginAsync<ApiOptions> = async (app, options) => {
  const services = await openServices(options, (error) => app.log.warn(error, 'could not wake the dispatcher'));
  app.addHook('onClose', async () => services.nudge.stop());
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  keepRawBodies(app);
  app.decorateRequest('caller', null);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'X-Request-Id': request.id, 'Cache-Control': 'no-store' });
    await countRequest(services.limits.byAddress, addressCountKey(request.ip), 'address');
  });
  app.addHook('onSend', signResponse);
  keepRequestLog(app, services.sql);
  app.setErrorHandler(async (error, request, reply) => {
    let failure = failureFor(error, request);
    // A valid signature spends its nonce whatever the outcome. A replay is reported as one, even when its body is also wrong.
    if (request.caller) {
      await spendCallerNonce(services, request.caller).catch((spending: unknown) => {
        failure = failureFor(spending);
      });
    }
    if (failure.kind === 'internal') request.log.error(error, 'unexpected error');
    return sendFailure(request, reply, failure);
  });
  app.setNotFoundHandler((request, reply) => sendFailure(request, reply, unknownPath));

  const methods = collectMethods(app);
  await app.register(swagger, openApiOptions(services.publicUrl));
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(async (signed) => {
    signed.addHook('preValidation', async (request) => {
      const caller = await authenticate(services, request);
      request.caller = caller;
      await authorize(services, caller, request.ip);
      if (!request.routeOptions.config.spendsNonce) await spendCallerNonce(services, caller);
    });
    await signed.register(testRoutes);
    await signed.register(simulateRoute(services));
    await signed.register(createRoute(services));
    await signed.register(readRoutes(services));
    await signed.register(paymentRoutes(services));
    await signed.register(listRoutes(services));
    await signed.register(eventRoutes(services));
    await signed.register(refundRoutes(services));
    await signed.register(endpointRoutes(services));
    await signed.register(endpointActionRoutes(services));
    await signed.register(endpointDeliveryRoutes(services));
  });
  rejectOtherMethods(app, methods);
  // Without these the pages' catch-all route would serve unknown paths under /v1.
  for (const url of ['/', '/*']) {
    app.all(url, { schema: { hide: true } }, (request, reply) => sendFailure(request, reply, unknownPath));
  }
};

/** The methods of each path, filled while routes are added. */
const collectMethods = (app: FastifyInstance): Map<string, Set<string>> => {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ routePath, method }) => {
    const known = methods.get(routePath) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    methods.set(routePath, known);
  });
  return methods;
};

const rejectOtherMethods = (app: FastifyInstance, methods: ReadonlyMap<string, ReadonlySet<string>>): void => {
  for (const [url, known] of [...methods]) {
    const allow = [...known].join(', ');
    app.route({
      method: app.supportedMethods.filter((method) => !known.has(method)),
      url,
      schema: { hide: true },
      handler: (_request, reply) => sendFailure(_request, reply.header('Allow', allow), wrongMethod),
    });
  }
};
