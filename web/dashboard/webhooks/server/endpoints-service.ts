// Webhook endpoints for a store's members: what the shop made over the API, what was sent there, and stopping it.
import { newestEndpointDeliveries } from '#db/endpoints/endpoint-list.ts';
import { deleteEndpoint, listEndpoints, updateEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { neutralText } from '#domain/text.ts';
import { TEST_EVENT } from '#domain/webhook-body.ts';
import type { EndpointsService } from './endpoints-types.ts';

/** The newest deliveries that the page shows. */
const DELIVERIES = 50;

const gone = (): UserError => new UserError('no_endpoint', 'This endpoint was deleted meanwhile.');

export const createEndpointsService = ({ orm }: { orm: Orm }): EndpointsService => ({
  async list(storeId) {
    const endpoints = await listEndpoints(orm.em, storeId);
    return endpoints.map(({ id, url, eventTypes, enabled, goneAt, createdAt }) => ({
      id,
      url,
      eventTypes,
      enabled,
      goneAt: goneAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    }));
  },
  async deliveries(storeId) {
    const rows = await newestEndpointDeliveries(orm.em.fork(), storeId, DELIVERIES).execute();
    return rows.map(({ createdAt, orderId, eventType, intentId, ...row }) => ({
      ...row,
      eventType: eventType ?? TEST_EVENT,
      intentId: intentId ?? '',
      orderId: orderId && neutralText(orderId),
      createdAt: createdAt.toISOString(),
    }));
  },
  async setEnabled({ store, actor }, id, enabled) {
    if (!(await updateEndpoint(orm.em, store.id, id, { enabled }, actor))) throw gone();
  },
  async remove({ store, actor }, id) {
    if (!(await deleteEndpoint(orm.em, store.id, id, actor))) throw gone();
  },
});
