// Lines of the log of a request that is about an order name the order beside the request's id.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type IntentId, isIntentId, type OrderRef } from '#domain/ids.ts';
import { orderFacts } from '#tracing/log-lines.ts';

/** Our id as a segment of a path, whatever page or call it belongs to; pages are also read as `….data`. */
const ID_IN_PATH = /\/([0-9a-f]{24})(?=[/.?]|$)/;

const intentInPath = (url: string): IntentId | null => {
  const [, id] = ID_IN_PATH.exec(url.split('?', 1)[0] ?? '') ?? [];
  return isIntentId(id) ? id : null;
};

/** Call before routes are registered. */
export const nameOrders = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (request) => {
    const id = intentInPath(request.url);
    if (id) bind(request, orderFacts({ id, orderId: null }));
  });
};

/** From here on the request's lines have the shop's order id, too. Call it once, where a request makes or reads the order. */
export const nameOrder = (request: FastifyRequest, order: Pick<OrderRef, 'id' | 'orderId'>): void => {
  const facts = orderFacts(order);
  // A binding cannot be taken back: what the path told stands in the lines already.
  if (intentInPath(request.url) !== order.id) bind(request, facts);
  else if (facts.order !== undefined) bind(request, { order: facts.order });
};

const bind = (request: FastifyRequest, facts: object): void => {
  request.log = request.log.child(facts);
};
