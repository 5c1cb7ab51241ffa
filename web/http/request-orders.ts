// Lines of the log of a request that is about an order name the order beside the request's id.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type IntentId, isIntentId, type OrderRef } from '#domain/ids.ts';
import { orderFacts } from '#tracing/log-lines.ts';
import type { PageServices } from './load-context.ts';

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

/** Requests whose order is known by the shop's id: the first reading names it. */
const named = new WeakSet<FastifyRequest>();

/** From here on the request's lines have the shop's order id, too. For where a request makes or reads its order. */
export const nameOrder = (request: FastifyRequest, order: Pick<OrderRef, 'id' | 'orderId'>): void => {
  if (named.has(request)) return;
  named.add(request);
  const facts = orderFacts(order);
  // A binding cannot be taken back: what the path told stands in the lines already.
  if (intentInPath(request.url) !== order.id) bind(request, facts);
  else if (facts.order !== undefined) bind(request, { order: facts.order });
};

/** What pages are given: an order's page in the dashboard reads rows that are no intent, so its service is told apart. */
export const servicesNamingOrders = (services: PageServices, request: FastifyRequest): PageServices => {
  const { dashboard } = services;
  return {
    ...services,
    dashboard: {
      ...dashboard,
      orders: {
        ...dashboard.orders,
        async order(storeId, id) {
          const view = await dashboard.orders.order(storeId, id);
          if (view) nameOrder(request, view.line);
          return view;
        },
      },
    },
  };
};

const bind = (request: FastifyRequest, facts: object): void => {
  request.log = request.log.child(facts);
};
