// A signed head that was mailed finds what the hash chain alone cannot: an end that was cut off, and a rewrite from any entry on.
import { beforeEach, expect, test } from 'vitest';
import { findBrokenAuditEntry, writeAudit } from '#db/merchants/audit.ts';
import { recordAuditHead, verifyAuditLog } from '#db/merchants/audit-heads.ts';
import { isSignedAuditHead, readAuditKey, trustedAuditKeys } from '#db/merchants/audit-keys.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { auditHeadText, readAuditHead, type SignedAuditHead } from '#domain/audit-head.ts';
import { createTestDatabase, asOwner as runAsOwner, type TestDatabase } from '#test/support/database.ts';

const SEED = Buffer.alloc(32, 7).toString('base64');
const MASTER_KEYS = parseMasterKeys(
  `a:${Buffer.alloc(32, 1).toString('base64')},b:${Buffer.alloc(32, 2).toString('base64')}`,
);
const KEY = readAuditKey(SEED, MASTER_KEYS);
const trusted = trustedAuditKeys(SEED, MASTER_KEYS);

let database: TestDatabase;
let orm: Orm;
beforeEach(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  return async () => {
    await orm.close();
    await database.drop();
  };
});

const write = (subjectId: string) =>
  orm.em.fork().transactional((em) =>
    writeAudit(em as typeof orm.em, {
      actor: { kind: 'operator', id: 'u1', email: 'bd@example.com' },
      action: 'merchant.activate',
      subjectKind: 'merchant',
      subjectId,
    }),
  );
const writeMany = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await write(`mer_${index}`);
};
const record = (now: string) =>
  recordAuditHead(orm.em, {
    key: KEY,
    trusted,
    recipients: ['op@example.com', 'ciso@example.com'],
    now: new Date(now),
  });
const headOf = async (now = '2026-11-29T00:10:00.000Z'): Promise<SignedAuditHead> => {
  const head = await record(now);
  if (!head) throw new Error('no head');
  return head;
};

/** What the owner of the table can do: no trigger runs (finding 10). */
const asOwner = (...statements: string[]) =>
  runAsOwner(database.url, 'set local session_replication_role = replica', ...statements);

/** Changes one entry and computes every hash from it on anew, so that the chain is intact. */
const rewriteFrom = (id: string) =>
  asOwner(
    `update audit_entry set reason = 'never happened' where id = ${id}`,
    `do $$ declare entry audit_entry; previous text;
     begin
       for entry in select * from audit_entry where id >= ${id} order by id loop
         select coalesce((select hash from audit_entry where id < entry.id order by id desc limit 1), '') into previous;
         update audit_entry set hash = encode(sha256(convert_to(concat_ws(E'\\x1f', previous, id,
           to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_kind, actor_id, coalesce(actor_email, '-'), action,
           subject_kind, subject_id, coalesce(merchant_id, '-'), coalesce(store_id, '-'), coalesce(reason, '-'), data::text), 'UTF8')), 'hex')
         where id = entry.id;
       end loop;
     end $$`,
  );

const problemWith = async (given: SignedAuditHead | null) =>
  (await verifyAuditLog(orm.em, { given, trusted })).problem?.kind ?? null;

test('a head once a day, numbered, signed, and mailed to each recipient in the same transaction', async () => {
  expect(await record('2026-11-28T00:10:00.000Z')).toBeNull(); // An empty log.
  await writeMany(3);
  const runs = await Promise.all(Array.from({ length: 5 }, () => record('2026-11-29T00:10:00.000Z')));
  const made = runs.filter((head) => head !== null);
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({ number: 1, entries: '3' });
  expect(isSignedAuditHead(made[0] as SignedAuditHead)).toBe(true);
  await write('mer_next');
  expect(await headOf('2026-11-30T00:10:00.000Z')).toMatchObject({ number: 2, entries: '4' });
  const mails = await orm.em
    .fork()
    .execute(`select recipient from email_message where kind = 'audit_head' order by subject_id, recipient`);
  expect(mails.map(({ recipient }) => recipient as string)).toEqual([
    ...['ciso@example.com', 'op@example.com'],
    ...['ciso@example.com', 'op@example.com'],
  ]);
  expect(await problemWith(null)).toBeNull();
  expect(await problemWith(made[0] as SignedAuditHead)).toBeNull();
});

test('a head that nobody would receive is an error, and leaves with the first recipient', async () => {
  await write('mer_1');
  const options = { key: KEY, trusted, now: new Date('2026-11-29T00:10:00.000Z') };
  await expect(recordAuditHead(orm.em, { ...options, recipients: [] })).rejects.toThrow('AUDIT_HEAD_EMAILS');
  expect(await recordAuditHead(orm.em, { ...options, recipients: ['op@example.com'] })).toMatchObject({ number: 1 });
});

test('a row of the day that this system did not sign does not stand for its head', async () => {
  await write('mer_1');
  const foreign = readAuditKey(Buffer.alloc(32, 9).toString('base64'), MASTER_KEYS);
  const day = new Date('2026-11-29T00:10:00.000Z');
  await recordAuditHead(orm.em, {
    key: foreign,
    trusted: [foreign.publicKey],
    recipients: ['x@example.com'],
    now: day,
  });
  await expect(record('2026-11-29T00:20:00.000Z')).rejects.toThrow('not signed by this system');
  expect(await record('2026-11-30T00:10:00.000Z')).toMatchObject({ number: 2 });
});

test.each([1, 2, 3, 5])('finds that the last %i entries were cut off', async (cut) => {
  await writeMany(6);
  const head = await headOf();
  await asOwner(`delete from audit_entry where id in (select id from audit_entry order by id desc limit ${cut})`);
  // The chain alone does not notice.
  expect(await findBrokenAuditEntry(orm.em)).toBeNull();
  expect(await problemWith(head)).toBe('entry_missing');
  // Entries that follow do not hide it.
  await writeMany(4);
  expect(await problemWith(head)).not.toBeNull();
  expect(await problemWith(null)).not.toBeNull();
});

test('finds a rewrite from any entry on, also when the heads in the database are removed', async () => {
  await writeMany(5);
  const head = await headOf();
  const ids = await orm.em.fork().execute<{ id: string }[]>('select id::text from audit_entry order by audit_entry.id');
  for (const { id } of ids.reverse()) {
    await rewriteFrom(id);
    expect(await findBrokenAuditEntry(orm.em), id).toBeNull();
    expect(await problemWith(head), id).toBe('rewritten');
    expect(await problemWith(null), id).toBe('rewritten');
  }
  await asOwner('delete from audit_head');
  expect(await problemWith(null)).toBeNull();
  expect(await problemWith(head)).toBe('rewritten');
});

test('finds entries that were removed from the middle with all later hashes computed anew', async () => {
  await writeMany(5);
  const head = await headOf();
  const [first, second] = await orm.em
    .fork()
    .execute<{ id: string }[]>('select id::text from audit_entry order by audit_entry.id');
  await asOwner(`delete from audit_entry where id = ${first?.id}`);
  await rewriteFrom(second?.id ?? '');
  expect(await findBrokenAuditEntry(orm.em)).toBeNull();
  expect(await problemWith(head)).toBe('rewritten');
  // Even a hash that somebody put back does not hide the count.
  await asOwner(`update audit_entry set hash = '${head.hash}' where id = ${head.lastId}`);
  expect(await problemWith(head)).toBe('broken');
});

test('a head that was changed, or signed by another key, is rejected', async () => {
  await writeMany(2);
  const head = await headOf();
  for (const change of [{ entries: '1' }, { number: 2 }, { at: '2026-11-28T00:10:00.000Z' }, { lastId: '1' }]) {
    expect(await problemWith({ ...head, ...change }), JSON.stringify(change)).toBe('head_forged');
  }
  const other = readAuditKey(Buffer.alloc(32, 9).toString('base64'), MASTER_KEYS);
  expect(await problemWith({ ...head, publicKey: other.publicKey })).toBe('head_unknown_key');
  // Somebody with the database but without the key puts a head of his own in.
  await asOwner(`update audit_head set signature = 'A' || substr(signature, 2)`);
  expect(await problemWith(null)).toBe('head_forged');
});

test('the text of a head is read back, also from an e-mail with broken lines', async () => {
  await writeMany(1);
  const head = await headOf();
  expect(readAuditHead(`Hello,\n\n${auditHeadText(head)}\n\nBye`)).toEqual(head);
  const quoted = auditHeadText(head).replaceAll(/(.{60})/g, '$1=\r\n');
  expect(readAuditHead(quoted)).toEqual(head);
  expect(readAuditHead(auditHeadText(head).replace('Hash', 'Hesh'))).toBeNull();
});

test('heads can be neither changed nor removed by ordinary statements', async () => {
  await writeMany(1);
  await headOf();
  for (const statement of ['update audit_head set entries = 0', 'delete from audit_head', 'truncate audit_head']) {
    await expect(orm.em.fork().execute(statement), statement).rejects.toThrow('permission denied');
    await expect(runAsOwner(database.url, statement), statement).rejects.toThrow('append-only');
  }
});

test('without AUDIT_SIGNING_KEY heads are signed under the current master key, and older ones stay trusted', () => {
  const derived = readAuditKey(null, MASTER_KEYS);
  expect(trusted).toContain(derived.publicKey);
  const rotated = parseMasterKeys(
    `c:${Buffer.alloc(32, 3).toString('base64')},a:${Buffer.alloc(32, 1).toString('base64')}`,
  );
  expect(readAuditKey(null, rotated).publicKey).not.toBe(derived.publicKey);
  expect(trustedAuditKeys(null, rotated)).toContain(derived.publicKey);
});
