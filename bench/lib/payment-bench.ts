// The worker for the benchmarks: the real workflows, activities and dispatcher. One statement writes the watcher's rows for many
// intents.
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pino from 'pino';
import { createIntentActivities } from '#activities/intent.ts';
import { createIntent } from '#db/intents/create-intent.ts';
import { createApiKey, createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import type { IntentId } from '#domain/ids.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { dispatchToTemporal } from '#worker/dispatch-to-temporal.ts';
import { startDispatcher } from '#worker/dispatcher.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { TaskQueue } from '#workflows/messages.ts';
import { eachOf } from './measure.ts';
import { newIntent, RECEIVER } from './new-intent.ts';
import type { BenchStack } from './stack.ts';

export const PHASE_TIMEOUT_MS = 300_000;
const CREATES_IN_FLIGHT = 16;

export interface PaymentBench {
  orm: Orm;
  client: Client;
  connection: NativeConnection;
  /** Creates intents. Returns when every workflow waits for a payment. */
  start(count: number): Promise<IntentId[]>;
  /** Records the payments. Returns when every intent is ON_CHAIN. */
  see(ids: readonly IntentId[]): Promise<void>;
  /** Confirms the payments. Returns when every intent is CONFIRMED and its webhook's workflow has started. */
  confirm(ids: readonly IntentId[]): Promise<void>;
  stop(): Promise<void>;
}

let runtimeInstalled = false;

/** Limits Temporal's log to errors, once in a process. */
export const quietRuntime = (): void => {
  if (!runtimeInstalled) Runtime.install({ logger: new DefaultLogger('ERROR') });
  runtimeInstalled = true;
};

/** Waits until no task runs and all waiting workflows are cached. */
export const untilIdle = async (worker: Worker, cached: number): Promise<void> => {
  await waitFor(
    () => {
      const { numCachedWorkflows, numInFlightWorkflowActivations } = worker.getStatus();
      return numCachedWorkflows === cached && numInFlightWorkflowActivations === 0;
    },
    { what: `${cached} waiting workflows`, timeoutMs: PHASE_TIMEOUT_MS, intervalMs: 5 },
  );
};

export const startPaymentBench = async (stack: BenchStack): Promise<PaymentBench> => {
  quietRuntime();
  const address = await stack.temporal();
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 24 });
  const { em } = orm;
  const grpc = await Connection.connect({ address });
  const connection = await NativeConnection.connect({ address });
  await registerSearchAttributes(grpc, 'default');
  const client = new Client({ connection: grpc, namespace: 'default' });
  const worker = await Worker.create({
    connection,
    taskQueue: TaskQueue.checkout,
    workflowBundle: await cachedBundle(),
    activities: createIntentActivities({ em, screening: createStaticScreening([]) }),
    maxCachedWorkflows: 2_000,
    shutdownGraceTime: 0,
  });
  const running = worker.run();
  const dispatcher = startDispatcher({
    em,
    databaseUrl: stack.databaseUrl,
    logger: pino({ level: 'error' }),
    dispatch: (row) => dispatchToTemporal(client, row),
  });
  const { storeId } = await createMerchantAndStore(em, {
    name: 'Bench',
    email: 'pay@bench.example',
    receiver: RECEIVER,
  });
  const { apiKey } = await createApiKey(em, parseMasterKeys(stack.masterKeys), storeId, { name: 'bench' });

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
  const nudge = () => em.fork().execute("select pg_notify('dispatch_added', '')");

  return {
    orm,
    client,
    connection,
    async start(count) {
      const intents = Array.from({ length: count }, () => newIntent(storeId, apiKey));
      await eachOf(intents, CREATES_IN_FLIGHT, (intent) =>
        createIntent(sqlOf(orm), { apiKeyId: apiKey, nonce: intent.id, expiresAt: intent.expiresAt }, intent, null),
      );
      await nudge();
      await untilIdle(worker, count);
      return intents.map(({ id }) => id);
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
      await untilIdle(worker, ids.length);
    },
    async confirm(ids) {
      const taken = dispatcher.counts.done + 2 * ids.length;
      await em.fork().execute(CONFIRM, [`{${ids.join(',')}}`]);
      await untilCount('CONFIRMED and their webhooks', taken, CONFIRMED_AND_STARTED, ids);
      await untilIdle(worker, 0);
    },
    async stop() {
      await dispatcher.stop();
      worker.shutdown();
      await running;
      await connection.close();
      await grpc.close();
      await orm.close();
    },
  };
};

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

const CONFIRMED_AND_STARTED = `
  select count(*) from checkout_intent i
  join webhook_event e on e.intent_id = i.id
  join dispatch d on d.subject_id = e.id and d.kind = 'start_webhook' and d.done_at is not null
  where i.id = any(?::text[]) and i.status = 20`;
