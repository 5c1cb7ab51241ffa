// Migrates the database and exits: the service `migrate` of docker-compose.yml. `npm start` migrates without it.
import { migrate } from '#db/migrate.ts';
import { migrateAuth } from '#web/auth/migrate-auth.ts';

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error('migrate: DATABASE_URL is not set');
  process.exit(1);
}
const applied = [...(await migrate(databaseUrl)), ...(await migrateAuth(databaseUrl))];
console.log(applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`);
