// Webhook endpoints for the screenshots: one that works, one that fails, one that is paused, and what was sent to them.
import { randomBytes } from 'node:crypto';
import { createEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { makeId } from '#domain/ids.ts';
import type { EndpointEventType } from '#domain/order-events.ts';
import type { CheckoutWorld } from '#test/e2e/support/checkout-world.ts';

const ENDPOINTS: readonly [path: string, description: string | null, types: EndpointEventType[], enabled: boolean][] = [
  ['/hooks/orders', 'Order desk', ['checkout_intent.short', 'checkout_intent.late', 'checkout_intent.review'], true],
  ['/hooks/ledger', 'Bookkeeping', ['checkout_intent.refunded', 'checkout_intent.refund_removed'], true],
  ['/staging', null, ['checkout_intent.expired', 'checkout_intent.canceled'], false],
];

/** @returns the failing endpoint, and a delivery to it */
export const addEndpoints = async (
  { orm, masterKeys, storeId }: CheckoutWorld,
  actor: Actor,
): Promise<{ endpointId: string; deliveryId: string }> => {
  const em = orm.em.fork();
  const ids: string[] = [];
  for (const [path, description, eventTypes, enabled] of ENDPOINTS) {
    const url = `https://erp.nordlicht.example${path}`;
    const values = { url, description, eventTypes, enabled };
    ids.push((await createEndpoint(orm.em, masterKeys, storeId, values, actor)).endpoint.id);
  }
  const orders = await em.execute<{ id: string }[]>(
    'select id from checkout_intent where store_id = ? order by id desc limit 8',
    [storeId],
  );
  let deliveryId = '';
  // Oldest first: the newest attempt has the highest id.
  for (const [index, { id }] of [...orders.entries()].reverse()) {
    const failed = index % 2 === 1;
    const endpoint = ids[failed ? 1 : 0] ?? '';
    const [event, delivery] = [makeId('evt', randomBytes(16)), makeId('whd', randomBytes(16))];
    if (failed) deliveryId = delivery;
    const type = failed ? 'checkout_intent.refunded' : 'checkout_intent.late';
    await em.execute('insert into order_event (id, store_id, intent_id, event_type, body) values (?, ?, ?, ?, ?)', [
      event,
      storeId,
      id,
      type,
      JSON.stringify({ webhook_id: event, event_type: type, all_scale_checkout_intent_id: id }),
    ]);
    await em.execute(
      `insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, state, own_workflow, created_at)
       values (?, ?, ?, ?, ?, true, now() - ? * interval '41 minutes')`,
      [delivery, event, endpoint, id, failed ? 'failed' : 'delivered', index],
    );
    await em.execute(
      `insert into endpoint_attempt (delivery_id, attempt_key, url, started_at, duration_ms, response_status, response_excerpt, error, request_headers)
       select d.id, 'one', w.url, d.created_at, ?, ?, ?, ?, ?::jsonb from endpoint_delivery d join webhook_endpoint w on w.id = d.endpoint_id where d.id = ?`,
      [
        ...[96 + index, failed ? 503 : 200, failed ? 'Service unavailable' : 'ok'],
        failed ? 'the receiver responded with 503' : null,
        JSON.stringify({ 'Content-Type': 'application/json', 'X-API-Key': endpoint, 'X-Webhook-Id': event }),
        delivery,
      ],
    );
  }
  return { endpointId: ids[1] ?? '', deliveryId };
};
