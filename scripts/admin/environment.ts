// The environment of the running system. `npm start` writes it to DATA_DIR/run/env.json (readable only by its owner); variables
// of this process have priority.
import { readFileSync } from 'node:fs';
import type { Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { dataDirOf } from '../lib/paths.ts';
import { environmentFile } from '../lib/start-settings.ts';

/** Reads both sources. An unreadable or invalid file is ignored. */
export const runningEnvironment = (processEnv: Env): Env => {
  const file = environmentFile(dataDirOf(processEnv));
  const given = Object.fromEntries(
    Object.entries(processEnv).filter(([, value]) => value !== undefined && value !== ''),
  );
  return { ...readEnvironmentFile(file), ...given };
};

const readEnvironmentFile = (file: string): Env => {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null ? (content as Env) : {};
  } catch {
    return {};
  }
};

/** Where browsers reach the system, without a slash at its end. */
export const publicUrlOf = (env: Env): string => needVariable(env, 'PUBLIC_URL').replace(/\/+$/, '');

/** A required variable. Throws UserError that says how to set it. */
export const needVariable = (env: Env, name: string): string => {
  const value = env[name];
  if (value) return value;
  throw new UserError(
    'not_running',
    `no system runs in ${dataDirOf(env)}: start the system with \`npm start\` (same DATA_DIR), or set ${name}`,
  );
};
