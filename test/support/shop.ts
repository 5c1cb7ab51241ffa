// A merchant's shop on a running system: a store, its webhook receiver, and the actions of a shop.
import pg from 'pg';
import { expect } from 'vitest';
import type { Address } from '#domain/address.ts';
import { withDatabase } from '#scripts/admin/context.ts';
import { type DemoPayment, payIntent } from '#scripts/admin/demo-payment.ts';
import { findIntent, type IntentReport, intentReport } from '#scripts/admin/intent-report.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import type { RunningSystem } from './running-system.ts';
import { type Credentials, signedRequest, startWebhookReceiver, type WebhookReceiver } from './signed-client.ts';

export interface CreatedIntent {
  checkout_url: string;
  allscale_checkout_intent_id: string;
  amount_coins: string;
  stable_coin_type: number;
  rate: string | null;
}

export interface Shop {
  storeId: string;
  credentials: Credentials;
  receiver: WebhookReceiver;
  create(body: Record<string, unknown>, idempotencyKey?: string): Promise<CreatedIntent>;
  status(intentId: string): Promise<number>;
  /** Waits for a status. Fails with the present one after the time-out. */
  awaitStatus(intentId: string, status: number, timeoutMs?: number): Promise<void>;
  /** Sends real tokens from the development wallet. @returns the transaction's hash */
  pay(intentId: string, payment?: DemoPayment): Promise<string>;
  /** As `intent show` prints it; without a process of the command, whose start takes a second of a processor. */
  report(intentId: string): Promise<IntentReport>;
  /** Waits until the intent is confirmed, its webhook delivered and its money paid out; then checks that each happened once. */
  expectPaidOnce(intentId: string, timeoutMs?: number): Promise<IntentReport>;
}

/** Anvil's account 6, which nothing else uses: all its money belongs to this shop. */
export const SHOP_RECEIVER: Address = '0x976EA74026E726554dB657fA54763abd0C3a0aa9';

/** Reads the database directly, because an operator command starts a process each time. */
const isSettledAndDelivered = async (databaseUrl: string, intentId: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => {}); // Postgres may be the part that is killed.
  await client.connect();
  try {
    const { rows } = await client.query<{ done: boolean | null }>(
      `select (select bool_and(state = 'settled') from settlement where intent_id = $1)
         and (select bool_and(state = 'delivered') from webhook_event where intent_id = $1) as done`,
      [intentId],
    );
    return rows[0]?.done === true;
  } finally {
    await client.end();
  }
};

export const openShop = async (system: RunningSystem, name: string, ...settings: readonly string[]): Promise<Shop> => {
  const receiver = await startWebhookReceiver();
  const { store_id, ...credentials } = await system.admin<Credentials & { store_id: string }>(
    ...['store', 'create', '--name', name, '--email', `${name.toLowerCase().replace(/\W+/g, '-')}@example.com`],
    ...['--receiver', SHOP_RECEIVER, '--webhook-url', receiver.url, ...settings],
  );
  receiver.credentials = credentials;

  const ok = async <T>(method: 'GET' | 'POST', target: string, body?: unknown, key?: string): Promise<T> => {
    const response = await signedRequest<T>(system.addresses.web, credentials, method, target, body, key);
    if (response.code !== 0) throw new Error(`${method} ${target}: ${JSON.stringify(response)}`);
    return response.payload;
  };
  const shop: Shop = {
    storeId: store_id,
    credentials,
    receiver,
    create: async (body, key) => await ok('POST', '/v1/checkout_intents/', body, key),
    status: async (intentId) => await ok('GET', `/v1/checkout_intents/${intentId}/status`),
    async awaitStatus(intentId, status, timeoutMs = 60_000) {
      let last: number | undefined;
      await waitFor(
        async () => {
          last = await shop.status(intentId);
          return last === status;
        },
        { what: `status ${status} of intent ${intentId}`, timeoutMs, intervalMs: 200 },
      ).catch((error: Error) => {
        throw new Error(`${error.message}; it is ${last}`, { cause: error });
      });
    },
    async pay(intentId, payment = {}) {
      return (await withDatabase(system.env, (em) => payIntent(em, system.env, intentId, payment))).txHash;
    },
    report: (intentId) =>
      withDatabase(system.env, async (em) => await intentReport(em, await findIntent(em, intentId))),
    async expectPaidOnce(intentId, timeoutMs = 120_000) {
      await shop.awaitStatus(intentId, 20, timeoutMs);
      const isAbout = (webhook: { body: Record<string, unknown> }): boolean =>
        webhook.body.all_scale_checkout_intent_id === intentId;
      await waitFor(() => receiver.received.some(isAbout), { what: `the webhook of ${intentId}`, timeoutMs });
      await waitFor(() => isSettledAndDelivered(String(system.env.DATABASE_URL), intentId), {
        what: `the settlement of ${intentId}`,
        timeoutMs,
        intervalMs: 200,
      });
      const report = await shop.report(intentId);
      const webhooks = receiver.received.filter(isAbout);
      expect(webhooks.every(({ isSignatureRight }) => isSignatureRight)).toBe(true);
      expect(new Set(webhooks.map(({ webhookId }) => webhookId)).size).toBe(1);
      expect(report.webhooks).toHaveLength(1);
      expect(report.settlements).toHaveLength(1);
      expect(report.timeline.filter(({ status_to }) => status_to === 20)).toHaveLength(1);
      return report;
    },
  };
  return shop;
};
