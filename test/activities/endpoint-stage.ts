// What tests of deliveries to endpoints share: a database, a receiver, and an attempt as the workflow makes it.
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createWebhookActivities } from '#activities/webhook.ts';
import { createEndpoint, type EndpointValues } from '#db/endpoints/webhook-endpoints.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';

let database: TestDatabase;
export let orm: Orm;
export let receiver: TestReceiver;
let attempts = 0;

/** A database and a receiver, for the tests of this file. */
export const withEndpoints = (): void => {
  beforeAll(async () => {
    database = await createTestDatabase();
    orm = await openOrm({ databaseUrl: database.url });
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await receiver?.stop();
    await orm?.close();
    await database?.drop();
  });
  beforeEach(() => {
    receiver.received.length = 0;
    receiver.response = () => ({ status: 200 });
  });
};

/** Makes an endpoint at a path of the receiver, for the event of a canceled order. */
export const endpointBy =
  (actor: Actor) =>
  (store: TestStore, path: string, more: Partial<EndpointValues> = {}) =>
    createEndpoint(
      orm.em,
      TEST_MASTER_KEYS,
      store.storeId,
      { url: `${receiver.url}${path}`, eventTypes: ['checkout_intent.canceled'], enabled: true, ...more },
      actor,
    );

export const deliver = (eventId: string, nextPauseMs: number | null = 60_000) => {
  attempts += 1;
  const activities = createWebhookActivities({
    ...{ em: orm.em, masterKeys: TEST_MASTER_KEYS, allowedRanges: ['127.0.0.0/8', '::1/128'], requireHttps: false },
    ...{ maxInFlightPerStore: 4, maxInFlightPerEndpoint: 4 },
  });
  const input = { eventId, attemptKey: `a-${attempts}`, nextPauseMs };
  return new MockActivityEnvironment().run(activities.deliverWebhook, input);
};

/** The activity of the last attempt, as Temporal repeats one whose end it did not hear of. */
export const deliverOnceMore = (eventId: string) => {
  attempts -= 1;
  return deliver(eventId);
};
