// Errors of the database say which rule was broken, and not with which values. Postgres quotes the row in `detail` ("Failing row contains
// (…)") and the work at hand in `where`, and MikroORM adds the first to the message. Messages reach logs, traces, `last_error` and
// Temporal's histories, where e-mail addresses and sealed secrets must not be.
import type { PostgreSqlDriver } from '@mikro-orm/postgresql';

const QUOTING = ['detail', 'where', 'internalQuery'] as const;

/** From now on, of every error that this driver throws. */
export const keepRowsOutOfErrors = (driver: PostgreSqlDriver): void => {
  const converter = driver.getPlatform().getExceptionConverter();
  const convert = converter.convertException.bind(converter);
  converter.convertException = (error: Error & Partial<Record<(typeof QUOTING)[number], unknown>>) => {
    for (const name of QUOTING) delete error[name];
    return convert(error);
  };
};
