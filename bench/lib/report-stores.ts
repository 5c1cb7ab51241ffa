// Stores whose local day has just ended, with the orders of that day. One store is seeded; the others get copies of its orders.
import type { Client } from 'pg';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { openOrm } from '#db/orm.ts';
import { CLOSING_SECONDS } from '#db/reports/due-reports.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { seedOrders } from '#scripts/lib/seed-orders.ts';
import { eachOf } from './measure.ts';
import { RECEIVER } from './new-intent.ts';
import type { BenchStack } from './stack.ts';

/** Orders of a day: a typical shop, and a large one. */
export const SMALL_ORDERS = 12;
export const LARGE_ORDERS = 10_000;
/** One store in this many is large. */
const LARGE_EACH = 100;

export interface ReportStores {
  count: number;
  /** Number of stores with LARGE_ORDERS. */
  large: number;
  zone: string;
  /** Paid orders of alternating stores, for webhooks. */
  paidOrders: readonly { id: string; storeId: string }[];
  /** Turns the reports off and deletes the reports of the day. */
  hold(client: Client): Promise<void>;
  /** Makes the day's report of each store due. */
  release(client: Client): Promise<void>;
}

/** A time zone whose day ended in this hour, or in the hour before while that day is not closed yet. */
const zoneOf = (now: number): { zone: string; midnight: Date } => {
  const midnight = new Date(Math.floor((now - (CLOSING_SECONDS + 60) * 1000) / 3_600_000) * 3_600_000);
  const hour = midnight.getUTCHours();
  // POSIX signs: Etc/GMT+5 is five hours behind.
  return { zone: hour <= 12 ? `Etc/GMT+${hour}` : `Etc/GMT-${24 - hour}`, midnight };
};

export const seedReportStores = async (
  client: Client,
  stack: BenchStack,
  count: number,
  webhookUrl: string,
): Promise<ReportStores> => {
  const { zone, midnight } = zoneOf(Date.now());
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 8 });
  const keys: { storeId: string; apiKey: string }[] = [];
  try {
    await eachOf([...Array(count).keys()], 8, async (n) => {
      const { storeId } = await createMerchantAndStore(orm.em, {
        name: `Shop ${n}`,
        email: `owner-${n}@bench.example`,
        receiver: RECEIVER,
        timeZone: zone,
        webhookUrl,
        // Not `-503@`: the test mail server rejects such an address with that code.
        reportRecipients: [`shop${n}@bench.example`],
      });
      keys.push({
        storeId,
        ...(await createApiKey(orm.em, parseMasterKeys(stack.masterKeys), storeId, { name: 'b' })),
      });
    });
  } finally {
    await orm.close();
  }
  const [model, ...others] = keys;
  if (!model) throw new Error('at least one store is needed');
  const { storeId, apiKey: apiKeyId } = model;
  await seedOrders(client, {
    storeId,
    apiKeyId,
    orders: LARGE_ORDERS,
    newest: new Date(midnight.getTime() - 1),
    days: 1,
  });
  // Closes open orders, because the reconciler would start their workflows.
  await client.query('update checkout_intent set status = -5 where status in (1, 2, 3, 10)');
  const large = Math.ceil(count / LARGE_EACH);
  for (const [index, store] of others.entries()) await copyOrders(client, model.storeId, store, index < large - 1);
  await client.query("update store set created_at = $1::timestamptz - interval '40 days'", [midnight]);
  await client.query(EARLIER_REPORTS, [zone, midnight]);
  await client.query('vacuum analyze');
  const { rows: paidOrders } = await client.query<{ id: string; storeId: string }>(
    `select id, store_id as "storeId" from (
       select id, store_id, row_number() over (partition by store_id order by id) as turn from checkout_intent where status = 20) o
     order by turn, id limit 20000`,
  );
  return {
    count,
    large,
    zone,
    paidOrders,
    async hold(of) {
      await of.query('update store set daily_reports = false, monthly_reports = false');
      await of.query('delete from report where ends_at >= $1', [midnight]);
    },
    async release(of) {
      await of.query('update store set daily_reports = true');
    },
  };
};

/** Copies all orders of the model store, or every n-th, under new ids. */
const copyOrders = async (
  client: Client,
  modelId: string,
  { storeId, apiKey }: { storeId: string; apiKey: string },
  all: boolean,
): Promise<void> => {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
     where table_name = 'checkout_intent' and column_name not in ('id', 'contract_id', 'store_id', 'api_key_id', 'deposit_address', 'browser_hash')
       and is_generated = 'NEVER'`,
  );
  const columns = rows[0]?.columns;
  await client.query(
    `insert into checkout_intent (id, store_id, api_key_id, deposit_address, ${columns})
     select substr(id, 1, 8) || substr(md5($2 || id), 1, 16), $2, $3, '0x' || substr(translate(md5($2 || id) || md5(id || $2), 'abcdef', '012345'), 1, 40), ${columns}
     from (select *, row_number() over (order by id) as place from checkout_intent where store_id = $1) model
     where place % $4 = 1 or $4 = 1`,
    [modelId, storeId, apiKey, all ? 1 : Math.floor(LARGE_ORDERS / SMALL_ORDERS)],
  );
};

/** Inserts the report of the day before, so that exactly one day is due. */
const EARLIER_REPORTS = `
  insert into report (store_id, kind, period, time_zone, starts_at, ends_at, totals, order_count, csv_sha256, csv_bytes)
  select id, 'daily', to_char($2::timestamptz at time zone $1 - interval '2 days', 'YYYY-MM-DD'), $1,
    $2::timestamptz - interval '2 days', $2::timestamptz - interval '1 day', '{}', 0, '', 0
  from store`;
