// The drill of docs/runbook.md, "Backup and restore": a system with orders in flight is backed up, runs on, and is restored to a moment
// in between, beside itself. Then its database meets a Temporal that is newer, older or empty, and a chain, a shop and mailboxes that
// forget nothing (decision 0094).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { IntentStatus } from '#domain/status.ts';
import { type Progress, step } from '../lib/progress.ts';
import type { Running } from '../lib/stack/child.ts';
import { waitFor } from '../lib/wait-for.ts';
import { archiveNow, restoreBeside, takeBaseBackup, withClient } from './backup.ts';
import {
  type DrillOrder,
  type DrillShop,
  differencesOfBooks,
  openDrillShop,
  readOrders,
  readPayouts,
} from './orders.ts';
import { copyHistories, type DrillWorld, startDrillTemporal, startDrillWorker, startDrillWorld } from './world.ts';

/** The Temporal that the restored database meets: the one that ran on, a copy as old as the backup, or an empty one. */
export const MEETINGS = ['newer', 'older', 'lost'] as const;
export type Meeting = (typeof MEETINGS)[number];

const REST_MS = 900_000;
/** The checkout that ends in the lost time. */
const SHORT_MINUTES = 1;

export interface DrillOptions {
  /** A new folder for everything. */
  folder: string;
  /** Orders in each of the four groups. */
  orders: number;
  meetings: readonly Meeting[];
  say: Progress;
}

export interface MeetingFigures {
  temporal: Meeting;
  /** From the copy of the backup until the server takes writes. */
  restore_seconds: number;
  /** From the same moment until every order is where it must be, the start of a worker included. */
  rest_seconds: number;
  /** Orders that the backup did not have, and how many of them came back. */
  forgotten: number;
  came_back: number;
  /** Webhooks and e-mails that were sent again. */
  webhooks_again: number;
  mails_again: number;
  differences: string[];
}

export interface DrillFigures {
  ok: boolean;
  orders: number;
  payments: number;
  backup_seconds: number;
  meetings: MeetingFigures[];
}

const OPEN: readonly number[] = [IntentStatus.CREATED, IntentStatus.PAYING, IntentStatus.TEMP_WALLET_RECEIVED];

const secondsSince = (started: number): number => Math.round((performance.now() - started) / 100) / 10;

/** What is not as it must be; empty: at rest. @param missing orders that the database need not have */
const wrongIn = async (
  databaseUrl: string,
  orders: readonly DrillOrder[],
  missing: ReadonlySet<string>,
): Promise<string[]> => {
  const known = await readOrders(
    databaseUrl,
    orders.map(({ id }) => id),
  );
  return orders.flatMap(({ id, coins, paid, expires }) => {
    const order = known.get(id);
    const name = `order ${coins} (${id})`;
    if (!order) return missing.has(id) ? [] : [`${name} is unknown`];
    const { status, settlements, settled, waiting, confirmations } = order;
    if (waiting > 0) return [`${name} has ${waiting} deliveries that wait`];
    if (expires) return status === IntentStatus.TIMEOUT ? [] : [`${name} has status ${status}, not TIMEOUT`];
    if (!paid) return OPEN.includes(status) ? [] : [`${name} has status ${status}, and nobody paid it`];
    const once = status === IntentStatus.CONFIRMED && settlements === 1 && settled === 1 && confirmations === 1;
    return once
      ? []
      : [`${name}: status ${status}, ${confirmations} confirmations, ${settled} of ${settlements} settlements`];
  });
};

const untilRest = async (
  databaseUrl: string,
  orders: readonly DrillOrder[],
  missing: ReadonlySet<string> = new Set(),
): Promise<void> => {
  let wrong: string[] = [];
  await waitFor(
    async () => {
      wrong = await wrongIn(databaseUrl, orders, missing);
      return wrong.length === 0 && (await isRejoined(databaseUrl));
    },
    { what: 'the orders at rest', timeoutMs: REST_MS, intervalMs: 500 },
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${wrong.slice(0, 5).join('; ')}`, { cause: error });
  });
};

const isRejoined = async (databaseUrl: string): Promise<boolean> =>
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ is: boolean }>(
      'select count(*) > 0 and bool_and(rejoined_at is not null) as is from database_life',
    );
    return rows[0]?.is === true;
  });

/** Webhooks: one id for each order's payment, one text for each id. */
const wrongInWebhooks = ({ shop }: DrillWorld): string[] => {
  const bodies = Map.groupBy(shop.received, ({ headers }) => String(headers['x-webhook-id']));
  const ids = Map.groupBy(
    shop.received,
    ({ body }) => (JSON.parse(body) as { all_scale_checkout_intent_id: string }).all_scale_checkout_intent_id,
  );
  return [
    ...[...bodies]
      .filter(([, sent]) => new Set(sent.map(({ body }) => body)).size > 1)
      .map(([id]) => `webhook ${id} had two texts`),
    ...[...ids]
      .filter(([, sent]) => new Set(sent.map(({ headers }) => headers['x-webhook-id'])).size > 1)
      .map(([id]) => `the webhook of ${id} had two ids`),
  ];
};

/** Orders that were at rest before the backup: nobody may be told of them again. */
const toldAgain = (
  world: DrillWorld,
  settled: readonly DrillOrder[],
  from: { hooks: number; mails: number },
): string[] =>
  settled.flatMap(({ id, coins }) => {
    const hook = world.shop.received.slice(from.hooks).some(({ body }) => body.includes(id));
    const word = new RegExp(`drill-${coins}\\b`);
    const mail = world.mail.taken.slice(from.mails).some(({ text }) => word.test(text));
    return [
      ...(hook ? [`order ${coins}: its webhook came again`] : []),
      ...(mail ? [`order ${coins}: mailed again`] : []),
    ];
  });

const wrongOnChain = async ({ chain }: DrillWorld, { orders }: DrillShop): Promise<string[]> => {
  const payouts = await readPayouts(chain.rpcUrl);
  return orders
    .map(({ contractId, coins, paid }) => ({ coins, paid, times: payouts.get(contractId) ?? 0 }))
    .filter(({ paid, times }) => times !== (paid ? 1 : 0))
    .map(({ coins, times }) => `order ${coins} was paid out ${times} times`);
};

/** What the drill knows before it restores. */
interface Prepared {
  world: DrillWorld;
  shop: DrillShop;
  folder: string;
  backup: string;
  /** The moment to restore to. */
  target: string;
  /** At rest before the backup. */
  settled: readonly DrillOrder[];
  /** Created after that moment. */
  forgotten: readonly DrillOrder[];
  backupSeconds: number;
}

/** What runs, the last one last. */
type Stack = Running[];

const start = async <T extends Running>(running: Stack, one: Promise<T>): Promise<T> => {
  const started = await one;
  running.push(started);
  return started;
};

/** A system with orders at rest, waiting and in flight; a backup of it; and a time after that. */
const prepare = async (
  { folder, orders: size, meetings, say }: DrillOptions,
  world: DrillWorld,
  running: Stack,
): Promise<Prepared> => {
  const { dataDir, postgres, temporal } = world;
  const shop = await openDrillShop(world);
  const on = { dataDir, databaseUrl: postgres.applicationUrl, temporalAddress: temporal.address };
  await step(say, 'starting a worker', async () => await start(running, startDrillWorker(world, on)));

  const settled = await shop.create(size);
  await shop.pay(settled);
  await step(say, `${size} orders until they are at rest`, async () => await untilRest(on.databaseUrl, shop.orders));
  const waiting = await shop.create(size);
  await shop.create(1, { minutes: SHORT_MINUTES, expires: true });

  const backup = join(folder, 'backup');
  const backedUp = performance.now();
  await step(say, 'base backup', async () => {
    if (meetings.includes('older')) copyHistories(folder, temporal, 'temporal-older');
    await takeBaseBackup(postgres.ownerUrl, dataDir, backup);
  });
  const backupSeconds = secondsSince(backedUp);

  const inFlight = await shop.create(size);
  await shop.pay(inFlight);
  const target = await step(
    say,
    `${size} orders in flight`,
    async () => await momentInFlight(on.databaseUrl, inFlight),
  );

  const created = await shop.create(size);
  const unpaid = await shop.create(1);
  await shop.pay([...waiting, ...created]);
  await step(say, 'the time that will be lost', async () => {
    await untilRest(on.databaseUrl, shop.orders);
    await archiveNow(postgres.ownerUrl);
  });
  return { world, shop, folder, backup, target, settled, forgotten: [...created, ...unpaid], backupSeconds };
};

/** Restores beside what runs, ends the worker that runs, and lets another one bring the two together. */
const meet = async (prepared: Prepared, meeting: Meeting, running: Stack, say: Progress): Promise<MeetingFigures> => {
  const { world, shop, folder, backup, target, settled, forgotten } = prepared;
  const from = { hooks: world.shop.received.length, mails: world.mail.taken.length };
  const ids = forgotten.map(({ id }) => id);
  const started = performance.now();
  const dataDir = join(folder, `restored-${meeting}`);
  mkdirSync(dataDir, { recursive: true });
  const restored = await step(say, `restoring beside it, for a Temporal that is ${meeting}`, async () =>
    start(running, restoreBeside({ backup, from: world.dataDir, dataDir, until: target })),
  );
  const restoreSeconds = secondsSince(started);
  await killWorker(running);
  const temporal =
    meeting === 'newer' ? world.temporal : await start(running, startDrillTemporal(folder, `temporal-${meeting}`));
  const databaseUrl = restored.applicationUrl;
  await start(running, startDrillWorker(world, { dataDir, databaseUrl, temporalAddress: temporal.address }));
  const late: string[] = [];
  await step(say, 'until it is at rest', async () =>
    untilRest(databaseUrl, shop.orders, new Set(meeting === 'newer' ? [] : ids)).catch((error: Error) => {
      late.push(error.message);
    }),
  );
  return {
    temporal: meeting,
    restore_seconds: restoreSeconds,
    rest_seconds: secondsSince(started),
    forgotten: forgotten.length,
    came_back: (await readOrders(databaseUrl, ids)).size,
    webhooks_again: world.shop.received.length - from.hooks,
    mails_again: world.mail.taken.length - from.mails,
    differences: [
      ...late,
      ...(await differencesOfBooks(databaseUrl, world.chain.rpcUrl)),
      ...(await wrongOnChain(world, shop)),
      ...wrongInWebhooks(world),
      ...toldAgain(world, settled, from),
    ],
  };
};

/** Only one system may act: the one that ran is gone, as by a fault. */
const killWorker = async (running: Stack): Promise<void> => {
  const worker = running.findLast(({ name }) => name === 'worker');
  if (!worker) return;
  process.kill(worker.pid, 'SIGKILL');
  await worker.exited;
  running.splice(running.indexOf(worker), 1);
};

export const runDrill = async (options: DrillOptions): Promise<DrillFigures> => {
  const { folder, meetings, say } = options;
  const world = await step(say, 'starting Postgres, Temporal and a chain', async () => await startDrillWorld(folder));
  const running: Stack = [world.postgres, world.temporal];
  try {
    const prepared = await prepare(options, world, running);
    const figures: MeetingFigures[] = [];
    for (const meeting of meetings) figures.push(await meet(prepared, meeting, running, say));
    const { orders } = prepared.shop;
    return {
      ok: figures.every(({ differences }) => differences.length === 0),
      orders: orders.length,
      payments: orders.filter(({ paid }) => paid).length,
      backup_seconds: prepared.backupSeconds,
      meetings: figures,
    };
  } finally {
    for (const one of running.toReversed()) await one.stop();
    await world.stop();
  }
};

/** All of them are seen, and none is confirmed. @returns this moment, as Postgres writes it */
const momentInFlight = async (databaseUrl: string, orders: readonly DrillOrder[]): Promise<string> =>
  await withClient(
    databaseUrl,
    async (client) =>
      await waitFor(
        async () => {
          const { rows } = await client.query<{ at: string; seen: number }>(
            `select clock_timestamp()::text as at, (select count(*)::int from checkout_intent where id = any($1) and status >= 10) as seen`,
            [orders.map(({ id }) => id)],
          );
          return rows[0]?.seen === orders.length && rows[0].at;
        },
        { what: 'the payments in flight', timeoutMs: REST_MS, intervalMs: 50 },
      ),
  );
