// A webhook endpoint of a store with an event on its way to it, for the tests of clients: an order that was canceled.
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ApiServer, TestStore } from './api-server.ts';

export const canceledOrder = async (server: ApiServer, store: TestStore): Promise<void> => {
  const { json } = await store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
  const intentId: IntentId = json.payload.allscale_checkout_intent_id;
  await changeIntent(server.orm.em.fork(), { intentId, actor: 'workflow', to: -4 });
};

export const endpointWithDelivery = async (
  server: ApiServer,
  store: TestStore,
): Promise<{ endpointId: string; deliveryId: string }> => {
  const endpoint = { url: 'https://shop.example/canceled', event_types: ['checkout_intent.canceled'] };
  const endpointId: string = (await store.post('/v1/webhook_endpoints', endpoint)).json.payload.endpoint_id;
  await canceledOrder(server, store);
  const { json } = await store.get(`/v1/webhook_endpoints/${endpointId}/deliveries`);
  return { endpointId, deliveryId: json.payload.deliveries[0].delivery_id };
};
