// A store with weeks of orders for the screenshots of dashboard and console: orders in every state, reviews, failed and delivered
// webhooks, requests, keys, members, reports, and merchants that applied or are suspended.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createReportActivities } from '#activities/reports.ts';
import { insertRequests } from '#db/api/request-log.ts';
import { sendTestEvent } from '#db/delivery/webhook-actions.ts';
import { ApiKey, Merchant, Store } from '#db/entities/store.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { activateMerchant, applyAsMerchant, suspendMerchant } from '#db/merchants/merchants.ts';
import { requestMember } from '#db/merchants/pending-changes.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { addOrderNote } from '#db/orders/order-notes.ts';
import type { Em } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { makeId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import type { CheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { seedOrders } from '../seed-orders.ts';
import { addEndpoints } from './endpoint-data.ts';
import { addLinksAndInvoices } from './link-data.ts';

const DAY_MS = 86_400_000;
const OPERATOR: Actor = { kind: 'operator', id: 'bd', email: 'bd@allscale.example' };
const ABOUT = 'Second-hand books and prints, about 300 orders a month, most of them in Europe.';

export type ShownWorld = CheckoutWorld & { databaseUrl: string };

export interface ShownStore {
  paidOrder: string;
  /** Its money came late, so it has a review. */
  lateOrder: string;
  reviewId: string;
  reportId: string;
  eventId: string;
  endpointId: string;
  deliveryId: string;
  requestId: string;
  keyId: string;
  /** A merchant that applied, and one that is suspended. */
  appliedId: string;
  suspendedId: string;
  linkId: string;
  /** A draft. */
  invoiceId: string;
  /** Path of an open invitation. */
  invitation: string;
  /** Path of the link that cancels a waiting change. */
  cancelChange: string;
}

/** @param owner of the world's store */
export const fillShownStore = async (world: ShownWorld, owner: Actor): Promise<ShownStore> => {
  const em = world.orm.em.fork();
  await em.nativeUpdate(Store, world.storeId, { createdAt: new Date(Date.now() - 45 * DAY_MS) });
  await seedTrade(world);
  const store = await em.findOneOrFail(Store, world.storeId, { populate: ['merchant'] });
  const merchantId = store.merchant.id;
  const second = await createMerchantAndStore(world.orm.em, { name: 'Nordlicht Sandbox', email: store.merchant.email });
  await em.nativeUpdate(Store, second.storeId, { isTest: true });

  const paidOrder = await world.intent({ orderId: 'NL-20418', shopperEmail: 'ines.castro@example.com' });
  await world.pay(paidOrder, '25.5');
  await addOrderNote(world.orm.em, world.storeId, paidOrder, { text: 'Asked for a gift box.', actor: owner });
  const late = await lateMoney(world);
  const keyId = await keysAndRequests(world);
  const eventId = await webhooks(world, owner, paidOrder);
  const endpoint = await addEndpoints(world, owner);
  const invited = { merchantId, email: 'rosa.lindqvist@nordlicht.example', role: 'manager' as const, actor: owner };
  await inviteMember(world.orm.em, { ...invited, publicUrl: world.url });
  const waits = { merchantId, email: 'jonas.dahl@nordlicht.example', role: 'owner' as const, actor: owner };
  await requestMember(world.orm.em, { ...waits, publicUrl: world.url, waitMs: 2 * DAY_MS });
  const sold = await addLinksAndInvoices(world, owner);
  const reportId = await reports(world);
  const others = await otherMerchants(world);
  await platform(world);

  const [request] = await em.execute<{ id: string }[]>('select max(id)::text as id from request_log');
  const mailed = async (kind: string, recipient: string | null): Promise<string> => {
    const [mail] = await em.execute<{ link: string }[]>(
      "select data->>'link' as link from email_message where kind = ? and recipient = ?",
      [kind, recipient],
    );
    return new URL(mail?.link ?? '/', world.url).pathname;
  };
  return {
    paidOrder,
    lateOrder: late.id,
    reviewId: late.reviewId,
    reportId,
    eventId,
    keyId,
    ...{ ...others, ...sold, ...endpoint },
    requestId: request?.id ?? '',
    invitation: await mailed('invitation', invited.email),
    cancelChange: await mailed('change_waits', owner.email ?? null),
  };
};

const seedTrade = async ({ databaseUrl, orm, storeId }: ShownWorld): Promise<void> => {
  const key = await orm.em.fork().findOneOrFail(ApiKey, { store: { id: storeId } });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await seedOrders(client, { storeId, apiKeyId: key.id, orders: 420, newest: new Date(), days: 44 });
  } finally {
    await client.end();
  }
};

const lateMoney = async (world: ShownWorld): Promise<{ id: string; reviewId: string }> => {
  const expiresAt = new Date(Date.now() - 7_200_000);
  const id = await world.intent({ orderId: 'NL-20402', expiresAt, status: IntentStatus.TIMEOUT });
  const transferId = await world.transfer(id, {
    amount: '25.0025',
    state: 'confirmed',
    blockTime: new Date(Date.now() - 3_600_000),
  });
  await changeIntent(world.orm.em.fork(), {
    intentId: id,
    actor: 'workflow',
    to: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: [{ kind: 'late', transferId }],
  });
  const [row] = await world.orm.em
    .fork()
    .execute<{ id: string }[]>('select id::text from review_item where intent_id = ?', [id]);
  return { id, reviewId: row?.id ?? '' };
};

/** @returns the id of the first key */
const keysAndRequests = async ({ orm, masterKeys, storeId }: ShownWorld): Promise<string> => {
  const { apiKey } = await createApiKey(orm.em, masterKeys, storeId, { name: 'Web shop' });
  await createApiKey(orm.em, masterKeys, storeId, {
    name: 'Warehouse',
    ipAllowlist: ['203.0.113.0/24', '2001:db8::/48'],
  });
  const paths = [
    '/v1/checkout_intents/',
    '/v1/checkout_intents/6a02b1',
    '/v1/test/ping',
    '/v1/checkout_intents/?limit=50',
  ];
  await insertRequests(
    sqlOf(orm),
    Array.from({ length: 18 }, (_, index) => {
      const failed = index % 5 === 3;
      const posted = index % 4 === 0;
      return {
        requestId: makeId('req', randomBytes(16)),
        ...{
          storeId,
          apiKeyId: apiKey,
          at: new Date(Date.now() - (18 - index) * 61_000),
          method: posted ? 'POST' : 'GET',
        },
        path: paths[index % paths.length] ?? '/',
        httpStatus: failed ? 401 : 200,
        code: failed ? 20003 : 0,
        durationMs: 4 + ((index * 7) % 31),
        clientAddress: '203.0.113.24',
        requestHeaders: {
          'x-timestamp': String(Math.floor(Date.now() / 1000)),
          'x-nonce': 'n-81b2',
          'x-signature': 'v1=…',
        },
        requestBody: posted ? '{"amount_cents":2550,"currency":"USD","order_id":"NL-20418"}' : '',
        responseBody: failed ? '{"code":20003,"message":"Invalid signature"}' : '{"code":0,"payload":{}}',
      };
    }),
  );
  return apiKey;
};

/** Delivered, pending and failed events. @returns the pending one */
const webhooks = async (world: ShownWorld, actor: Actor, paidOrder: string): Promise<string> => {
  const em = world.orm.em.fork();
  await em.nativeUpdate(Store, world.storeId, { webhookUrl: 'https://shop.nordlicht.example/hooks/allscale' });
  const recent = await em.execute<{ id: string }[]>(
    'select id from checkout_intent where store_id = ? and status = 20 and id <> ? order by id desc limit 24',
    [world.storeId, paidOrder],
  );
  for (const [index, { id }] of [{ id: paidOrder }, ...recent].entries()) {
    const state = index === 1 ? 'pending' : index === 4 ? 'failed' : 'delivered';
    const event = `evt_${randomBytes(16).toString('hex')}`;
    await em.execute(
      `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state, created_at, delivered_at, next_attempt_at)
       values (?, ?, ?, ?, 'checkout_intent.confirmed', ?, ?, now() - ? * interval '37 minutes', ?, ?)
       on conflict do nothing`,
      [
        ...[
          event,
          `txn_${randomBytes(16).toString('hex')}`,
          world.storeId,
          id,
          JSON.stringify({ webhook_id: event, checkout_intent_id: id }),
        ],
        ...[
          state,
          index,
          state === 'delivered' ? new Date() : null,
          state === 'pending' ? new Date(Date.now() + 540_000) : null,
        ],
      ],
    );
    for (let attempt = 0; attempt < (state === 'delivered' ? 1 : 3); attempt += 1) {
      await em.execute(
        `insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, response_status, response_excerpt, error, request_headers)
         select id, ?, 'https://shop.nordlicht.example/hooks/allscale', created_at + ? * interval '5 minutes', ?, ?, ?, ?, ?::jsonb
         from webhook_event where id = ?`,
        [
          ...[`attempt-${attempt}`, attempt, 84 + index, state === 'delivered' ? 200 : 503],
          ...[state === 'delivered' ? 'ok' : '<html><title>Maintenance</title></html>'],
          ...[state === 'delivered' ? null : 'the receiver responded with 503'],
          JSON.stringify({ 'content-type': 'application/json', 'x-webhook-id': event, 'x-webhook-signature': 'v1=…' }),
          event,
        ],
      );
    }
  }
  await sendTestEvent(world.orm.em, world.storeId, actor);
  const [tried] = await em.execute<{ id: string }[]>(
    `select e.id from webhook_event e where store_id = ? and state = 'pending'
     and exists (select from webhook_attempt a where a.event_id = e.id) limit 1`,
    [world.storeId],
  );
  return tried?.id ?? '';
};

/** Makes all reports that are due. @returns the newest daily report */
const reports = async ({ orm, masterKeys, url, storeId }: ShownWorld): Promise<string> => {
  const activities = createReportActivities({ em: orm.em, masterKeys, publicUrl: url });
  for (let round = 0; round < 50; round += 1) {
    const due = (await activities.findDueReports('')).due.filter((report) => report.storeId === storeId);
    if (due.length === 0) break;
    for (const report of due) await activities.makeReport(report);
  }
  const [newest] = await orm.em
    .fork()
    .execute<{ id: string }[]>(
      "select id::text from report where kind = 'daily' and store_id = ? order by period desc limit 1",
      [storeId],
    );
  return newest?.id ?? '';
};

const otherMerchants = async ({ orm, url }: ShownWorld): Promise<{ appliedId: string; suspendedId: string }> => {
  const apply = async (name: string, domain: string) =>
    applyAsMerchant(orm.em, await addProvenAccount(orm, { userId: `user-${domain}`, email: `owner@${domain}` }), {
      name,
      website: domain,
      about: ABOUT,
    });
  const act = (merchantId: string, reason: string) => ({ merchantId, reason, actor: OPERATOR, publicUrl: url });
  const { merchantId: appliedId } = await apply('Lantern Books', 'lantern.example');
  const { merchantId: suspendedId } = await apply('Quick Gift Cards', 'giftcards.example');
  await activateMerchant(orm.em, { ...act(suspendedId, 'Register and website checked'), feeBps: 60 });
  await suspendMerchant(orm.em, act(suspendedId, 'Goods were not delivered: five complaints in a week.'));
  const { merchantId } = await apply('Øresund Cykler og Reservedele ApS', 'cykler.example');
  await activateMerchant(orm.em, { ...act(merchantId, 'Known from the fair'), feeBps: 45 });
  await orm.em.fork().nativeUpdate(Merchant, merchantId, { createdAt: new Date(Date.now() - 20 * DAY_MS) });
  return { appliedId, suspendedId };
};

/** Data of the console: a relayer, sent and failed e-mails, a failed settlement. */
const platform = async (world: ShownWorld): Promise<void> => {
  const em = world.orm.em.fork();
  await world.cursor(31338, {
    trouble: 'providers disagree about block 1,000',
    blockTime: new Date(Date.now() - 95_000),
  });
  await relayers(em);
  await em.execute(
    `insert into operator_alert (kind, chain_id, figure, seen_at, began_at, last_true_at)
     values ('relayer_low', 31337, 42, now() - interval '1 hour', now() - interval '59 minutes', now()),
       ('chain_behind', 31338, 95, now() - interval '5 minutes', now() - interval '4 minutes', now())`,
  );
  await em.execute(
    "update email_message set state = 'sent', sent_at = created_at + interval '2 seconds', attempts = 1 where id in (select id from email_message order by created_at limit 30)",
  );
  await em.execute(
    "update email_message set state = 'failed', attempts = 8, last_error = '550 5.1.1 mailbox unavailable' where id in (select id from email_message order by created_at limit 1)",
  );
  await em.execute(
    `update settlement set state = 'failed', net_base_units = null, fee_base_units = null, settled_at = null, tx_hash = null, attempts = 4,
       last_error = 'execution reverted: FeeReceiverRejected' where id = (select max(id) - 1 from settlement)`,
  );
};

/** Two keys of one network: one has little to do, the other's oldest transaction is stuck. A month of gas, with a failed transaction. */
const relayers = async (em: Em): Promise<void> => {
  const [first, second] = [`0x${'7a'.repeat(20)}`, `0x${'3c'.repeat(20)}`];
  for (const [address, nonce, trouble] of [
    [first, 214, null],
    [second, 37, 'gas costs 412 gwei, above the cap of 300 gwei'],
  ]) {
    await em.execute(
      `insert into relayer_account (chain_id, address, next_nonce, lease_owner, lease_until, trouble, updated_at)
       values (31337, ?, ?, 'worker-1', now() + interval '1 day', ?, now()) on conflict do nothing`,
      [address, nonce, trouble],
    );
  }
  await em.execute(
    `insert into relayer_tx (chain_id, relayer, nonce, attempt, raw_tx, tx_hash, max_fee_per_gas, state, created_at, mined_at, gas_used, fee_wei)
     select chain_id, ?, row_number() over (), 1, '0x', tx_hash, 2000000000, 'mined', now(), now(), 120000, 120000 * 1234567891::numeric
     from (select distinct on (tx_hash) chain_id, tx_hash from settlement where state = 'settled' and tx_hash is not null limit 60) as settled`,
    [first],
  );
  for (const [nonce, state, minutes] of [
    [34, 'failed', 300],
    [35, 'sent', 25],
    [36, 'signed', 3],
  ] as const) {
    const mined = state === 'failed';
    await em.execute(
      `insert into relayer_tx (chain_id, relayer, nonce, attempt, raw_tx, tx_hash, max_fee_per_gas, state, created_at, mined_at, gas_used, fee_wei)
       values (31337, ?, ?, 1, '0x', ?, 2000000000, ?, now() - ? * interval '1 minute', ?, ?, ?)`,
      [
        ...[second, nonce, `0x${randomBytes(32).toString('hex')}`, state, minutes],
        ...[mined ? new Date() : null, mined ? 84_000 : null, mined ? '103703702844000' : null],
      ],
    );
  }
};
