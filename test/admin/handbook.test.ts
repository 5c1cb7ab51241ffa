// The operators' pages as procedures: every command, query and search in them is run against a prepared system. A page that names a
// command, an option, a column or a search attribute that is gone fails here.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { recordAuditHead } from '#db/merchants/audit-heads.ts';
import { readAuditKey, trustedAuditKeys } from '#db/merchants/audit-keys.ts';
import { applyAsMerchant } from '#db/merchants/merchants.ts';
import { sendTestAlert } from '#db/monitoring/operator-alerts.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { recordStrayMoney } from '#db/stray-money/stray-money.ts';
import { auditHeadText } from '#domain/audit-head.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { NATIVE_TOKEN } from '#domain/stray-money.ts';
import { adminProgram } from '#scripts/admin/program.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Documented, documentedIn, OPERATORS_PAGES, variantsOf } from '#test/support/handbook.ts';
import { makeWebhookEvent } from '#test/support/intents.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { addIntent, adminHere, MASTER_KEYS, RECEIVER } from './support.ts';

const program = adminProgram();
const groups = program.commands.map((command) => command.name());
const documented = OPERATORS_PAGES.flatMap((page) => documentedIn(page, groups));
const ofKind = (kind: Documented['kind']): Documented[] => documented.filter((one) => one.kind === kind);

const CHAIN = 31337;
/** What a command may be refused with, when what it needs is tested where that is made; anything else must succeed. */
const REFUSED: Readonly<Record<string, string>> = {
  // The order has no payer (test/chain/refund.test.ts).
  'refund record': 'nothing_left',
  'refund withdraw': 'refund_not_found',
};

let database: TestDatabase;
let orm: Orm;
let chain: TestChain;
let folder: string;
let env: Record<string, string>;
let shop: { store_id: string; api_key: string };

const sql = async (text: string, values: readonly unknown[] = []): Promise<void> => {
  await orm.em.fork().execute(text, [...values]);
};
const newIntent = (): Promise<IntentId> =>
  addIntent(orm, { storeId: shop.store_id, apiKeyId: shop.api_key }, { acceptedChainIds: [CHAIN] });

const newReview = async (): Promise<string> => {
  const id = await newIntent();
  const hash = (): string => `0x${randomBytes(32).toString('hex')}`;
  await sql(
    `with t as (insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
        to_address, amount_base_units, amount_units, intent_id, state)
      values (${CHAIN}, 1, ?, now(), ?, 0, ?, 1, ?, ?, 5000000, 5e18, ?, 'confirmed') returning id)
     insert into review_item (intent_id, transfer_id, kind, found) select ?, id, 'late', '{}' from t`,
    [hash(), hash(), RECEIVER, RECEIVER, RECEIVER, id, id],
  );
  const rows = await orm.em.fork().execute<{ id: string }[]>('select id from review_item where intent_id = ?', [id]);
  return String(rows[0]?.id);
};

const newStray = async (): Promise<string> => {
  const id = await newIntent();
  const native = { chainId: CHAIN, token: NATIVE_TOKEN, symbol: 'ETH', decimals: 18, sender: null, txHash: null };
  await recordStrayMoney(orm.em.fork(), id, [{ ...native, amountBaseUnits: baseUnitsOf('1'), foundBy: 'page' }]);
  const rows = await orm.em.fork().execute<{ id: string }[]>('select id from stray_money where intent_id = ?', [id]);
  return String(rows[0]?.id);
};

const newMerchant = async (): Promise<string> => {
  const name = randomBytes(4).toString('hex');
  const account = await addProvenAccount(orm, { userId: name, email: `${name}@merchant.example` });
  return (await applyAsMerchant(orm.em, account, { name, website: 'maps.example', about: 'Maps' })).merchantId;
};

const newHead = async (): Promise<string> => {
  const keys = parseMasterKeys(MASTER_KEYS);
  const made = { key: readAuditKey(null, keys), trusted: trustedAuditKeys(null, keys), recipients: ['op@example.com'] };
  const head = await recordAuditHead(orm.em, made);
  if (!head) throw new Error('no head');
  const file = join(folder, 'head.txt');
  writeFileSync(file, auditHeadText(head));
  return file;
};

const newKey = async (): Promise<string> => {
  const { stdout } = await adminHere(env, 'key', 'create', shop.store_id, '--json');
  return (JSON.parse(stdout) as { api_key: string }).api_key;
};

const newWebhook = async (): Promise<string> => makeWebhookEvent(orm.em, await newIntent());

/** What stands for an id depends on the command. */
const IDS: Readonly<Record<string, () => string | Promise<string>>> = {
  intent: newIntent,
  refund: newIntent,
  review: newReview,
  stray: newStray,
  merchant: newMerchant,
  chain: () => String(CHAIN),
};
/** What stands for each other placeholder. */
const PLACEHOLDERS: Readonly<Record<string, () => string | Promise<string>>> = {
  STORE: () => shop.store_id,
  'sto_…': () => shop.store_id,
  INTENT: newIntent,
  EVENT_OR_INTENT: newWebhook,
  KEY: newKey,
  FILE: newHead,
  HASH: () => `0x${'ab'.repeat(32)}`,
  rfd_ID: () => 'rfd_1',
  ADDRESS: () => RECEIVER,
  TEXT: () => 'Drill',
  TIME: () => new Date(0).toISOString(),
  '0x…': () => `0x${'1b'.repeat(65)}`,
  '11155111': () => String(CHAIN),
  '43114': () => String(CHAIN),
};
/** By the option before it. */
const DOTS: Readonly<Record<string, string>> = {
  '--reason': 'Drill',
  '--to': RECEIVER,
  '--nonce': '1',
  '--deadline': '2000000000',
  '--webhook-url': 'http://127.0.0.1:9/hook',
  '--email': 'ops@example.com',
};

const filled = async (text: string): Promise<string[]> => {
  const words = text.split(' ');
  const args: string[] = [];
  for (const [index, word] of words.entries()) {
    if (word === 'ID') args.push((await IDS[words[0] ?? '']?.()) ?? word);
    else if (word === '…') args.push(DOTS[words[index - 1] ?? ''] ?? word);
    else args.push((await PLACEHOLDERS[word]?.()) ?? word);
  }
  return args;
};

/** A command that is only named, without what it must be given: it must exist. */
const isOnlyNamed = (text: string): boolean => {
  const [group, name, ...rest] = text.split(' ');
  const command = program.commands.find((one) => one.name() === group)?.commands.find((one) => one.name() === name);
  if (!command) throw new Error(`there is no command ${group} ${name}`);
  return rest.length === 0 && command.registeredArguments.some(({ required }) => required);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkout-handbook-'));
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
  chain = await startTestChain({ chainId: CHAIN });
  await deployLocalContracts({ rpcUrl: chain.rpcUrl });
  env = {
    DATABASE_URL: database.url,
    MASTER_KEYS,
    AUTH_SECRET: randomBytes(24).toString('hex'),
    PUBLIC_URL: 'http://127.0.0.1:9',
    RELAYER_KEY: localAccount('relayer').privateKey,
    [`RPC_URLS_${CHAIN}`]: chain.rpcUrl,
  };
  const made = ['--name', 'Shop', '--email', 'shop@example.com', '--receiver', RECEIVER, '--json'];
  const { stdout } = await adminHere(env, 'store', 'create', ...made);
  shop = JSON.parse(stdout) as typeof shop;
});
afterAll(async () => {
  await orm?.close();
  await chain?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('operator commands', () => {
  // The books first: later commands are given money that no chain has.
  const isOfBooks = (text: string): boolean => text.startsWith('books ');
  const commands = [...new Set(ofKind('admin').flatMap(({ text }) => variantsOf(text)))]
    .filter((text) => !isOnlyNamed(text))
    .toSorted((a, b) => Number(isOfBooks(b)) - Number(isOfBooks(a)));

  test.each(commands)('%s', async (text) => {
    const said = await adminHere(env, ...(await filled(text)), ...(text.includes('--json') ? [] : ['--json']));
    const refused = REFUSED[text.split(' ').slice(0, 2).join(' ')];
    const result = said.code === 0 ? said : { ...said, code: refusalIn(said.stderr) ?? said.code };
    expect(result).toMatchObject({ code: refused ?? 0 });
    if (!refused) expect(() => JSON.parse(said.stdout)).not.toThrow();
  });
});

const refusalIn = (stderr: string): string | null =>
  /"code":"(\w+)"/.exec(stderr.trimEnd().split('\n').at(-1) ?? '')?.[1] ?? null;

test("queries run as the application's role", async () => {
  const queries = ofKind('sql');
  expect(queries.length).toBeGreaterThan(9);
  for (const { place, text } of queries) await expect(sql(text), place).resolves.toBeUndefined();
});

test("searches are understood by Temporal's server", async () => {
  const { address, namespace } = testTemporal();
  const connection = await Connection.connect({ address });
  try {
    await registerSearchAttributes(connection, namespace);
    const client = new Client({ connection, namespace });
    const searches = ofKind('temporal');
    expect(searches.length).toBeGreaterThan(7);
    for (const { place, text } of searches) {
      const query = text.replaceAll(/(sto|mer)_…/g, '$1_x').replaceAll('"…"', `"${new Date(0).toISOString()}"`);
      await expect(client.workflow.count(query), place).resolves.toBeDefined();
    }
  } finally {
    await connection.close();
  }
});

test('what an alert posts has the members that the page shows, and Postgres has the settings that the runbook names', async () => {
  const shown = ofKind('json').find(({ text }) => text.includes('operator.alert'));
  await sendTestAlert(orm.em, 'ops@example.com', 'https://pay.example.com');
  const [sent] = await orm.em.fork().execute<{ body: string }[]>('select body from alert_message');
  expect(Object.keys(JSON.parse(sent?.body ?? ''))).toEqual(Object.keys(JSON.parse(shown?.text ?? '')));

  const names = ofKind('conf').flatMap(({ text }) => [...text.matchAll(/^ *(\w+) = /gm)].map(([, name]) => name));
  const found = await orm.em
    .fork()
    .execute<{ name: string }[]>('select name from pg_settings where name in (?)', [names]);
  expect(found.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

test('other commands name scripts and files that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const { place, text } of ofKind('npm')) {
    const [first = '', second = ''] = text.split(' ');
    expect(Object.keys(scripts), place).toContain(first === 'run' ? second : first);
  }
  const files = [...ofKind('node'), ...ofKind('shell')].flatMap(({ place, text }) =>
    text
      .split(' ')
      .filter((word) => /^(?:docs|deploy|web|worker|scripts)\//.test(word))
      .map((file) => ({ place, file })),
  );
  expect(files.length).toBeGreaterThan(8);
  for (const { place, file } of files) expect(existsSync(join(REPOSITORY, file)), `${place}: ${file}`).toBe(true);
});
