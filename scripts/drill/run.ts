// The drill of docs/runbook.md, "Backup and restore": a system with orders in flight is backed up, runs on, and is restored to a moment
// in between, beside itself. Then its database meets a Temporal that is newer, older or empty, and a chain, a shop and mailboxes that
// forget nothing (decision 0094).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { whileHeld } from '#chain/local/hold-mining.ts';
import { localCall } from '#chain/local/local-transfer.ts';
import { IntentStatus } from '#domain/status.ts';
import { differencesOfBooks } from '../lib/books-agree.ts';
import { type Progress, step } from '../lib/progress.ts';
import type { Running } from '../lib/stack/child.ts';
import { waitFor } from '../lib/wait-for.ts';
import { archiveNow, type BackupMethod, restoreBeside, takeBaseBackup, withClient } from './backup.ts';
import { CONFIRMATIONS, type DrillOrder, type DrillShop, openDrillShop, readOrders, readPayouts } from './orders.ts';
import { askRefunds, countWalletRefunds, type RefundedOrders, sendRefunds, wrongInRefunds } from './refunds.ts';
import { startTemporalOn } from './temporal-server.ts';
import {
  CHAIN,
  copyHistories,
  type DrillWorld,
  startDrillTemporal,
  startDrillWorker,
  startDrillWorld,
} from './world.ts';

/**
 * The Temporal that the restored database meets: the one that ran on, a copy as old as the backup, or an empty one; of Temporal's real server,
 * whose histories are in the same Postgres, the one that ran on, or one that was restored with it to the same moment.
 */
export const MEETINGS = { development: ['newer', 'older', 'lost'], server: ['newer', 'same'] } as const;
export type Meeting = (typeof MEETINGS)[keyof typeof MEETINGS][number];

const REST_MS = 900_000;
/** Of the refunds, those that the merchant's wallet pays. */
const WALLET_REFUNDS = 3;
/** The checkout that ends in the lost time. */
const SHORT_MINUTES = 1;

export interface DrillOptions {
  /** A new folder for everything. */
  folder: string;
  /** Orders in each of the four groups. */
  orders: number;
  meetings: readonly Meeting[];
  /** Temporal's real server on the same Postgres, in place of the development server with its file. */
  server?: boolean;
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
  /** Sent after the moment; all but one were asked for before the backup. */
  refunds: number;
  backup_seconds: number;
  backup_by: BackupMethod;
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
  return orders.flatMap(({ id, coins, paid, expires, isReturned }) => {
    const order = known.get(id);
    const name = `order ${coins} (${id})`;
    if (!order) return missing.has(id) ? [] : [`${name} is unknown`];
    const { status, settlements, settled, waiting, confirmations } = order;
    if (waiting > 0) return [`${name} has ${waiting} deliveries that wait`];
    if (isReturned) return [];
    if (expires) return status === IntentStatus.TIMEOUT ? [] : [`${name} has status ${status}, not TIMEOUT`];
    if (!paid) return OPEN.includes(status) ? [] : [`${name} has status ${status}, and nobody paid it`];
    const once = status === IntentStatus.CONFIRMED && settlements === 1 && settled === 1 && confirmations === 1;
    return once
      ? []
      : [`${name}: status ${status}, ${confirmations} confirmations, ${settled} of ${settlements} settlements`];
  });
};

/** @param wrongRefunds what is not as it must be of the refunds; asked when all else is at rest */
const untilRest = async (
  databaseUrl: string,
  orders: readonly DrillOrder[],
  { missing = new Set(), wrongRefunds }: { missing?: ReadonlySet<string>; wrongRefunds?: () => Promise<string[]> } = {},
): Promise<void> => {
  let wrong: string[] = [];
  await waitFor(
    async () => {
      wrong = await wrongIn(databaseUrl, orders, missing);
      if (wrong.length === 0 && wrongRefunds) wrong = await wrongRefunds();
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

const wrongOnChain = async (world: DrillWorld, { orders }: DrillShop): Promise<string[]> => {
  const payouts = await readPayouts(world.chain.rpcUrl);
  const refunds = await countWalletRefunds(world);
  const wrong = refunds === WALLET_REFUNDS ? [] : [`${refunds} refunds left the wallet, not ${WALLET_REFUNDS}`];
  const orderly = orders
    .map(({ contractId, coins, paid }) => ({ coins, paid, times: payouts.get(contractId) ?? 0 }))
    .filter(({ paid, times }) => times !== (paid ? 1 : 0))
    .map(({ coins, times }) => `order ${coins} was paid out ${times} times`);
  return [...wrong, ...orderly];
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
  /** Sent after that moment. */
  refunded: RefundedOrders;
  /** Created after that moment. */
  forgotten: readonly DrillOrder[];
  backupSeconds: number;
  backupBy: BackupMethod;
}

/** What runs, the last one last. */
type Part = Pick<Running, 'name' | 'stop'> & Partial<Pick<Running, 'pid' | 'exited'>>;
type Stack = Part[];

const start = async <T extends Part>(running: Stack, one: Promise<T>): Promise<T> => {
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
  const { dataDir, postgres, temporal, developmentServer } = world;
  const shop = await openDrillShop(world);
  const on = { dataDir, databaseUrl: postgres.applicationUrl, temporal };
  await step(say, 'starting a worker', async () => await start(running, startDrillWorker(world, on)));

  const settled = await shop.create(size);
  const [prepared, requested, unasked, released, unknown] = (await shop.create(5)) as [
    ...[DrillOrder, DrillOrder, DrillOrder, DrillOrder, DrillOrder],
  ];
  const refunded: RefundedOrders = { prepared, requested, unasked, released, forgotten: unknown };
  await shop.pay([...settled, prepared, requested, unasked]);
  await shop.payWrongCoin(released);
  await shop.payWrongCoin(unknown);
  await step(say, `${size} orders until they are at rest`, async () => await untilRest(on.databaseUrl, shop.orders));
  const waiting = await shop.create(size);
  await shop.create(1, { minutes: SHORT_MINUTES, expires: true });
  const asked = await step(say, 'asking for refunds', async () => await askRefunds(world, shop, refunded));

  const backup = join(folder, 'backup');
  const backedUp = performance.now();
  const backupBy = await step(say, 'base backup', async () => {
    if (developmentServer && meetings.includes('older')) copyHistories(folder, developmentServer, 'temporal-older');
    return await takeBaseBackup(postgres.ownerUrl, dataDir, backup);
  });
  const backupSeconds = secondsSince(backedUp);

  const [settling] = (await shop.create(1)) as [DrillOrder];
  const inFlight = await shop.create(size);
  const target = await step(
    say,
    `${size} orders and a settlement in flight`,
    async () => await momentInFlight(world, shop, settling, inFlight),
  );

  const created = await shop.create(size);
  const unpaid = await shop.create(1);
  await shop.pay([...waiting, ...created]);
  await step(say, 'the time that will be lost', async () => {
    await sendRefunds(world, shop, asked);
    const wrongRefunds = async () => await wrongInRefunds(on.databaseUrl, world, shop, refunded);
    await untilRest(on.databaseUrl, shop.orders, { wrongRefunds });
    await archiveNow(postgres.ownerUrl);
  });
  const forgotten = [...created, ...unpaid];
  return { world, shop, folder, backup, target, settled, refunded, forgotten, backupSeconds, backupBy };
};

/** Restores beside what runs, ends the worker that runs, and lets another one bring the two together. */
const meet = async (prepared: Prepared, meeting: Meeting, running: Stack, say: Progress): Promise<MeetingFigures> => {
  const { world, shop, folder, backup, target, settled, refunded, forgotten } = prepared;
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
  // It would be found by the restored one, whose table of servers is a copy of its own.
  if (meeting === 'same') await world.temporal.stop();
  const temporal = {
    newer: async () => world.temporal,
    older: () => start(running, startDrillTemporal(folder, 'temporal-older')),
    lost: () => start(running, startDrillTemporal(folder, 'temporal-lost')),
    same: () => start(running, startTemporalOn(restored, dataDir)),
  };
  const databaseUrl = restored.applicationUrl;
  await start(running, startDrillWorker(world, { dataDir, databaseUrl, temporal: await temporal[meeting]() }));
  const late: string[] = [];
  await step(say, 'until it is at rest', async () =>
    untilRest(databaseUrl, shop.orders, {
      missing: new Set(meeting === 'newer' ? [] : ids),
      wrongRefunds: async () => await wrongInRefunds(databaseUrl, world, shop, refunded),
    }).catch((error: Error) => {
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
      ...(await differencesOfBooks(databaseUrl, [{ chainId: CHAIN, rpcUrl: world.chain.rpcUrl }])),
      ...(await wrongOnChain(world, shop)),
      ...wrongInWebhooks(world),
      ...toldAgain(world, settled, from),
    ],
  };
};

/** Only one system may act: the one that ran is gone, as by a fault. */
const killWorker = async (running: Stack): Promise<void> => {
  const worker = running.findLast(({ name }) => name === 'worker');
  if (!worker?.pid) return;
  process.kill(worker.pid, 'SIGKILL');
  await worker.exited;
  running.splice(running.indexOf(worker), 1);
};

export const runDrill = async (options: DrillOptions): Promise<DrillFigures> => {
  const { folder, meetings, server = false, say } = options;
  const world = await step(say, 'starting Postgres, Temporal and a chain', async () => startDrillWorld(folder, server));
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
      refunds: Object.keys(prepared.refunded).length,
      backup_seconds: prepared.backupSeconds,
      backup_by: prepared.backupBy,
      meetings: figures,
    };
  } finally {
    for (const one of running.toReversed()) await one.stop();
    await world.stop();
  }
};

/**
 * Pays them while the chain stands still: an order is confirmed and its settlement waits in the pool, and all others are seen and not confirmed.
 * @returns this moment, as Postgres writes it
 */
const momentInFlight = async (
  { chain, postgres }: DrillWorld,
  shop: DrillShop,
  settling: DrillOrder,
  others: readonly DrillOrder[],
): Promise<string> =>
  await whileHeld(chain.rpcUrl, null, async () => {
    const mine = async (): Promise<void> => void (await localCall(chain.rpcUrl, 'evm_mine', []));
    await shop.pay([settling]);
    // The block of its payment is the first confirmation, and the last one has the payments of the others.
    for (let block = 1; block < CONFIRMATIONS; block += 1) await mine();
    await shop.pay(others);
    await mine();
    return await withClient(
      postgres.applicationUrl,
      async (client) =>
        await waitFor(
          async () => {
            const { rows } = await client.query<{ at: string; seen: number; sent: boolean }>(
              `select clock_timestamp()::text as at,
                (select count(*)::int from checkout_intent where id = any($1) and status = ${IntentStatus.ON_CHAIN}) as seen,
                exists (select from settlement s join relayer_tx t on t.chain_id = s.chain_id and t.relayer = s.relayer and t.nonce = s.relayer_nonce
                  where s.intent_id = $2 and s.state = 'sending' and t.state = 'sent') as sent`,
              [others.map(({ id }) => id), settling.id],
            );
            return rows[0]?.seen === others.length && rows[0].sent && rows[0].at;
          },
          { what: 'the payments and the settlement in flight', timeoutMs: REST_MS, intervalMs: 50 },
        ),
    );
  });
