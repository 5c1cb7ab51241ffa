// Which tables requests write to, as Postgres sees it: also a write that leaves the row as it was.
import pg from 'pg';
import { ownerUrlOf } from '#test/support/database.ts';

export interface WriteNotes {
  /** The writes since the last call, as `schema.table operation`. */
  take(): Promise<string[]>;
  /** Removes the triggers: other tests write more. */
  end(): Promise<void>;
}

/** A trigger on each table of a test's database, partitions through their table. */
const NOTE = `
  create schema noted;
  create table noted.writes (name text not null);
  create function noted.write() returns trigger language plpgsql security definer as $$
  begin
    insert into noted.writes values (tg_table_schema || '.' || tg_table_name || ' ' || lower(tg_op));
    return null;
  end $$;
  do $$
  declare name regclass;
  begin
    for name in
      select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition
        and n.nspname not in ('noted', 'information_schema') and n.nspname !~ '^pg_'
    loop
      execute format(
        'create trigger noted_write after insert or update or delete on %s for each row execute function noted.write()', name);
    end loop;
  end $$`;

/** Notes the writes of every role from now on. */
export const noteWrites = async (databaseUrl: string): Promise<WriteNotes> => {
  const owner = new pg.Client({ connectionString: ownerUrlOf(databaseUrl) });
  await owner.connect();
  await owner.query(NOTE);
  return {
    async take() {
      const { rows } = await owner.query<{ name: string }>(
        'with taken as (delete from noted.writes returning name) select distinct name from taken order by name',
      );
      return rows.map(({ name }) => name);
    },
    async end() {
      await owner.query('drop schema noted cascade');
      await owner.end();
    },
  };
};
