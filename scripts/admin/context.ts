// What a command gets to work with: the running system's environment, its database, and one way to say the result.
import type { Command } from 'commander';
import type { Em } from '#db/orm.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import type { Env } from '#domain/config.ts';
import { needVariable, runningEnvironment } from './environment.ts';

/** The environment of the system that runs. */
export const systemEnvironment = (): Env => runningEnvironment(process.env);

/** Opens the running system's database for one piece of work. */
export const withDatabase = async <T>(env: Env, work: (em: Em) => Promise<T>): Promise<T> => {
  const databaseUrl = needVariable(env, 'DATABASE_URL');
  // Here and not at the top: it is most of the time that `--help` or a refused option would take.
  const { openOrm } = await import('#db/orm.ts');
  const orm = await openOrm({ databaseUrl, poolSize: 2 });
  try {
    return await work(orm.em.fork());
  } finally {
    await orm.close();
  }
};

export const masterKeysOf = (env: Env): MasterKeys => parseMasterKeys(needVariable(env, 'MASTER_KEYS'));

/** A result in both forms: `json` is printed as it is with --json, `lines` otherwise. */
export interface Result {
  json: unknown;
  lines: readonly string[];
}

/** Declares `--json` and runs the action; the result goes to stdout in the form that was asked for. */
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

/** A remark that is no part of the result. */
export const warn = (line: string): void => {
  process.stderr.write(`warning: ${line}\n`);
};
