// How large each table is, from the catalogue of Postgres: estimates that it keeps anyway, so nothing is counted.
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

export interface TableSize {
  /** With its schema, unless that is `public`. */
  table: string;
  /** Estimates, as of the last vacuum or analyze. */
  rows: number;
  deadRows: number;
  /** Of the rows, with what is stored apart from them (TOAST). */
  tableBytes: number;
  indexBytes: number;
}

/** Partitions count for their table. The largest first. */
export const readTableSizes = async (em: Em): Promise<TableSize[]> => {
  const { rows } = await sqlOf({ em }).query<TableSize>({
    name: 'table-sizes',
    text: `with parts as (
        select coalesce(i.inhparent, c.oid) as root, c.oid, c.relkind = 'r' as has_rows, c.reltuples
        from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_inherits i on i.inhrelid = c.oid
        where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema')
      select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as "table",
        coalesce(sum(greatest(p.reltuples, s.n_live_tup, 0)) filter (where p.has_rows), 0)::float8 as rows,
        coalesce(sum(s.n_dead_tup) filter (where p.has_rows), 0)::float8 as "deadRows",
        sum(pg_table_size(p.oid))::float8 as "tableBytes", sum(pg_indexes_size(p.oid))::float8 as "indexBytes"
      from parts p join pg_class c on c.oid = p.root join pg_namespace n on n.oid = c.relnamespace
      left join pg_stat_user_tables s on s.relid = p.oid
      group by n.nspname, c.relname order by sum(pg_total_relation_size(p.oid)) desc, 1`,
    values: [],
  });
  return rows;
};
