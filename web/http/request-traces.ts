// Requests that change an order, as spans of its trace: creates over the API, and what shoppers and shops do to it later. Pages that are
// read again and again are left out: the metrics have them.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { NO_TRACING, type OrderTracing } from '#tracing/order-trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The order that this request made. */
    tracedIntent: IntentId | null;
  }
}

const ORDER_PATH = /^(\/v1\/checkout_intents|\/checkout)\/([0-9a-f]{24})(\/[a-z/-]{0,40})?$/;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Call before routes are registered. */
export const traceRequests = (app: FastifyInstance, tracing: OrderTracing): void => {
  app.decorateRequest('tracedIntent', null);
  if (tracing === NO_TRACING) return;
  app.addHook('onResponse', async (request, reply) => {
    const order = orderOf(request);
    // Ids that nobody knows make no traces.
    if (!order || reply.statusCode === 404) return;
    const endedAt = Date.now();
    const { traceparent } = request.headers;
    tracing.record({
      ...{ intentId: order.intentId, name: `${request.method} ${order.route}`, kind: 'server' },
      ...{ startedAt: endedAt - reply.elapsedTime, endedAt },
      attributes: {
        'http.request.method': request.method,
        'http.route': order.route,
        'http.response.status_code': reply.statusCode,
        'checkout.request_id': request.id,
      },
      error: reply.statusCode >= 500 ? `HTTP ${reply.statusCode}` : undefined,
      caller: typeof traceparent === 'string' ? traceparent : undefined,
    });
  });
};

const orderOf = (request: FastifyRequest): { intentId: IntentId; route: string } | null => {
  const { tracedIntent, method, url } = request;
  if (tracedIntent) return { intentId: tracedIntent, route: request.routeOptions.url ?? '' };
  if (READS.has(method)) return null;
  const [, area = '', id = '', rest = ''] = ORDER_PATH.exec(url.split('?', 1)[0] ?? '') ?? [];
  return isIntentId(id) ? { intentId: id, route: `${area}/:id${rest}` } : null;
};
