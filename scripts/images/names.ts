// The names of the images: IMAGE_PREFIX/PROCESS:VERSION.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../lib/paths.ts';
import { PROCESSES, type ProcessName } from './processes.ts';

export const imageVersion = (env: NodeJS.ProcessEnv): string =>
  env.VERSION || (JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string }).version;

/** By default `localhost/allscale-checkout/web:0.1.0`. */
export const imageNames = (env: NodeJS.ProcessEnv): Record<ProcessName, string> => {
  const prefix = env.IMAGE_PREFIX || 'localhost/allscale-checkout';
  const names = PROCESSES.map((name) => [name, `${prefix}/${name}:${imageVersion(env)}`] as const);
  return Object.fromEntries(names) as Record<ProcessName, string>;
};
