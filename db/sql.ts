// Parts of raw SQL: parameters by name, and statuses as the database keeps them.
import type { IntentStatus } from '#domain/status.ts';
import type { Statement } from './pool.ts';

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
