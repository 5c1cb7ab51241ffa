// `npm run cluster -- --check --orders N`: orders at a steady pace through the load balancer, in both coins and on both chains. With `--kill`
// every process is killed meanwhile, one after another. At the end each order is paid, mailed and settled once, and the books agree.
import pg from 'pg';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import type { Address } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { parseBaseUnits } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import type { AllScaleClient } from '#sdk/src/index.ts';
import { differencesOfBooks, withEm } from '../lib/books-agree.ts';
import { type Progress, step } from '../lib/progress.ts';
import { waitFor } from '../lib/wait-for.ts';
import { killAndAwaitRestart } from './kill.ts';
import { CONFIRMATIONS, openStore } from './shop.ts';
import type { Cluster } from './start.ts';

/** Created and paid together; then the next ones. */
const AT_ONCE = 10;
const COINS = [1, 2] as const;
/** A killed process is away for some seconds, and its neighbours' calls with it. */
const CREATED_WITHIN_MS = 180_000;
const REST_WITHIN_MS = 900_000;
const MAILS = ['order_created', 'order_paid'];

export interface CrowdFigures {
  orders: number;
  /** Processes that were killed while orders were under way. */
  killed: number;
  /** From the first order until all are at rest. */
  seconds: number;
  /** Orders that are not paid, mailed or settled. The command fails unless both are 0. */
  lost: number;
  /** Orders of which something happened twice. */
  doubled: number;
}

interface Order {
  id: string;
  number: number;
  price: string;
}

interface OrderCounts {
  id: string;
  status: number;
  confirmations: number;
  settlements: number;
  settled: number;
  mails: string[] | null;
  unsent: number;
}

export interface CrowdOptions {
  cluster: Cluster;
  dataDir: string;
  /** At least so many; more while processes are still to be killed. */
  orders: number;
  kill: boolean;
  say: Progress;
}

/** Throws an Error that says what is wrong. */
export const runCrowd = async ({
  cluster,
  dataDir,
  orders: wanted,
  kill,
  say,
}: CrowdOptions): Promise<CrowdFigures> => {
  const client = await openCrowdStore(cluster);
  const orders: Order[] = [];
  const began = performance.now();
  const victims = kill ? Object.values(cluster.kinds).flat() : [];
  let killed = 0;
  const killing = (async () => {
    for (const name of victims) {
      // Each in the middle of orders that came after the one before.
      const before = orders.length;
      await waitFor(() => orders.length > before, { what: 'the next orders', timeoutMs: CREATED_WITHIN_MS });
      say(`killing ${name}, with ${orders.length} orders created`);
      await killAndAwaitRestart(dataDir, name);
      killed += 1;
    }
  })();
  let isKilling = true;
  const killingEnds = killing.finally(() => {
    isKilling = false;
  });
  await Promise.all([
    killingEnds,
    step(say, `${wanted} orders${kill ? `, and ${victims.length} processes killed` : ''}`, async () => {
      while (orders.length < wanted || isKilling) await createAndPay(cluster, client, orders);
    }),
  ]);
  const read = () => readCounts(cluster.applicationUrl, orders);
  const rest = await step(say, `${orders.length} orders until they are at rest`, async () =>
    waitFor(async () => (await read()).every(isAtRest) || undefined, {
      ...{ what: 'the orders at rest', timeoutMs: REST_WITHIN_MS, intervalMs: 1_000 },
    }).catch((error: Error) => error),
  );
  const seconds = Math.round((performance.now() - began) / 1_000);
  const counts = await read();
  const lost = counts.filter((one) => !isAtRest(one)).length + (orders.length - counts.length);
  const doubled = counts.filter(isDoubled).length + ordersMailedTwice(cluster, orders);
  const figures = { orders: orders.length, killed, seconds, lost, doubled };
  const differences = await differencesOfBooks(cluster.applicationUrl, cluster.chains);
  if (lost + doubled + differences.length > 0) {
    const examples = counts.filter((one) => !isAtRest(one) || isDoubled(one)).slice(0, 3);
    throw new Error(
      [
        JSON.stringify(figures),
        rest instanceof Error ? rest.message : '',
        JSON.stringify(examples),
        ...differences,
      ].join('\n'),
    );
  }
  return figures;
};

const openCrowdStore = async (cluster: Cluster): Promise<AllScaleClient> =>
  await withEm(cluster.applicationUrl, async (em) => {
    const { storeId, client } = await openStore(em, cluster, 'Crowd shop', { confirmations: CONFIRMATIONS });
    await em.execute('update store set notification_emails = ? where id = ?', ['{orders@crowd.internal}', storeId]);
    return client;
  });

/** The same key at each try: a second try makes no second order. */
const createOrder = async (client: AllScaleClient, number: number): Promise<Order> => {
  const order = { stable_coin: 1, accepted_stable_coins: [...COINS], amount_cents: 100 + number } as const;
  const orderId = `crowd-${number}`;
  const made = await waitFor(
    () => client.createCheckout({ ...order, order_id: orderId }, { idempotencyKey: orderId }),
    { what: `order ${number}`, timeoutMs: CREATED_WITHIN_MS, intervalMs: 500 },
  );
  return { id: made.allscale_checkout_intent_id, number, price: made.amount_coins };
};

const createAndPay = async (cluster: Cluster, client: AllScaleClient, orders: Order[]): Promise<void> => {
  const first = orders.length;
  const made = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => createOrder(client, first + index)));
  orders.push(...made);
  const addresses = await query<{ id: string; address: Address }>(
    ...[cluster.applicationUrl, 'select id, deposit_address as address from checkout_intent where id = any($1)'],
    [made.map(({ id }) => id)],
  );
  for (const { id, number, price } of made) {
    const to = addresses.find((one) => one.id === id)?.address;
    const { chainId, rpcUrl } = cluster.chains[number % cluster.chains.length] ?? { chainId: 0, rpcUrl: '' };
    const chain = chainById(chainId);
    const coin = COINS[Math.floor(number / cluster.chains.length) % COINS.length] ?? COINS[0];
    const token = tokenOf(chain, coin);
    const amountBaseUnits = token && parseBaseUnits(price, token.decimals);
    if (!to || !amountBaseUnits) throw new Error(`order ${id} has no address or no price`);
    await payFromDevelopmentWallet({ rpcUrl, chain, coin, to, amountBaseUnits });
  }
};

/** Again while Postgres is the process that is killed. */
const query = async <Row extends object>(url: string, text: string, values: unknown[]): Promise<Row[]> =>
  await waitFor(
    async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end().catch(() => {});
      }
    },
    { what: 'Postgres', timeoutMs: CREATED_WITHIN_MS, intervalMs: 500 },
  );

const readCounts = async (url: string, orders: readonly Order[]): Promise<OrderCounts[]> =>
  await query<OrderCounts>(
    url,
    `select i.id, i.status,
       (select count(*)::int from timeline_event t where t.intent_id = i.id and t.status_to = ${IntentStatus.CONFIRMED}) as confirmations,
       (select count(*)::int from settlement s where s.intent_id = i.id) as settlements,
       (select count(*)::int from settlement s where s.intent_id = i.id and s.state = 'settled') as settled,
       (select array_agg(e.kind order by e.kind) from email_message e where e.intent_id = i.id) as mails,
       (select count(*)::int from email_message e where e.intent_id = i.id and e.state <> 'sent') as unsent
     from checkout_intent i where i.id = any($1)`,
    [orders.map(({ id }) => id)],
  );

const isAtRest = ({ status, settlements, settled, mails, unsent }: OrderCounts): boolean =>
  status === IntentStatus.CONFIRMED &&
  settlements > 0 &&
  settled === settlements &&
  unsent === 0 &&
  MAILS.every((kind) => mails?.includes(kind));

const isDoubled = ({ confirmations, settlements, mails }: OrderCounts): boolean =>
  confirmations > 1 || settlements > 1 || (mails?.length ?? 0) > MAILS.length;

/** A provider may be given a message again, after a worker died before it noted that; then it has the same Message-ID. */
const ordersMailedTwice = ({ mail }: Cluster, orders: readonly Order[]): number => {
  const idsOf = Map.groupBy(mail.taken, ({ text }) => Number(/\bcrowd-(\d+)\b/.exec(text)?.[1] ?? -1));
  return orders.filter(({ number }) => new Set(idsOf.get(number)?.map(({ id }) => id)).size > MAILS.length).length;
};
