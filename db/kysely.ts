// Typed SQL over the entities: tables by entity name, columns by property name. For joins; the entity manager reads one table.
import type { Kysely } from 'kysely';
import { EntityPlugin, type NAMING } from './kysely-plugin.ts';
import type { Em } from './orm.ts';

const inferTables = (em: Em) => em.getKysely<undefined, typeof NAMING>();

/** The database as Kysely sees it, inferred from the entities. */
export type Tables = ReturnType<typeof inferTables> extends Kysely<infer Db> ? Db : never;

/**
 * Kysely on the entity manager's connection, inside its transaction when it is in one. A selected column comes back as its entity
 * has it (Date, bigint, parsed JSON), under another name too: `'i.amountUnits as priceUnits'`. An expression (`sql`, `eb.fn`) comes
 * back as the driver reads it: int8, numeric and timestamps are text. Name columns by table in joins (`i.id`), write subqueries with
 * the callback's builder, and update without an alias: anything else fails in Postgres as an unknown column.
 */
export const kyselyOf = (em: Em): Kysely<Tables> => em.getKysely<Tables>().withPlugin(new EntityPlugin(em));
