// The target of a whole system, from the environment that `npm start` writes for operator commands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMasterKeys } from '#db/secrets.ts';
import type { Env } from '#domain/config.ts';
import { needVariable } from '#scripts/admin/environment.ts';
import { dataDirOf } from '#scripts/lib/paths.ts';
import type { Target } from './target.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Throws RangeError for a system that other people may use: attacks make accounts and orders. */
export const targetOf = (env: Env): Target => {
  const url = needVariable(env, 'PUBLIC_URL');
  if (!LOOPBACK.includes(new URL(url).hostname))
    throw new RangeError(`${url} is not on this machine: nothing was sent`);
  return {
    url,
    databaseUrl: needVariable(env, 'DATABASE_URL'),
    masterKeys: parseMasterKeys(needVariable(env, 'MASTER_KEYS')),
    authSecret: needVariable(env, 'AUTH_SECRET'),
    development: env.NODE_ENV === 'development',
    complete: true,
    logs: () => logsIn(join(dataDirOf(env), 'logs')),
  };
};

const logsIn = (folder: string): string => {
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder).filter((file) => /\b(web|worker)\b/.test(file));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
};
