// Migrates the database as its owner (DATABASE_URL), creates the role of web and worker (APPLICATION_DATABASE_URL) and exits: the
// service `migrate` of docker-compose.yml. `npm start` migrates without it.
import { prepareDatabase } from './lib/prepare-database.ts';

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error('migrate: DATABASE_URL is not set');
  process.exit(1);
}
const applied = await prepareDatabase(databaseUrl, process.env.APPLICATION_DATABASE_URL || null);
console.log(applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`);
