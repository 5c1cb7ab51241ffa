// (a) Signed creates a second over HTTP through the real web process, against the same inserts through bare `pg`. Also the latency at a
// fixed rate, measured from the time at which each request was due.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { createIntent } from '#db/intents/create-intent.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { openOrm } from '#db/orm.ts';
import type { Sql } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { requestCanonical } from '#domain/signing.ts';
import { cpuMilliseconds, familyCpuMilliseconds } from './lib/cpu.ts';
import {
  asPercent,
  type BenchOptions,
  median,
  type PartResult,
  percentile,
  ratePerSecond,
  rounded,
} from './lib/measure.ts';
import { newIntent, RECEIVER } from './lib/new-intent.ts';
import type { BenchStack } from './lib/stack.ts';
import { startWebProcess } from './lib/web-process.ts';

/** As many connections as web's pool. */
const CONNECTIONS = 20;
const IN_FLIGHT = 32;
const SHOPS = 10;
const OFFERED_PER_SECOND = 100;

interface Shop {
  storeId: string;
  apiKey: string;
  apiSecret: string;
  /** A proxy address: each shop has its own client address, so the real limits by address apply. */
  address: string;
}

export const benchCreate = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const [rounds, roundMs, latencySeconds] = quick ? [3, 1_000, 3] : [7, 4_000, 30];
  const shops = await makeShops(stack);
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: CONNECTIONS });
  const web = await startWebProcess(stack, say);
  const client = new Pool(web.url, { connections: IN_FLIGHT });
  let turn = 0;
  const nextShop = (): Shop => shops[turn++ % shops.length] as Shop;
  const overHttp = () => create(client, nextShop());
  const bare = () => insertBare(pool, nextShop());
  const plain = () => insertPlain(pool, nextShop());
  try {
    for (const job of [overHttp, bare, plain]) await ratePerSecond(IN_FLIGHT, roundMs, job);
    const rates = { http: [] as number[], bare: [] as number[], plain: [] as number[] };
    const cpu = { http: newCpu(), bare: newCpu() };
    for (let round = 1; round <= rounds; round += 1) {
      rates.bare.push(
        await measured(cpu.bare, stack, web.pid, (count) => ratePerSecond(IN_FLIGHT, roundMs, count(bare))),
      );
      rates.http.push(
        await measured(cpu.http, stack, web.pid, (count) => ratePerSecond(IN_FLIGHT, roundMs, count(overHttp))),
      );
      rates.plain.push(await ratePerSecond(IN_FLIGHT, roundMs, plain));
      say(
        `create, round ${round}: ${rounded(rates.http.at(-1) ?? 0)}/s over HTTP, ${rounded(rates.bare.at(-1) ?? 0)}/s bare`,
      );
    }
    const latencies = await latenciesAt(OFFERED_PER_SECOND, latencySeconds, overHttp);
    const [http, one, four] = [median(rates.http), median(rates.bare), median(rates.plain)];
    return {
      title: 'Creating intents',
      how: `${IN_FLIGHT} requests in flight from ${SHOPS} shops, ${rounds} alternating rounds of ${roundMs / 1000} s, medians. The load generator signs and shares the machine. Creates that arrive while others are written share a statement. Bare: one statement for each create, as Create sends it without load (nonce, intent, timeline event, outbox row in one round trip) through \`pg\` with ${CONNECTIONS} connections; "as a transaction": the same four inserts between begin and commit.`,
      figures: [
        { what: 'signed creates over HTTP', value: `${rounded(http)}/s` },
        { what: 'the same statement, bare `pg`', value: `${rounded(one)}/s` },
        { what: 'the same inserts as a transaction, bare `pg`', value: `${rounded(four)}/s` },
        { what: 'HTTP against the bare statement', value: asPercent(http / one), aim: '≥ 75 %' },
        { what: 'HTTP against the bare transaction', value: asPercent(http / four), aim: '≥ 50 %' },
        {
          what: 'processor time for each create over HTTP: web, Postgres, load generator',
          value: asEach(cpu.http, true),
        },
        { what: 'processor time for each bare statement: Postgres, client', value: asEach(cpu.bare, false) },
        {
          what: 'HTTP against the bare statement by processor time, which other load does not change',
          value: asPercent(eachOfAll(cpu.bare) / eachOfAll(cpu.http)),
          aim: '≥ 75 %',
        },
        { what: `p50 at ${OFFERED_PER_SECOND}/s offered`, value: `${rounded(percentile(latencies, 50), 1)} ms` },
        {
          what: `p99 at ${OFFERED_PER_SECOND}/s offered (${latencies.length} requests)`,
          value: `${rounded(percentile(latencies, 99), 1)} ms`,
          aim: '< 100 ms',
        },
      ],
    };
  } finally {
    await client.close();
    await web.stop();
    await closePool(pool);
  }
};

/**
 * `end` resolves when it has asked for the end of each connection. Postgres, which is stopped right after, would end those that are still
 * open with an error (57P01), which no query takes.
 */
const closePool = async (pool: pg.Pool): Promise<void> => {
  let open = pool.totalCount;
  const closed = Promise.withResolvers<void>();
  if (open === 0) closed.resolve();
  pool.on('remove', () => {
    open -= 1;
    if (open === 0) closed.resolve();
  });
  await Promise.all([pool.end(), closed.promise]);
};

/** Processor time in milliseconds, and for how many creates. */
interface Cpu {
  web: number;
  postgres: number;
  own: number;
  creates: number;
}

const newCpu = (): Cpu => ({ web: 0, postgres: 0, own: 0, creates: 0 });

const measured = async (
  cpu: Cpu,
  { postgresPid }: BenchStack,
  webPid: number,
  run: (count: (job: () => Promise<void>) => () => Promise<void>) => Promise<number>,
): Promise<number> => {
  const now = () => ({
    web: cpuMilliseconds(webPid),
    postgres: familyCpuMilliseconds(postgresPid),
    own: cpuMilliseconds(process.pid),
  });
  const before = now();
  const rate = await run((job) => async () => {
    await job();
    cpu.creates += 1;
  });
  const after = now();
  for (const name of ['web', 'postgres', 'own'] as const) cpu[name] += after[name] - before[name];
  return rate;
};

/** Of all processes that take part. */
const eachOfAll = ({ web, postgres, own, creates }: Cpu): number => (web + postgres + own) / creates;

const asEach = ({ web, postgres, own, creates }: Cpu, withWeb: boolean): string =>
  (withWeb ? [web, postgres, own] : [postgres, own]).map((ms) => `${rounded(ms / creates, 2)} ms`).join(', ');

const makeShops = async (stack: BenchStack): Promise<Shop[]> => {
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 2 });
  const shops: Shop[] = [];
  try {
    for (let n = 1; n <= SHOPS; n += 1) {
      const store = { name: `Shop ${n}`, email: `create-${n}@bench.example`, receiver: RECEIVER };
      const { storeId } = await createMerchantAndStore(orm.em, store);
      const key = await createApiKey(orm.em, parseMasterKeys(stack.masterKeys), storeId, { name: 'bench' });
      shops.push({ storeId, ...key, address: `10.0.0.${n}` });
    }
  } finally {
    await orm.close();
  }
  return shops;
};

const PATH = '/v1/checkout_intents/';

const create = async (client: Pool, shop: Shop): Promise<void> => {
  const nonce = randomBytes(16).toString('hex');
  const body = JSON.stringify({
    stable_coin: 1,
    amount_cents: 1000,
    order_id: `order-${nonce}`,
    order_description: 'Benchmark',
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const canonical = requestCanonical({ method: 'POST', path: PATH, queryString: '', timestamp, nonce, bodySha256 });
  const response = await client.request({
    method: 'POST',
    path: PATH,
    headers: {
      'content-type': 'application/json',
      'x-api-key': shop.apiKey,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': `v1=${createHmac('sha256', shop.apiSecret).update(canonical).digest('base64')}`,
      'x-forwarded-for': shop.address,
    },
    body,
  });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`create returned ${response.statusCode}: ${text}`);
};

const nonceOf = (shop: Shop) => ({
  apiKeyId: shop.apiKey,
  nonce: randomBytes(16).toString('hex'),
  expiresAt: new Date(Date.now() + 1_200_000),
});

const insertBare = async (pool: pg.Pool, shop: Shop): Promise<void> => {
  const sql: Sql = {
    query: async <Row>(statement: { name: string; text: string; values: readonly unknown[] }) =>
      (await pool.query({ ...statement, values: [...statement.values] })) as unknown as { rows: Row[] },
  };
  const outcome = await createIntent(sql, nonceOf(shop), newIntent(shop.storeId, shop.apiKey), null);
  if (outcome !== 'created') throw new Error(`the bare insert gave ${outcome}`);
};

const PLAIN_INTENT = `insert into checkout_intent (id, store_id, api_key_id, status, stable_coin, amount_cents, amount_units,
  accepted_stable_coins, accepted_chain_ids, tolerance_bps, extension_seconds, order_id, order_description, factory, receiver,
  fee_receiver, fee_rate_e9, deposit_address, expires_at, created_at, updated_at)
  values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)`;

/** The usual way: four prepared inserts in a transaction. */
const insertPlain = async (pool: pg.Pool, shop: Shop): Promise<void> => {
  const intent = newIntent(shop.storeId, shop.apiKey);
  const nonce = nonceOf(shop);
  const connection = await pool.connect();
  try {
    await connection.query('begin');
    await connection.query({
      name: 'plain-nonce',
      text: 'insert into api_nonce (api_key_id, nonce, expires_at) values ($1, $2, $3)',
      values: [nonce.apiKeyId, nonce.nonce, nonce.expiresAt],
    });
    await connection.query({
      name: 'plain-intent',
      text: PLAIN_INTENT,
      values: [
        ...[intent.id, intent.storeId, intent.apiKeyId, intent.stableCoin, String(intent.amountCents)],
        ...[String(intent.amountUnits), intent.acceptedStableCoins, intent.acceptedChainIds, intent.toleranceBps],
        ...[intent.extensionSeconds, intent.orderId, intent.orderDescription, intent.factory, intent.receiver],
        ...[intent.feeReceiver, String(intent.feeRateE9), intent.depositAddress, intent.expiresAt, intent.createdAt],
      ],
    });
    await connection.query({
      name: 'plain-event',
      text: `insert into timeline_event (intent_id, kind, status_to, data, created_at) values ($1, 'created', 1, '{}', $2)`,
      values: [intent.id, intent.createdAt],
    });
    await connection.query({
      name: 'plain-dispatch',
      text: `insert into dispatch (kind, subject_id, dedupe_key, data, created_at) values ('start_intent', $1, $2, '{}', $3)`,
      values: [intent.id, `start_intent:${intent.id}`, intent.createdAt],
    });
    await connection.query('commit');
  } finally {
    connection.release();
  }
};

/** Milliseconds from the due time of each request to its response, so that a slow response also counts for the requests behind it. */
const latenciesAt = async (perSecond: number, seconds: number, job: () => Promise<unknown>): Promise<number[]> => {
  const total = perSecond * seconds;
  const latencies: number[] = [];
  const running: Promise<void>[] = [];
  const started = performance.now();
  for (let n = 0; n < total; n += 1) {
    const due = started + (n * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    running.push(
      job().then(() => {
        latencies.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(running);
  return latencies;
};
