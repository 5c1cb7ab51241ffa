// Parts of SQL that several queries share: moments by the database's clock, lists as one parameter, statuses, notifications, locks
// by text, and raw statements with parameters by name.
import { type RawBuilder, sql } from 'kysely';
import type { IntentStatus } from '#domain/status.ts';
import type { Em } from './orm.ts';
import type { Statement } from './pool.ts';

export const now = sql<Date>`now()`;
export const msFromNow = (ms: number): RawBuilder<Date> => sql`now() + ${ms} * interval '1 ms'`;
export const secondsAgo = (seconds: number): RawBuilder<Date> => sql`now() - make_interval(secs => ${seconds})`;

/** The right side of `=` for any of these texts: one parameter, however many there are. */
export const anyText = <Text extends string>(values: readonly Text[]): RawBuilder<Text> => sql`any(${values}::text[])`;
/** The same for bigint ids. */
export const anyId = (ids: readonly (bigint | string)[]): RawBuilder<bigint> => sql`any(${ids.map(String)}::bigint[])`;

/** Sends a notification; in a transaction, when it commits. */
export const notify = async (em: Em, channel: string, payload = ''): Promise<void> => {
  await sql`select pg_notify(${channel}, ${payload})`.execute(em.getKysely());
};

/** Transactions that lock the same text run one after the other, until they end. */
export const lockText = async (em: Em, text: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${text}, 0))`.execute(em.getKysely());
};

type NamedStatement<Values extends object> = (values: Values) => Statement;

/**
 * A prepared statement written with `:name` in place of `$1`. The text is translated once; each use gives the values by name.
 * Throws when the text uses a parameter that `values` lacks.
 */
export const statement = <Values extends object>(name: string, text: string): NamedStatement<Values> => {
  const names: string[] = [];
  const numbered = text.replace(/(?<!:):([a-z]\w*)/gi, (_, parameter: string) => {
    if (!names.includes(parameter)) names.push(parameter);
    return `$${names.indexOf(parameter) + 1}`;
  });
  return (values) => ({
    name,
    text: numbered,
    values: names.map((parameter) => {
      if (!Object.hasOwn(values, parameter)) throw new Error(`Statement ${name}: no value for :${parameter}`);
      return values[parameter as keyof Values];
    }),
  });
};

/** Statuses for `status in (…)`: constants in the text, so that partial indexes apply. */
export const statusList = (statuses: readonly IntentStatus[]): string => statuses.map(Number).join(', ');
