// The console's overview: every queue is counted with its oldest item, what is done is not, and each count reads an index of what is open.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readQueueLengths } from '#db/dispatch/queue-lengths.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger?.close());

test('each queue has its count, what is late, and its oldest item; what is done does not count', async () => {
  const before = await readQueueLengths(ledger.orm.em);
  const ages = [5, 700, 90_000];
  const ago = 'now() - make_interval(secs => ?)';
  for (const seconds of ages) {
    const intentId = await ledger.newIntent();
    const transferId = await ledger.newTransfer(intentId, 5);
    const id = `queue_${seconds}`;
    for (const done of [false, true]) {
      const key = `${id}_${done}`;
      await ledger.rows(`insert into merchant (id, name, email, status, created_at) values (?, 'M', ?, ?, ${ago})`, [
        key,
        `${key}@shop.example`,
        done ? 'active' : 'applied',
        seconds,
      ]);
      await ledger.rows(
        `insert into dispatch (kind, subject_id, dedupe_key, data, created_at, done_at)
         values (?, ?, ?, '{}', ${ago}, case when ? then now() end)`,
        [seconds === 5 ? 'start_email' : 'signal_intent', intentId, key, seconds, done],
      );
      await ledger.rows(
        `insert into email_message (id, kind, subject_id, recipient, locale, data, state, created_at)
         values (?, 'new_key', ?, 'a@shop.example', 'en', '{}', ?, ${ago})`,
        [key, key, done ? 'sent' : 'pending', seconds],
      );
      await ledger.rows(
        `insert into settlement (intent_id, chain_id, token, state, created_at) values (?, 31337, ?, ?, ${ago})`,
        [intentId, `0x${(done ? '22' : '11').repeat(20)}`, done ? 'failed' : 'pending', seconds],
      );
    }
    await ledger.rows(
      `insert into review_item (intent_id, transfer_id, kind, found, state, created_at) values (?, ?, 'late', '{}', 'open', ${ago})`,
      [intentId, transferId, seconds],
    );
  }
  const after = await readQueueLengths(ledger.orm.em);
  for (const queue of ['applications', 'emails', 'settlements', 'reviews', 'dispatch'] as const) {
    expect([queue, after[queue].waiting - before[queue].waiting >= 3]).toEqual([queue, true]);
    expect([queue, after[queue].late - before[queue].late]).toEqual([queue, 2]);
    expect(after[queue].oldestSeconds).toBeGreaterThanOrEqual(90_000);
    expect(after[queue].oldestSeconds).toBeLessThan(91_000);
  }
  for (const queue of ['applications', 'emails', 'settlements', 'reviews'] as const)
    expect([queue, after[queue].waiting - before[queue].waiting]).toEqual([queue, 3]);
  await ledger.rows(`update review_item set state = 'resolved', outcome = 'closed', resolved_at = now()`);
  expect((await readQueueLengths(ledger.orm.em)).reviews).toEqual({ waiting: 0, late: 0, oldestSeconds: 0 });
});
