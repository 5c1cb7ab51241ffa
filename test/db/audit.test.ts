// The audit log is a hash chain: no entry can be changed or deleted, and an entry altered in spite of the trigger is found.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrokenAuditEntry, type NewAuditEntry, writeAudit } from '#db/merchants/audit.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { asOwner, createTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let orm: Orm;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const entry = (subjectId: string): NewAuditEntry => ({
  actor: { kind: 'operator', id: 'u1', email: 'bd@example.com' },
  action: 'merchant.activate',
  subjectKind: 'merchant',
  subjectId,
  reason: 'checked',
});
const write = (subjectId: string) =>
  orm.em.fork().transactional((em) => writeAudit(em as typeof orm.em, entry(subjectId)));

test('entries written at the same time form one chain', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => write(`mer_${index}`)));
  const rows = await orm.em.fork().execute<{ hash: string }[]>('select hash from audit_entry order by id');
  expect(new Set(rows.map(({ hash }) => hash)).size).toBe(20);
  expect(await findBrokenAuditEntry(orm.em)).toBeNull();
});

test.each(['update audit_entry set reason = null', 'delete from audit_entry', 'truncate audit_entry'])(
  'rejects %s',
  async (statement) => {
    await write('mer_x');
    await expect(orm.em.fork().execute(statement)).rejects.toThrow('permission denied for table audit_entry');
    await expect(asOwner(database.url, statement)).rejects.toThrow('append-only');
  },
);

test('finds an entry altered by the owner of the table, and a missing entry', async () => {
  for (const name of ['a', 'b', 'c']) await write(name);
  const em = orm.em.fork();
  const idOf = async (subjectId: string): Promise<string> => {
    const rows = await em.execute<{ id: string }[]>('select id::text from audit_entry where subject_id = ?', [
      subjectId,
    ]);
    return rows[0]?.id ?? '';
  };
  const [b, c] = [await idOf('b'), await idOf('c')];
  const unguarded = (statement: string) =>
    asOwner(database.url, 'set local session_replication_role = replica', statement);
  await unguarded(`update audit_entry set reason = 'another' where id = ${b}`);
  expect(await findBrokenAuditEntry(orm.em)).toEqual({ id: b });
  await unguarded(`delete from audit_entry where id = ${b}`);
  expect(await findBrokenAuditEntry(orm.em)).toEqual({ id: c });
});
