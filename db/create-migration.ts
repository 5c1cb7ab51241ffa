// Writes a migration for what the entities say and the database does not have yet: `node db/create-migration.ts DATABASE_URL NAME`.
// Then list the new class in migrations/index.ts.
import { openOrm } from './orm.ts';

const [databaseUrl, name] = process.argv.slice(2);
if (!databaseUrl || !name) {
  process.stderr.write('usage: node db/create-migration.ts DATABASE_URL NAME\n');
  process.exit(1);
}
const orm = await openOrm({ databaseUrl });
try {
  const { fileName, diff } = await orm.migrator.create(undefined, false, false, name);
  process.stdout.write(
    diff.up.length === 0 ? 'Nothing to do: entities and migrations agree.\n' : `Wrote ${fileName}\n`,
  );
} finally {
  await orm.close();
}
