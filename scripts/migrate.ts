// Migrates the database as its owner (DATABASE_URL), creates the role of web and worker (APPLICATION_DATABASE_URL) and exits: the
// service `migrate` of docker-compose.yml. `npm start` migrates without it. As web and worker, it takes production for granted.
import type { Env } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';
import { refuseWeakSettings } from '#domain/production-settings.ts';
import { prepareDatabase } from './lib/prepare-database.ts';

/** Throws ConfigError that names the variable and the reason, never the value. */
const readUrls = (env: Env): { owner: string; application: string | null } => {
  const { NODE_ENV, DATABASE_URL: owner, APPLICATION_DATABASE_URL } = env;
  const application = APPLICATION_DATABASE_URL || null;
  if (!owner) throw new ConfigError('DATABASE_URL: is not set');
  const urls = { DATABASE_URL: owner, ...(application ? { APPLICATION_DATABASE_URL: application } : {}) };
  for (const [name, url] of Object.entries(urls)) {
    if (!URL.canParse(url) || !/^postgres(ql)?:/.test(url)) throw new ConfigError(`${name}: must be a postgres:// URL`);
  }
  if ((NODE_ENV || 'production') === 'production') refuseWeakSettings(urls);
  return { owner, application };
};

try {
  const { owner, application } = readUrls(process.env);
  const applied = await prepareDatabase(owner, application);
  console.log(applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`migrate: ${error.message}`);
  process.exitCode = 1;
}
