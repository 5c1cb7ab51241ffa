// Brings a database to the newest schema, gives the application's role its rights, and lets it log in. Safe to repeat at every start.
import { createApplicationLogin, grantApplicationRights } from '#db/application-role.ts';
import { migrate } from '#db/migrate.ts';
import { migrateAuth } from '#web/auth/migrate-auth.ts';

/**
 * @param ownerUrl the role that owns the tables and may create roles
 * @param applicationUrl the role of web and worker; null: the role that logs in is made elsewhere
 * @returns what was applied: migrations, and tables of the schema `auth`
 */
export const prepareDatabase = async (ownerUrl: string, applicationUrl: string | null): Promise<string[]> => {
  const applied = [...(await migrate(ownerUrl)), ...(await migrateAuth(ownerUrl))];
  await grantApplicationRights(ownerUrl);
  if (applicationUrl !== null) await createApplicationLogin(ownerUrl, applicationUrl);
  return applied;
};
