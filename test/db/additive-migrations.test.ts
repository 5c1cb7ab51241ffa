// What a release wrote and read yesterday works on the schema of every later migration: each only adds. The old release reads all columns
// that it knows, writes rows without those that it does not know, and breaks no rule that came later. A whole release on the new schema:
// test/faults/upgrade.test.ts.
import { beforeAll, expect, test } from 'vitest';
import { migrations } from '#db/migrations/index.ts';
import { openOrm } from '#db/orm.ts';
import { createEmptyDatabase } from '#test/support/database.ts';

/** The last one of the release that the upgrade is tried from (test/support/last-release.ts). */
const RELEASED = 'Migration0028WithdrawnRefunds';
const later = migrations.map(({ name }) => name).slice(migrations.findIndex(({ name }) => name === RELEASED) + 1);

/** What breaks the rule and no release, with the reason. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  // An order of a link or an invoice has no key; older code reads that as "the newest live key" (decision 0082).
  Migration0035LinksAndInvoices: ['checkout_intent.api_key_id may be null now'],
  // The rule is about fewer rows than before.
  Migration0038LargeTables: ['webhook_event.webhook_intent_event_unique is another one now'],
  // A test event of an endpoint has neither (decision 0115). Older pages join both and do not list it; an older worker fails at it, and
  // Temporal retries until a new one takes it.
  Migration0063EndpointSecrets: [
    'endpoint_delivery.event_id may be null now',
    'endpoint_delivery.intent_id may be null now',
  ],
  // Days are partitions (decision 0101), and ids come from the same sequence: nobody names a row of the log by its id.
  Migration0059RequestLogDays: ['request_log.request_log_pkey is another one now'],
};

interface Fact {
  kind: 'column' | 'rule';
  table: string;
  name: string;
  /** Of a column its type; of a rule its text. */
  text: string;
  nullable: boolean;
  has_default: boolean;
  /** Of a rule. */
  columns: string[];
}

const FACTS = `
  select 'column' as kind, c.table_name::text as "table", c.column_name::text as name, c.udt_name::text as text, c.is_nullable = 'YES' as nullable,
      c.column_default is not null or c.is_identity = 'YES' or c.is_generated = 'ALWAYS' as has_default, '{}'::text[] as columns
    from information_schema.columns c where c.table_schema = 'public' and c.table_name not like 'mikro_orm%'
  union all
  select 'rule', conrelid::regclass::text, conname::text, replace(pg_get_constraintdef(o.oid), ' NOT VALID', ''), false, false,
      array(select attname::text from pg_attribute where attrelid = conrelid and attnum = any(conkey))
    from pg_constraint o where connamespace = 'public'::regnamespace and contype not in ('n', 't') and conrelid::regclass::text not like 'mikro_orm%'
  union all
  select 'rule', i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), false, false,
      array(select attname::text from pg_attribute where attrelid = i.indrelid and attnum = any(i.indkey::int2[]))
    from pg_index i join pg_class t on t.oid = i.indrelid where i.indisunique and t.relnamespace = 'public'::regnamespace
      and t.relname not like 'mikro_orm%' and not exists (select 1 from pg_constraint o where o.conindid = i.indexrelid)
  order by 1, 2, 3`;

type Facts = ReadonlyMap<string, Fact>;

/** The values of `column = any(array['a'::text, …])`, if that is all that the rule says; else null. */
const valuesOf = (text: string): string[] | null => {
  const [, list] = /^CHECK \(\(\w+ = ANY \(ARRAY\[((?:'[\w.]+'::text(?:, )?)+)\]\)\)\)$/.exec(text) ?? [];
  return list ? [...list.matchAll(/'([\w.]+)'/g)].map(([, value]) => value ?? '') : null;
};

const allowsMore = (before: string, now: string): boolean => {
  const [old, values] = [valuesOf(before), valuesOf(now)];
  return old !== null && values !== null && old.every((value) => values.includes(value));
};

const lostIn = (before: Fact, now: Fact | undefined): string[] => {
  const at = `${before.table}.${before.name}`;
  // A rule that is gone allows more.
  if (!now) return before.kind === 'column' ? [`${at} is gone`] : [];
  if (before.kind === 'rule') {
    return before.text === now.text || allowsMore(before.text, now.text) ? [] : [`${at} is another one now`];
  }
  return [
    ...(before.text === now.text ? [] : [`${at} has another type now`]),
    ...(before.nullable && !now.nullable ? [`${at} must have a value now`] : []),
    // Older code reads what newer code leaves out.
    ...(!before.nullable && now.nullable ? [`${at} may be null now`] : []),
    ...(before.has_default && !now.has_default ? [`${at} has no default any more`] : []),
  ];
};

const breaksOf = (before: Facts, now: Facts): string[] => {
  const tables = new Set([...before.values()].map(({ table }) => table));
  const lost = [...before].flatMap(([key, fact]) => lostIn(fact, now.get(key)));
  const isNew = (key: string): boolean => now.has(key) && !before.has(key);
  const added = [...now].flatMap(([key, fact]) => {
    const { kind, table, name, nullable, has_default: hasDefault, columns } = fact;
    if (!isNew(key) || !tables.has(table)) return [];
    if (kind === 'column') return nullable || hasDefault ? [] : [`${table}.${name} is new and must be given`];
    // What older code writes has no value there, or the default.
    return columns.some((column) => isNew(`column ${table}.${column}`)) ? [] : [`${table}.${name} is a new rule`];
  });
  return [...lost, ...added];
};

const found = new Map<string, string[]>();
beforeAll(async () => {
  const database = await createEmptyDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  try {
    const read = async (): Promise<Facts> => {
      const facts: Fact[] = await orm.em.fork().execute(FACTS);
      return new Map(facts.map((fact) => [`${fact.kind} ${fact.table}.${fact.name}`, fact]));
    };
    await orm.migrator.up({ to: RELEASED });
    let before = await read();
    for (const name of later) {
      await orm.migrator.up({ to: name });
      const now = await read();
      found.set(name, breaksOf(before, now));
      before = now;
    }
  } finally {
    await orm.close();
    await database.drop();
  }
});

test.each(later)('%s only adds', (name) => {
  expect(found.get(name)).toEqual(HARMLESS[name] ?? []);
});

const columnFact = (more: Partial<Fact>): Fact => ({
  ...{ kind: 'column', table: 'a', name: 'b', text: 'text', nullable: false, has_default: false, columns: [] },
  ...more,
});
const rule = (text: string, columns: string[]): Fact => columnFact({ kind: 'rule', name: 'r', text, columns });
const facts = (...list: Fact[]): Facts =>
  new Map(list.map((fact) => [`${fact.kind} ${fact.table}.${fact.name}`, fact]));
const few = "CHECK ((b = ANY (ARRAY['x'::text, 'y'::text])))";
const more = "CHECK ((b = ANY (ARRAY['x'::text, 'y'::text, 'z'::text])))";

test.each([
  ['a column that is gone', [columnFact({}), columnFact({ name: 'c' })], [columnFact({ name: 'c' })], ['a.b is gone']],
  ['another type', [columnFact({})], [columnFact({ text: 'int8' })], ['a.b has another type now']],
  ['not null', [columnFact({ nullable: true })], [columnFact({})], ['a.b must have a value now']],
  ['null', [columnFact({})], [columnFact({ nullable: true })], ['a.b may be null now']],
  ['no default', [columnFact({ has_default: true })], [columnFact({})], ['a.b has no default any more']],
  [
    'a column that must be given',
    [columnFact({})],
    [columnFact({}), columnFact({ name: 'c' })],
    ['a.c is new and must be given'],
  ],
  ['a new rule', [columnFact({})], [columnFact({}), rule('CHECK ((b <> 1))', ['b'])], ['a.r is a new rule']],
  ['fewer values', [rule(more, ['b'])], [rule(few, ['b'])], ['a.r is another one now']],
  ['more values', [rule(few, ['b'])], [rule(more, ['b'])], []],
  ['a rule that is gone', [columnFact({}), rule(few, ['b'])], [columnFact({})], []],
  [
    'a column with a default, and a rule about it',
    [columnFact({})],
    [columnFact({}), columnFact({ name: 'c', has_default: true }), rule('CHECK ((c > 0))', ['c'])],
    [],
  ],
  ['a new table', [columnFact({})], [columnFact({}), columnFact({ table: 'n' })], []],
] as const)('the check itself: %s', (_what, before, now, breaks) => {
  expect(breaksOf(facts(...before), facts(...now))).toEqual(breaks);
});
