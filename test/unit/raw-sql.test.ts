// SQL as text stands only in the files listed here, each with its reason. Everything else goes through the entity manager or
// typed SQL (db/README.md), where the compiler knows tables, columns and types.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHIPPED = ['domain', 'contracts', 'db', 'chain', 'emails', 'workflows', 'activities', 'worker', 'web', 'scripts'];

/** Files, or folders that end with a slash. */
const ALLOWED: Record<string, string> = {
  'db/migrations/': 'the schema itself, step by step',
  'db/entities/': 'expressions of partial and covering indexes',
  'db/migrate.ts': 'an advisory lock around migrations',
  'db/sql.ts': 'pg_notify and an advisory lock',
  'db/accounts/operator-emails.ts': 'the schema of better-auth, which the ORM does not map',
  'db/accounts/mailed-links.ts': 'the same: a mailed link, in the transaction of its cause',
  'db/accounts/undo-addresses.ts': 'mailed links of better-auth’s schema, which the ORM does not know',
  'db/accounts/proven-account.ts': 'reads the accounts of better-auth, which the ORM does not know',
  'db/api/api-keys.ts': 'last use of many keys, one statement from two arrays',
  'db/api/authenticate.ts': 'every request: prepared, and part of the create',
  'db/api/request-log.ts': 'a batch of requests, one statement from arrays',
  'db/books/': 'all records of many addresses in one statement, and sums over whole stores',
  'db/delivery/delivery-sql.ts': 'parts of the statements that write webhooks and e-mails beside other rows',
  'db/delivery/email-delivery.ts':
    'every e-mail: what an attempt begins with, the kept rendering, and the end, one statement each; prepared',
  'db/delivery/email-order.ts': 'every e-mail about an order: prepared',
  'db/delivery/email-sql.ts': 'parts of the statements that write e-mails beside other rows',
  'db/endpoints/receiver-health.ts':
    'the newest attempts of each receiver by lateral joins, over two ledgers; prepared',
  'db/delivery/failing-receivers.ts': 'the last attempt of each event by lateral joins, over two ledgers; prepared',
  'db/delivery/order-deliveries.ts': 'lists as JSON, and whether a review is open, in one round trip; prepared',
  'db/reviews/tell-shopper.ts': 'within the transaction of a change of status, which has no entity manager; prepared',
  'db/delivery/queue-emails.ts': 'messages and their outbox rows in one statement',
  'db/delivery/queue-webhooks.ts': 'an event and its outbox row in one statement',
  'db/delivery/webhook-delivery.ts':
    'every webhook: what an attempt begins with, and what it ends with, one statement each; prepared',
  'db/events/': 'events numbered under a lock, and written in batches; prepared',
  'db/dispatch/outbox.ts': 'claim with skip locked over two lanes, and finish; prepared',
  'db/dispatch/queue-lengths.ts': 'every page of the console: six counts in one round trip; prepared',
  'db/dispatch/unprocessed-money.ts': 'a bounded page with a lateral limit: its plan matters',
  'db/dispatch/waiting-deliveries.ts': 'three queues of the same columns by one text; prepared',
  'db/growth/':
    'finished rows of several tables deleted by one text, with skip locked; sizes from the catalogue of Postgres',
  'db/intents/announced-transactions.ts': 'the method of a payment, part of the statement that reads its transfers',
  'db/intents/change-intent.ts': 'the hot path of every payment: prepared, few round trips',
  'db/intents/create-intent.ts': 'one round trip for nonce, intent, event and outbox; prepared',
  'db/intents/existing-intents.ts': 'which of many ids exist, before a stream opens; prepared',
  'db/intents/intent-snapshot.ts': 'the whole snapshot as one JSON; prepared',
  'db/intents/list-intents.ts': 'pages of the list: the plan of each filter matters',
  'db/intents/received-money.ts': 'everything about the money of an order as one JSON; prepared',
  'db/intents/read-intent.ts': 'the status that shops poll; prepared',
  'db/intents/record-payment.ts': 'everything that follows from a payment, in one statement',
  'db/invoices/invoice-number.ts': 'the next number of a store, taken under the lock of its row in one statement',
  'db/merchants/audit-list.ts': 'the schema of better-auth, which the ORM does not map',
  'db/merchants/audit.ts': 'recomputes the hash chain with window functions',
  'db/orders/find-orders.ts': 'the search of orders of every store, on the indexes of that of one',
  'db/orders/order-conditions.ts': 'plans measured on a million orders',
  'db/orders/order-day-totals.ts': 'sums of money by coin, with an advisory lock',
  'db/orders/order-list.ts': 'plans measured on a million orders',
  'db/orders/order-pages.ts': 'plans measured on a million orders',
  'db/orders/order-rows.ts': 'pages of the CSV stream',
  'db/orders/order-search.ts': 'plans measured on a million orders',
  'db/orders/order-summary.ts': 'counts and sums over the pages of the list, whose plans are measured',
  'db/orders/order-totals.ts': 'sums of money by coin',
  'db/orders/refunded-part.ts': 'a part of the page of the list: sums of an order in its row',
  'db/time-limit.ts': 'the time limit of a transaction',
  'db/application-role.ts': 'roles and grants, as the owner of the tables',
  'db/personal-data/': 'ranges of many tables erased with one statement each',
  'db/refunds/refundable-order.ts': 'the transfers of an order with their booking and review, by a lateral limit',
  'db/reports/report-figures.ts': 'sums of money by coin',
  'db/reports/report-refunds.ts': 'sums of money, and pages of the CSV stream',
  'db/reports/report-series.ts': 'figures by slot of time (width_bucket)',
  'db/restores/': 'functions of the server itself, and orders written back from JSON in one statement',
  'db/settlements/confirmed-settlements.ts':
    'many final settlements by the hashes of their blocks, in one statement; prepared',
  'db/settlements/settlement-account.ts': 'what arrived against what was paid out, in one statement each; prepared',
  'db/settlements/settlement-refunded.ts': 'a booking, its transfer and its settlement in one statement',
  'db/settlements/settlement-owed.ts': 'a rest computed from three sums, inserted in one statement; prepared',
  'db/merchants/network-notices.ts': 'stores × networks from JSON, compared with what was told, in one statement each',
  'db/merchants/receiver-codes.ts':
    'findings of chains from JSON, and the part of the store’s terms that is read with each key',
  'db/watching/commit-step.ts': 'batches from JSON under the lease, committed in one transaction',
  'db/watching/ripe-transfers.ts': 'what waits on a chain, with its stores’ rules; prepared',
  'db/watching/token-checks.ts': 'readings of a chain from JSON, and transfers that wait because of one',
  'db/watching/transfer-effects.ts': 'a batch of events and signals, numbered in one statement',
  'db/watching/watch-reads.ts':
    'deposits among the addresses of a batch, sent as JSON; blocks and transfers that both passes compare; prepared',
  'db/watching/write-blocks.ts': 'hashes from JSON under the lease; prepared',
  'worker/leader-lock.ts': 'an advisory lock on a connection of its own',
  'worker/listener.ts': 'LISTEN on a connection of its own',
  'web/http/intent-events.ts': 'LISTEN on a connection of its own',
  'web/api/dispatch-nudge.ts': 'pg_notify without an entity manager',
  'web/auth/migrate-auth.ts': 'the schema of better-auth, which owns it',
  'web/account/server/send-transfer.ts': 'one update; the entity manager can take it',
  'web/demo/': 'the demo shop: a merchant with tables of its own, outside the ORM',
  'scripts/cluster/temporal-role.ts': 'a role and its rights, as the owner of the server',
  'scripts/cluster/crowd.ts':
    'counts what became of each order, on connections of its own: Postgres is killed meanwhile',
  'scripts/drill/': 'backup and restore by functions of the server, and its figures',
  'scripts/lib/seed-orders.ts': 'seeds a million orders with set-based statements',
  'scripts/lib/seed-store.ts': 'seeds a store from a bare connection',
  'scripts/lib/shots/': 'states for screenshots that no ordinary path writes',
  'scripts/lib/stack/postgres.ts': 'creates the database itself',
};

/** A whole statement, lower case as written here or in capitals: prose in messages does not begin like this. */
const STATEMENT =
  /^[\s(]*(?:select\s[\s\S]*?\bfrom\s|select\s+\w+\(|insert\s+into\s|update\s+\S+\s+(?:\w+\s+)?set\s|delete\s+from\s|with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\s|truncate\s+table\s|(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:unique\s+)?(?:table|index|schema|database|role|function|trigger|view|sequence)\s|(?:listen|notify|unlisten)\s+\w+$|copy\s+\S+\s*\()/;
const isStatement = (text: string): boolean =>
  STATEMENT.test(text) || STATEMENT.test(text.replace(/\b[A-Z]+\b/g, (word) => word.toLowerCase()));

/** Statements in a file, as the lines they begin on. Template placeholders count as a word. */
const statementsIn = (fileName: string, source: string): { line: number; text: string }[] => {
  if (!/select|insert|update|delete|with|truncate|create|alter|drop|listen|notify|copy/i.test(source)) return [];
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, false);
  const found: { line: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join('')
        : undefined;
    if (text !== undefined && isStatement(text)) {
      found.push({ line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, text: text.trim() });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

const sourceFiles = SHIPPED.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.includes('node_modules'))
    .map((path) => `${room}/${path}`),
);
const isAllowed = (path: string): boolean =>
  Object.keys(ALLOWED).some((allowed) => (allowed.endsWith('/') ? path.startsWith(allowed) : path === allowed));

test('raw SQL is only in the listed files, and every listed file has some', () => {
  const withSql = sourceFiles
    .map((path) => ({ path, statements: statementsIn(path, readFileSync(join(ROOT, path), 'utf8')) }))
    .filter(({ statements }) => statements.length > 0);
  const elsewhere = withSql
    .filter(({ path }) => !isAllowed(path))
    .flatMap(({ path, statements }) => statements.map(({ line, text }) => `${path}:${line} ${text.slice(0, 60)}`));
  expect(elsewhere).toEqual([]);
  const unused = Object.keys(ALLOWED).filter((allowed) => !withSql.some(({ path }) => path.startsWith(allowed)));
  expect(unused).toEqual([]);
});

test('tells statements from prose', () => {
  const statements = (source: string) => statementsIn('x.ts', source).map(({ line }) => line);
  expect(
    statements("em.execute('select 1 from store');\nem.execute(`\n  with a as (select 1) select $" + '{x} from a`)'),
  ).toEqual([1, 2]);
  expect(
    statements(
      "a('SELECT id FROM store', `update store set name = $" + "{x}`, 'delete from store', 'insert into a values (1)')",
    ),
  ).toEqual([1, 1, 1, 1]);
  expect(
    statements("a('Select a coin from the list', 'update the settings', 'with love', 'create', 'delete')"),
  ).toEqual([]);
});
