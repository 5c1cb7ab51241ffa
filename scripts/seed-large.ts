// `npm run seed:large`: creates a million orders of one store, to try the dashboard and its queries at that size. `-- --orders 50000`
// creates fewer; `-- --store sto_…` uses an existing store. Writes to DATABASE_URL, whose role must own the database, or else to the
// running system. Safe to repeat.
import { parseArgs } from 'node:util';
import pg from 'pg';
import { UserError } from '#domain/errors.ts';
import { needVariable, runningEnvironment } from './admin/environment.ts';
import { dataDirOf } from './lib/paths.ts';
import { fillStore, seedStore } from './lib/seed-store.ts';
import { explain } from './lib/setup-error.ts';
import { localOwnerUrl } from './lib/stack/postgres.ts';

const MILLION = 1_000_000;

const main = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({ args, options: { orders: { type: 'string' }, store: { type: 'string' } } });
  const orders = Number(values.orders ?? MILLION);
  if (!Number.isInteger(orders) || orders < 1 || orders > 20 * MILLION) {
    throw new UserError('bad_option', `--orders: a whole number of 1 to ${20 * MILLION}, not "${values.orders}".`);
  }
  const runningUrl = needVariable(runningEnvironment(process.env), 'DATABASE_URL');
  // Temporary tables are the owner's right: the application's role has none of them.
  const databaseUrl = process.env.DATABASE_URL || localOwnerUrl(runningUrl, dataDirOf(process.env));
  // Two connections add orders at the same time.
  const [client, helper] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([client.connect(), helper.connect()]);
  try {
    const storeId = values.store ?? (await seedStore(client, databaseUrl));
    const started = Date.now();
    const told = (done: number): void => {
      process.stderr.write(`${done} of ${orders} orders, ${Math.round((Date.now() - started) / 1000)} s\n`);
    };
    const added = await fillStore(client, storeId, orders, { onProgress: told, helpers: [helper] });
    console.log(`store ${storeId}: ${added} orders added, ${orders - added} existed`);
  } finally {
    await Promise.all([client.end(), helper.end()]);
  }
};

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`seed:large: ${explain(error)}\n`);
  process.exitCode = 1;
});
