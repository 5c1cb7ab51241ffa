// The dispatcher over a real outbox: two at once, Temporal unavailable, and rows that were done already.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedDispatch } from '#db/dispatch/outbox.ts';
import { Dispatch } from '#db/entities/intent.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, type TestStore } from '#test/support/intents.ts';
import { silent } from '#test/support/payment-system.ts';
import { type Dispatcher, startDispatcher } from '#worker/dispatcher.ts';

let database: TestDatabase;
let orm: Orm;
let store: TestStore;
let dispatchers: Dispatcher[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  store = await makeStore(orm.em);
});
afterEach(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
  dispatchers = [];
  await orm.em.execute('delete from dispatch');
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const run = (dispatch: (row: ClaimedDispatch) => Promise<void>): Dispatcher => {
  const dispatcher = startDispatcher({ em: orm.em, databaseUrl: database.url, logger: silent, dispatch });
  dispatchers.push(dispatcher);
  return dispatcher;
};

const pending = (): Promise<number> => orm.em.fork().count(Dispatch, { doneAt: null });
const untilEmpty = (timeoutMs = 20_000) =>
  waitFor(async () => (await pending()) === 0, { what: 'an empty outbox', timeoutMs });

describe('the dispatcher', () => {
  it('two dispatchers take each row once', async () => {
    for (let count = 0; count < 200; count += 1) await makeIntent(orm.em, store);
    const taken: string[] = [];
    const take = async (row: ClaimedDispatch): Promise<void> => {
      taken.push(row.subjectId);
      await new Promise((resolve) => setImmediate(resolve));
    };
    const [first, second] = [run(take), run(take)];
    await untilEmpty();
    expect(taken).toHaveLength(200);
    expect(new Set(taken).size).toBe(200);
    expect(first.counts.done + second.counts.done).toBe(200);
  });

  it('takes all that a start needs from the row', async () => {
    const intentId = await makeIntent(orm.em, store, { amount: '12.5', orderId: 'A-7' });
    const rows: ClaimedDispatch[] = [];
    run(async (row) => {
      rows.push(row);
    });
    await untilEmpty();
    expect(rows).toMatchObject([
      {
        kind: 'start_intent',
        subjectId: intentId,
        storeId: store.storeId,
        attempts: 1,
        intent: { status: 1, orderId: 'A-7', amountUnits: 125n * 10n ** 17n, coin: 1 },
      },
    ]);
  });

  it('keeps rows that Temporal does not accept, retries slowly during the outage, and delivers all of them afterwards', async () => {
    for (let count = 0; count < 100; count += 1) await makeIntent(orm.em, store);
    let isUp = false;
    const taken = new Set<string>();
    const dispatcher = run(async (row) => {
      if (!isUp) throw new Error('14 UNAVAILABLE');
      taken.add(row.subjectId);
    });
    await waitFor(() => dispatcher.counts.failed >= 66, { what: 'failures', timeoutMs: 20_000 });
    // The first batch runs in parallel, then one at a time.
    expect(dispatcher.counts.failed).toBeLessThan(90);
    expect(await pending()).toBe(100);
    const [failed] = await orm.em.fork().find(Dispatch, { lastError: { $ne: null } }, { limit: 1 });
    expect(failed).toMatchObject({ attempts: 1, lastError: '14 UNAVAILABLE', doneAt: null });
    isUp = true;
    await untilEmpty();
    expect(taken.size).toBe(100);
  });

  it('takes over the rows of a dead dispatcher when their lease has expired', async () => {
    await makeIntent(orm.em, store);
    await orm.em.execute("update dispatch set attempts = 1, available_at = now() + interval '2 seconds'");
    const taken: number[] = [];
    run(async (row) => {
      taken.push(row.attempts);
    });
    await untilEmpty();
    expect(taken).toEqual([2]);
  });

  it('starts payments before a thousand older e-mails, and the e-mails beside them', async () => {
    await orm.em.execute(
      `insert into dispatch (kind, subject_id, dedupe_key, data)
       select 'start_email', 'eml_' || n, 'start_email:eml_' || n, '{}' from generate_series(1, 1000) n`,
    );
    for (let count = 0; count < 30; count += 1) await makeIntent(orm.em, store);
    const emails: (() => void)[] = [];
    let urgent = 0;
    let emailsStarted = 0;
    run(async ({ kind }) => {
      if (kind !== 'start_email') {
        urgent += 1;
        return;
      }
      emailsStarted += 1;
      // Temporal accepts none of them before it has all the others.
      if (urgent < 30) await new Promise<void>((resolve) => emails.push(resolve));
    });
    await waitFor(() => urgent === 30, { what: 'every intent', timeoutMs: 20_000 });
    expect(emailsStarted).toBeGreaterThan(0);
    expect(emailsStarted).toBeLessThan(64);
    for (const taken of emails) taken();
    await untilEmpty(60_000);
    expect(emailsStarted).toBe(1_000);
  });
});
