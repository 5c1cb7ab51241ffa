// Creates the web server: API, pages and health check on one Fastify instance. `server.ts` starts it from the environment; tests and
// benchmarks pass their own options.
import { METHODS } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { Registry } from 'prom-client';
import { sqlOf } from '#db/pool.ts';
import { STRICT_RECEIVERS } from '#network/receiver-policy.ts';
import { logLines } from '#tracing/log-lines.ts';
import { NO_TRACING, type OrderTracing } from '#tracing/order-trace.ts';
import { type PagesOptions, pages } from '#web/http/pages-plugin.ts';
import { checkRequestForm, originForm } from '#web/http/request-form.ts';
import { nameOrders } from '#web/http/request-orders.ts';
import { traceRequests } from '#web/http/request-traces.ts';
import { measureResponses } from '#web/http/web-metrics.ts';
import { failureFor, isApiPath, newRequestId, respondToClientError, sendFailure } from './api/errors.ts';
import { type ApiOptions, apiPlugin } from './api/plugin.ts';
import { DEFAULT_RATE_LIMITS, type RateLimits } from './api/rate-limit.ts';
import { LIMITS } from './api/schemas.ts';

export interface ServerOptions extends Omit<ApiOptions, 'rateLimits'> {
  /** Null serves the API alone. */
  pages: PagesOptions | null;
  rateLimits?: RateLimits;
  /** Addresses and ranges of proxies whose `X-Forwarded-For` is trusted; with none, the socket's address counts. */
  trustedProxies?: readonly string[];
  /** Durations of responses are added to it. */
  metrics?: Registry | null;
  /** Requests that change an order are recorded; absent: none. */
  tracing?: OrderTracing;
  /** Pino's options of Fastify's logger; false: no log. */
  logger?: false | Exclude<FastifyServerOptions['logger'], boolean | undefined>;
}

/** CONNECT has no response: Node closes such a connection. */
const METHODS_WITH_ROUTES = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT'];

const HEALTH_TIMEOUT_MS = 2_000;

/** Some links of e-mails have their secret in the path. */
const SECRET_PATH = /(\/dashboard\/+(?:invitation|cancel-change)\/+)[^/.]+/i;

/** Pages are also found by an escaped path (`/dashboard/%69nvitation/…`), so the search is in the decoded one. */
const loggedPath = (url: string): string => {
  const [path = ''] = url.split('?');
  const decoded = decodePath(path);
  return SECRET_PATH.test(decoded) ? decoded.replace(SECRET_PATH, '$1…') : path;
};

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** One line for each response, without headers, bodies, query strings and the secrets of links. */
const logResponses = (app: FastifyInstance): void => {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info({
      method: request.method,
      path: loggedPath(request.url),
      ip: request.ip,
      apiKey: request.caller?.key.apiKeyId,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
};

/** A server that is ready to `listen`. It starts without the database; requests need it. */
export const createServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const {
    pages: pagesOptions,
    rateLimits = DEFAULT_RATE_LIMITS,
    trustedProxies = [],
    metrics = null,
    tracing = NO_TRACING,
    logger = false,
    ...api
  } = options;
  const app = Fastify({
    logger: logger === false ? false : { ...logger, ...logLines },
    // `request_id` as in responses.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: newRequestId,
    requestIdHeader: false,
    bodyLimit: LIMITS.bodyBytes,
    // Longer than common proxies keep an idle connection.
    keepAliveTimeout: 75_000,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    routerOptions: { maxParamLength: 255 },
    rewriteUrl: originForm,
    clientErrorHandler: respondToClientError,
    frameworkErrors: (error, request, reply) => {
      // Fastify types this reply with generics of its own hook; at run time it is a plain FastifyReply.
      sendFailure(request, reply as never, failureFor(error));
    },
  });
  // Signatures cover the body of every method.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  // Other methods get a 404 or 405 of ours, without reading the body: Fastify rejects some of them (QUERY) on its own terms.
  for (const method of METHODS.filter((name) => !METHODS_WITH_ROUTES.includes(name))) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  app.setErrorHandler((error, request, reply) => {
    const failure = failureFor(error, request);
    if (failure.kind === 'internal') request.log.error(error, 'unexpected error');
    if (isApiPath(request.url)) return sendFailure(request, reply, failure);
    return reply.code(failure.kind === 'internal' ? 500 : (failure.httpStatus ?? 400)).send(failure.message);
  });
  const commonHeaders = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(options.publicUrl.startsWith('https:')
      ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }
      : {}),
  };
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(commonHeaders);
  });

  checkRequestForm(app);
  nameOrders(app);
  logResponses(app);
  if (metrics) measureResponses(app, metrics);
  traceRequests(app, tracing);

  // For a supervisor that restarts: a process that hangs does not respond, and a database that is away is not cured by a restart.
  app.get('/livez', { schema: { hide: true }, logLevel: 'warn' }, async () => ({ status: 'ok' }));
  const sql = sqlOf(options.orm);
  app.get('/healthz', { schema: { hide: true }, logLevel: 'warn' }, async (_request, reply) => {
    const deadline = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('the database did not respond in time')), HEALTH_TIMEOUT_MS).unref();
    });
    try {
      await Promise.race([sql.query({ name: 'health', text: 'select 1', values: [] }), deadline]);
      return { status: 'ok' };
    } catch {
      return reply.code(503).send({ status: 'database unreachable' });
    }
  });
  await app.register(apiPlugin, { prefix: '/v1', ...api, rateLimits });
  if (pagesOptions)
    await app.register(pages, {
      ...pagesOptions,
      feeReceiver: api.feeReceiver,
      receivers: api.receivers ?? STRICT_RECEIVERS,
      metrics,
    });
  return app;
};
