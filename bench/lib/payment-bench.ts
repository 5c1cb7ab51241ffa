// The workers for the benchmarks: the real workflows, activities and dispatcher, a shop that takes webhooks, and a mailbox. One
// statement writes the watcher's rows for many intents.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pino from 'pino';
import { createEmailActivities } from '#activities/email.ts';
import { createMailboxTransport } from '#activities/email-mailbox.ts';
import { createIntentActivities } from '#activities/intent.ts';
import { createWebhookActivities } from '#activities/webhook.ts';
import { createIntent } from '#db/intents/create-intent.ts';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Em, type Orm, openOrm } from '#db/orm.ts';
import { inTransaction } from '#db/pool.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import type { EmailKind } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Units } from '#domain/money.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { dispatchToTemporal } from '#worker/dispatch-to-temporal.ts';
import { startDispatcher } from '#worker/dispatcher.ts';
import { loadEmailTemplates } from '#worker/email-templates.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { TaskQueue } from '#workflows/messages.ts';
import { eachOf } from './measure.ts';
import { newIntent, PRICE_UNITS, RECEIVER } from './new-intent.ts';
import type { BenchStack } from './stack.ts';

export const PHASE_TIMEOUT_MS = 1_800_000;
const CREATES_IN_FLIGHT = 16;
/** One store has all orders here. */
const WEBHOOKS_IN_FLIGHT = 200;

export interface PaymentBench {
  orm: Orm;
  client: Client;
  connection: NativeConnection;
  /** Of each order. */
  price: Units;
  /** Creates intents that are carried as one workflow, or in another shape, and tells the dispatcher. */
  create(count: number, change?: Partial<NewIntent>, shape?: Shape): Promise<IntentId[]>;
  /** Returns when the dispatcher has taken all rows, no task runs and so many workflows wait. */
  untilWaiting(count: number): Promise<void>;
  /** Creates intents of a shape. Returns when every workflow waits for a payment and the shop's e-mails are handed over. */
  start(count: number, shape: Shape): Promise<IntentId[]>;
  /** Records the payments. Returns when every intent is ON_CHAIN. */
  see(ids: readonly IntentId[]): Promise<void>;
  /** Confirms the payments. Returns when every intent is CONFIRMED, its webhook delivered and its e-mails handed over. */
  confirm(ids: readonly IntentId[]): Promise<void>;
  stop(): Promise<void>;
}

/** `parts`: as releases before decision 0068 create orders, with a workflow for each delivery. */
export type Shape = 'one' | 'parts';

let runtimeInstalled = false;

/** Limits Temporal's log to errors, once in a process. */
export const quietRuntime = (): void => {
  if (!runtimeInstalled) Runtime.install({ logger: new DefaultLogger('ERROR') });
  runtimeInstalled = true;
};

/** Waits until no task runs and all waiting workflows are cached. */
export const untilIdle = async (workers: readonly Worker[], cached: number): Promise<void> => {
  await waitFor(
    () => {
      const statuses = workers.map((worker) => worker.getStatus());
      const waiting = statuses.reduce((sum, { numCachedWorkflows }) => sum + numCachedWorkflows, 0);
      return waiting === cached && statuses.every(({ numInFlightWorkflowActivations: busy }) => busy === 0);
    },
    { what: `${cached} waiting workflows`, timeoutMs: PHASE_TIMEOUT_MS, intervalMs: 5 },
  );
};

export interface PaymentBenchOptions {
  /** Of the store. */
  name?: string;
  /** Told of each webhook: its body, and when its first byte came (`performance.now()`). */
  onWebhook?: (body: string, at: number) => void;
  maxCachedWorkflows?: number;
  /** Whether the store is told by e-mail. */
  emails?: boolean;
}

export const startPaymentBench = async (
  stack: BenchStack,
  { name = 'Bench', onWebhook = () => {}, maxCachedWorkflows = 2_000, emails = true }: PaymentBenchOptions = {},
): Promise<PaymentBench> => {
  quietRuntime();
  const address = await stack.temporal();
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 24 });
  const { em } = orm;
  const grpc = await Connection.connect({ address });
  const connection = await NativeConnection.connect({ address });
  await registerSearchAttributes(grpc, 'default');
  const client = new Client({ connection: grpc, namespace: 'default' });
  const shop = createServer(async (request, response) => {
    const at = performance.now();
    onWebhook(await text(request), at);
    response.end('ok');
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const masterKeys = parseMasterKeys(stack.masterKeys);
  const workers = await startWorkers(connection, em, masterKeys, maxCachedWorkflows);
  const running = workers.map((worker) => worker.run());
  const dispatcher = startDispatcher({
    em,
    databaseUrl: stack.databaseUrl,
    logger: pino({ level: 'error' }),
    dispatch: (row) => dispatchToTemporal(client, row),
  });
  const { storeId } = await createMerchantAndStore(em, {
    name,
    email: 'pay@bench.example',
    receiver: RECEIVER,
  });
  const { apiKey } = await createApiKey(em, masterKeys, storeId, { name: 'bench' });
  await em.execute('update store set webhook_url = ?, notification_emails = ?::text[] where id = ?', [
    `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`,
    emails ? '{pay@bench.example}' : '{}',
    storeId,
  ]);
  const waiting = (count: number): Promise<void> => untilIdle(workers, Math.min(count, maxCachedWorkflows));

  /** Queries the database only when Temporal has taken the rows, because polling would be a large part of the measured work. */
  const untilCount = async (what: string, taken: number, query: string, ids: readonly string[]): Promise<void> => {
    const options = { what, timeoutMs: PHASE_TIMEOUT_MS };
    await waitFor(() => dispatcher.counts.done >= taken, { ...options, intervalMs: 5 });
    await waitFor(
      async () => {
        const [row] = await em.fork().execute<{ count: string }[]>(query, [`{${ids.join(',')}}`]);
        return Number(row?.count) === ids.length;
      },
      { ...options, intervalMs: 100 },
    );
  };
  const create: PaymentBench['create'] = async (count, change = {}, shape = 'one') => {
    const intents = Array.from({ length: count }, () => ({ ...newIntent(storeId, apiKey), ...change }));
    await eachOf(intents, CREATES_IN_FLIGHT, (intent) =>
      inTransaction(em.fork(), async (sql) => {
        const nonce = { apiKeyId: apiKey, nonce: intent.id, expiresAt: intent.expiresAt };
        await createIntent(sql, nonce, intent, null);
        await sql.query({ name: 'bench-shape', text: SET_SHAPE, values: [intent.id, shape === 'one'] });
      }),
    );
    await em.fork().execute("select pg_notify('dispatch_added', '')");
    return intents.map(({ id }) => id);
  };

  return {
    orm,
    client,
    connection,
    price: PRICE_UNITS,
    create,
    async untilWaiting(count) {
      await waitFor(() => dispatcher.counts.done >= count, { what: 'the dispatcher', timeoutMs: PHASE_TIMEOUT_MS });
      await waiting(count);
    },
    async start(count, shape) {
      const taken = dispatcher.counts.done + count;
      const ids = await create(count, {}, shape);
      await untilCount('the e-mails about new orders', taken, SENT('order_created'), ids);
      await waiting(count);
      return ids;
    },
    async see(ids) {
      const taken = dispatcher.counts.done + ids.length;
      await em.fork().execute(SEE, [`{${ids.join(',')}}`]);
      await untilCount(
        'ON_CHAIN',
        taken,
        'select count(*) from checkout_intent where id = any(?::text[]) and status = 10',
        ids,
      );
      await waiting(ids.length);
    },
    async confirm(ids) {
      const taken = dispatcher.counts.done + ids.length;
      await em.fork().execute(CONFIRM, [`{${ids.join(',')}}`]);
      await untilCount('CONFIRMED and their webhooks', taken, CONFIRMED_AND_DELIVERED, ids);
      await untilCount('the e-mails about payments', taken, SENT('order_paid'), ids);
      await untilIdle(workers, 0);
    },
    async stop() {
      await dispatcher.stop();
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
      await grpc.close();
      await orm.close();
      shop.closeAllConnections();
      await new Promise((resolve) => shop.close(resolve));
    },
  };
};

const startWorkers = async (
  connection: NativeConnection,
  em: Em,
  masterKeys: MasterKeys,
  maxCachedWorkflows: number,
): Promise<Worker[]> => {
  const shared = {
    connection,
    workflowBundle: await cachedBundle(),
    maxCachedWorkflows,
    shutdownGraceTime: 0,
  };
  const intents = createIntentActivities({ em, screening: createStaticScreening([]) });
  const activities = {
    [TaskQueue.orders]: intents,
    [TaskQueue.checkout]: intents,
    [TaskQueue.webhooks]: createWebhookActivities({
      em,
      masterKeys,
      allowedRanges: ['127.0.0.0/8'],
      requireHttps: false,
      maxInFlightPerStore: WEBHOOKS_IN_FLIGHT,
      maxInFlightPerEndpoint: WEBHOOKS_IN_FLIGHT,
    }),
    [TaskQueue.emails]: createEmailActivities({
      em,
      transport: createMailboxTransport(em),
      renderEmail: await loadEmailTemplates(false),
      from: 'no-reply@bench.example',
      publicUrl: 'https://bench.example',
    }),
  };
  return await Promise.all(
    Object.entries(activities).map(([taskQueue, queueActivities]) =>
      Worker.create({ ...shared, taskQueue, activities: { ...queueActivities } }),
    ),
  );
};

/** In the transaction that creates the order, for both shapes alike. */
const SET_SHAPE = 'update checkout_intent set one_workflow = $2 where id = $1';

/** Transfers of the full price in one block, with their signals, as db/watching/watch-ledger.ts writes them. */
const SEE = `
  with transfer as (
    insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
      to_address, amount_base_units, amount_units, intent_id, state)
    select 31337, 1, '0x01', now(), '0x' || id, 0, factory, 1, receiver, deposit_address, amount_units / 1000000000000,
      amount_units, id, 'seen'
    from checkout_intent where id = any(?::text[])
    returning id, intent_id),
  queued as (
    insert into dispatch (kind, subject_id, dedupe_key, data)
    select 'signal_intent', intent_id, 'seen:' || id, json_build_object('signal', 'transferSeen', 'transferId', id::text)
    from transfer)
  select pg_notify('dispatch_added', '')`;

const CONFIRM = `
  with transfer as (
    update token_transfer set state = 'confirmed' where intent_id = any(?::text[]) returning id, intent_id),
  queued as (
    insert into dispatch (kind, subject_id, dedupe_key, data)
    select 'signal_intent', intent_id, 'confirmed:' || id,
      json_build_object('signal', 'transferConfirmed', 'transferId', id::text)
    from transfer)
  select pg_notify('dispatch_added', '')`;

const CONFIRMED_AND_DELIVERED = `
  select count(*) from checkout_intent i join webhook_event e on e.intent_id = i.id
  where i.id = any(?::text[]) and i.status = 20 and e.state = 'delivered'`;

const SENT = (kind: EmailKind): string => `
  select count(*) from email_message where intent_id = any(?::text[]) and kind = '${kind}' and state = 'sent'`;
