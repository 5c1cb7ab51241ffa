// All rows of a database as text, to show that nothing was changed.
import type { Orm } from '#db/orm.ts';

/** Every request may note that it used its session. */
const ROW = new Map([['auth.session', `(to_jsonb(t) - 'updatedAt' - 'expiresAt')::text`]]);

/** `schema.table` and the row as Postgres writes it; tables that count requests are left out. */
export const readRows = async (orm: Orm): Promise<Set<string>> => {
  const em = orm.em.fork();
  const tables = await em.execute<{ name: string }[]>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('public', 'auth') and table_type = 'BASE TABLE' and table_name not in ('rateLimit', 'mikro_orm_migrations')`,
  );
  const rows = new Set<string>();
  for (const { name } of tables) {
    const found = await em.execute<{ row: string }[]>(`select ${ROW.get(name) ?? 't::text'} as row from ${name} t`);
    for (const { row } of found) rows.add(`${name} ${row}`);
  }
  return rows;
};

/** What is in one and not in the other, in both directions. */
export const changesBetween = (before: ReadonlySet<string>, after: ReadonlySet<string>): string[] => [
  ...[...before].filter((row) => !after.has(row)).map((row) => `gone: ${row}`),
  ...[...after].filter((row) => !before.has(row)).map((row) => `new: ${row}`),
];
