// What an error of the database says reaches logs, traces and Temporal's histories: the rule that was broken, and no value of a row.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Orm, openOrm } from '#db/orm.ts';
import { inTransaction } from '#db/pool.ts';
import { asOwner, createTestDatabase, type TestDatabase } from '#test/support/database.ts';

const EMAIL = 'anna.lee@mail.example';
let database: TestDatabase;
let orm: Orm;
beforeAll(async () => {
  database = await createTestDatabase();
  await asOwner(
    database.url,
    'create table person (email text primary key, age int not null check (age > 0))',
    'grant insert, select on person to public',
  );
  orm = await openOrm({ databaseUrl: database.url });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const failing = [
  [`insert into person values ('${EMAIL}', 1), ('${EMAIL}', 1)`, 'UniqueConstraintViolationException', 'person_pkey'],
  [`insert into person values ('${EMAIL}', -1)`, 'CheckConstraintViolationException', 'person_age_check'],
  [`insert into person values ('${EMAIL}', null)`, 'NotNullConstraintViolationException', 'column "age"'],
] as const;

test.each(failing)('%s', async (sql, kind, rule) => {
  const ways = [
    (): Promise<unknown> => orm.em.execute(sql),
    (): Promise<unknown> => orm.em.fork().transactional((em) => em.execute(sql)),
  ];
  for (const way of ways) {
    const error = await way().then(
      () => null,
      (thrown: unknown) => thrown as Error & { code?: string },
    );
    expect(error?.name).toBe(kind);
    expect(error?.message).toContain(rule);
    expect(error?.code).toMatch(/^23/);
    expect(JSON.stringify([error, error?.message, error?.stack])).not.toContain(EMAIL);
  }
  // The few statements beside the ORM: the message is Postgres' own, which names no value.
  const direct = await inTransaction(orm.em, (direct) => direct.query({ name: rule, text: sql, values: [] })).then(
    () => null,
    (thrown: unknown) => thrown as Error,
  );
  expect(direct?.message).toContain(rule);
  expect(direct?.message).not.toContain(EMAIL);
});
