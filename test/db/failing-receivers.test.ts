// The console's failing receivers: only what the URL that is set now did counts, tests do not, and endpoints are listed beside webhook URLs.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listFailingReceivers } from '#db/delivery/failing-receivers.ts';
import { type Ledger, openLedger } from './intents.ts';

const OLD = 'http://192.168.0.1/x';
const NOW = 'https://shop.example/hook';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger?.close());
beforeEach(async () => {
  for (const table of ['webhook_attempt', 'webhook_event', 'endpoint_attempt', 'endpoint_delivery', 'webhook_endpoint'])
    await ledger.rows(`delete from ${table}`);
  await ledger.rows('update store set webhook_url = ?, webhook_disabled_at = null', [NOW]);
});

interface Tried {
  url: string;
  status: number | null;
  minutesAgo: number;
}

let made = 0;
const nextId = (): string => {
  made += 1;
  return String(made);
};

const event = async (state: string, attempts: readonly Tried[], type = 'checkout_intent.confirmed') => {
  const id = `evt_${nextId()}`;
  await ledger.rows(
    `insert into webhook_event (id, transaction_id, store_id, event_type, body, state) values (?, ?, ?, ?, '{}', ?)`,
    [id, `txn_${id}`, ledger.storeId, type, state],
  );
  for (const { url, status, minutesAgo } of attempts)
    await ledger.rows(
      `insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, response_status, error, request_headers)
       values (?, ?, ?, now() - make_interval(mins => ?), 5, ?, ?, '{}')`,
      [id, nextId(), url, minutesAgo, status, `error of ${url}`],
    );
  return id;
};

const endpoint = async (url: string): Promise<string> => {
  const id = `whe_${nextId()}`;
  await ledger.rows(
    `insert into webhook_endpoint (id, store_id, url, sealed_secret, event_types) values (?, ?, ?, 's', '{checkout_intent.seen}')`,
    [id, ledger.storeId, url],
  );
  return id;
};

const delivery = async (endpointId: string, state: string, { url, status, minutesAgo }: Tried) => {
  const intentId = await ledger.newIntent();
  const id = nextId();
  await ledger.rows(
    `insert into order_event (id, store_id, intent_id, event_type, body, created_at) values (?, ?, ?, 'checkout_intent.seen', '{}', now())`,
    [`evt_${id}`, ledger.storeId, intentId],
  );
  await ledger.rows(
    `insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, state, own_workflow) values (?, ?, ?, ?, ?, false)`,
    [`whd_${id}`, `evt_${id}`, endpointId, intentId, state],
  );
  await ledger.rows(
    `insert into endpoint_attempt (delivery_id, attempt_key, url, started_at, duration_ms, response_status, error)
     values (?, 'a', ?, now() - make_interval(mins => ?), 5, ?, ?)`,
    [`whd_${id}`, url, minutesAgo, status, `error of ${url}`],
  );
};

const failing = async () =>
  (await listFailingReceivers(ledger.orm.em, 10)).map(
    ({ endpointId, url, waiting, givenUp, lastStatus, lastError, failingSince }) => ({
      ...{ endpointId, url, waiting, givenUp, lastStatus, lastError },
      minutes: Math.round((Date.now() - failingSince.getTime()) / 60_000),
    }),
  );

test('failures of an older URL do not count, and a store without a URL has no receiver', async () => {
  await event('pending', [{ url: OLD, status: null, minutesAgo: 90 }]);
  await event('failed', [{ url: OLD, status: null, minutesAgo: 80 }]);
  expect(await failing()).toEqual([]);
  // Tried again at the new URL: since then it counts, with what that one responded.
  await event('pending', [
    { url: OLD, status: null, minutesAgo: 70 },
    { url: NOW, status: 502, minutesAgo: 20 },
    { url: NOW, status: 503, minutesAgo: 5 },
  ]);
  const expected = { waiting: 1, givenUp: 0, lastStatus: 503, lastError: `error of ${NOW}`, minutes: 20 };
  expect(await failing()).toEqual([{ endpointId: null, url: NOW, ...expected }]);
  await event('failed', [{ url: NOW, status: null, minutesAgo: 2 }]);
  expect(await failing()).toMatchObject([{ waiting: 1, givenUp: 1, lastStatus: null, minutes: 20 }]);
  await ledger.rows('update store set webhook_url = ?', ['https://new.example/hook']);
  expect(await failing()).toEqual([]);
  await ledger.rows('update store set webhook_url = null');
  expect(await failing()).toEqual([]);
});

test('test events do not count, nor does what was never tried or is delivered', async () => {
  const bad = [{ url: NOW, status: 500, minutesAgo: 1 }];
  await event('failed', bad, 'webhook.test');
  await event('pending', []);
  await event('delivered', bad);
  expect(await failing()).toEqual([]);
  await event('failed', bad);
  expect(await failing()).toMatchObject([{ givenUp: 1, waiting: 0 }]);
});

test('endpoints are listed by what their own URL did, while they are not stopped or deleted', async () => {
  const [one, other] = [await endpoint('https://one.example'), await endpoint('https://other.example')];
  await delivery(one, 'pending', { url: 'https://one.example', status: 500, minutesAgo: 30 });
  await delivery(one, 'failed', { url: 'https://one.example', status: 404, minutesAgo: 10 });
  await delivery(other, 'failed', { url: 'https://older.example', status: 500, minutesAgo: 40 });
  await event('pending', [{ url: NOW, status: 500, minutesAgo: 5 }]);
  const listed = { endpointId: one, url: 'https://one.example', waiting: 1, givenUp: 1, lastStatus: 404, minutes: 30 };
  expect(await failing()).toMatchObject([listed, { endpointId: null, url: NOW }]);
  await ledger.rows('update webhook_endpoint set enabled = false where id = ?', [one]);
  expect(await failing()).toMatchObject([{ endpointId: null }]);
  // Stopped by its own 410: the shop must know.
  await ledger.rows('update webhook_endpoint set gone_at = now() where id = ?', [one]);
  expect(await failing()).toMatchObject([{ endpointId: one }, { endpointId: null }]);
  await ledger.rows('update webhook_endpoint set deleted_at = now() where id = ?', [one]);
  expect(await failing()).toMatchObject([{ endpointId: null }]);
});
