// What every command uses: the running system's environment, its database, and the output of results.
import type { Command } from 'commander';
import { loadChains } from '#chain/chains-file.ts';
import type { Em } from '#db/orm.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import type { Env } from '#domain/config.ts';
import { needVariable, runningEnvironment } from './environment.ts';

/** The environment of the running system, whose networks are known from then on. Throws ConfigError for a wrong CHAINS_FILE. */
export const systemEnvironment = (): Env => {
  const env = runningEnvironment(process.env);
  loadChains(env);
  return env;
};

/** Opens the running system's database, runs the work and closes it. */
export const withDatabase = async <T>(env: Env, work: (em: Em) => Promise<T>): Promise<T> => {
  const databaseUrl = needVariable(env, 'DATABASE_URL');
  // Imported here because it is slow to load, and `--help` and rejected options do not need it.
  const { openOrm } = await import('#db/orm.ts');
  const orm = await openOrm({ databaseUrl, poolSize: 2 });
  try {
    return await work(orm.em.fork());
  } finally {
    await orm.close();
  }
};

export const masterKeysOf = (env: Env): MasterKeys => parseMasterKeys(needVariable(env, 'MASTER_KEYS'));

/** A result in both forms: `json` with --json, otherwise `lines`. */
export interface Result {
  json: unknown;
  lines: readonly string[];
}

/** Adds `--json` to the command, runs the action and prints its result to stdout. */
export const action = <Args extends unknown[]>(
  command: Command,
  run: (options: Record<string, unknown>, ...args: Args) => Promise<Result>,
): Command =>
  command.option('--json', 'print the result as one line of JSON').action(async (...given: unknown[]) => {
    // commander passes the arguments, then the options, then the command.
    const options = given.at(-2) as Record<string, unknown>;
    const result = await run(options, ...(given.slice(0, -2) as Args));
    const text = options.json ? JSON.stringify(result.json) : result.lines.join('\n');
    if (text !== '') process.stdout.write(`${text}\n`);
  });

/** Prints a warning to stderr, which is not part of the result. */
export const warn = (line: string): void => {
  process.stderr.write(`warning: ${line}\n`);
};
