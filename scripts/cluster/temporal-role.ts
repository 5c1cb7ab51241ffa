// Temporal's role in Postgres: it owns its own databases and can't open the application's (docker-compose.yml, `temporal-role`).
import { Client } from 'pg';
import { rolePassword } from '../lib/data-folder.ts';
import type { TemporalDatabase } from './temporal-config.ts';

const ROLE = 'temporal';

/** Creates the role, with a password that is kept in the data folder. Safe to repeat. */
export const createTemporalRole = async (ownerUrl: string, dataDir: string): Promise<TemporalDatabase> => {
  const password = rolePassword(dataDir, 'temporal-password');
  const { hostname, port, pathname } = new URL(ownerUrl);
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [ROLE]);
    if (rowCount === 0) await client.query(`create role ${ROLE}`);
    await client.query(
      `alter role ${ROLE} with login createdb nosuperuser nocreaterole password ${client.escapeLiteral(password)}`,
    );
    await client.query(`revoke connect on database ${client.escapeIdentifier(pathname.slice(1))} from public`);
  } finally {
    await client.end();
  }
  return { host: hostname, port: Number(port), user: ROLE, password };
};
