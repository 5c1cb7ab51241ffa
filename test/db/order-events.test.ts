// Events of orders: written with what causes them, numbered so that no reader misses one, whatever the order of the commits.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEvents } from '#db/events/list-events.ts';
import { NOTICES_PER_ORDER } from '#db/events/record-events.ts';
import { changeIntent, type IntentChange } from '#db/intents/change-intent.ts';
import { eraseOrders } from '#db/personal-data/erase-orders.ts';
import { eraseOldPersonalData } from '#db/personal-data/retention.ts';
import { inTransaction } from '#db/pool.ts';
import { type TransferRow, writeTransferEffects } from '#db/watching/transfer-effects.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Ledger, type NewTransfer, openLedger } from './intents.ts';

const S = IntentStatus;
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const change = (intentId: IntentId, more: Partial<IntentChange>) =>
  changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', ...more });

const eventsOf = async (id: IntentId) => {
  const rows = await ledger.rows<{ event_type: string; body: string; id: string }>(
    'select id, event_type, body from order_event where intent_id = ? order by position',
    [id],
  );
  return rows.map(({ id: eventId, event_type, body }) => {
    const data = JSON.parse(body) as Record<string, unknown>;
    expect(data).toMatchObject({ event_type, webhook_id: eventId, all_scale_checkout_intent_id: id });
    return { ...data, type: event_type.replace('checkout_intent.', '') };
  });
};
const typesOf = async (id: IntentId) => (await eventsOf(id)).map(({ type }) => type);

/** What the watcher writes of these transfers. */
const watch = async (kind: 'transfer_seen' | 'transfer_confirmed' | 'transfer_orphaned', ids: string[]) => {
  const rows = await ledger.rows<TransferRow>(
    `select id, intent_id, chain_id, block_number, block_hash, tx_hash, log_index, token, coin, amount_units, from_address, state
     from token_transfer where id = any(string_to_array(?, ',')::bigint[]) order by id`,
    [ids.join(',')],
  );
  const effects = rows.map((transfer) => ({ transfer, kinds: [kind] as const }));
  await inTransaction(ledger.orm.em.fork(), (sql) => writeTransferEffects(sql, effects));
};
const see = async (id: IntentId, coins: number, more: NewTransfer = {}): Promise<string> => {
  const transfer = await ledger.newTransfer(id, coins, { state: 'seen', ...more });
  await watch('transfer_seen', [transfer]);
  return transfer;
};

describe('what causes them', () => {
  test('a transfer in a block: seen, and short while the price is not reached', async () => {
    const id = await ledger.newIntent({ orderId: 'Ä-1', extraJson: '{"n":12345678901234567890}' });
    const first = await see(id, 2);
    await see(id, 3);
    const events = await eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual(['seen', 'short', 'seen']);
    const [txHash] = await ledger.rows<{ tx_hash: string }>('select tx_hash from token_transfer where id = ?', [first]);
    expect(events[1]).toMatchObject({
      ...{ status: 1, received_coins: '2.0000', missing_coins: '3.0000', transfer_coins: '2.0000' },
      ...{ amount_coins: '5.0000', order_id: 'Ä-1', chain_id: 31337, tx_hash: txHash?.tx_hash, review_type: null },
    });
    expect(events[2]).toMatchObject({ received_coins: '5.0000', missing_coins: '0.0000' });
    const [row] = await ledger.rows<{ body: string }>('select body from order_event where intent_id = ? limit 1', [id]);
    expect(row?.body).toContain('"extra_obj":{"n":12345678901234567890}}');
  });

  test('several parts of one batch leave an order short once', async () => {
    const [id, other] = [await ledger.newIntent(), await ledger.newIntent()];
    const ids = [
      await ledger.newTransfer(id, 1, { state: 'seen' }),
      await ledger.newTransfer(other, 1, { state: 'seen' }),
      await ledger.newTransfer(id, 1, { state: 'seen' }),
    ];
    await watch('transfer_seen', ids);
    expect(await typesOf(id)).toEqual(['seen', 'seen', 'short']);
    expect(await typesOf(other)).toEqual(['seen', 'short']);
  });

  test('a stranger’s many transfers write a limited number of events; reviews and verdicts are still told', async () => {
    const id = await ledger.newIntent();
    const ids: string[] = [];
    while (ids.length < NOTICES_PER_ORDER) ids.push(await ledger.newTransfer(id, 0.01, { state: 'seen' }));
    await watch('transfer_seen', ids.slice(0, 60));
    await watch('transfer_seen', ids.slice(60));
    const types = await typesOf(id);
    expect(types).toHaveLength(NOTICES_PER_ORDER);
    expect(types.filter((type) => type === 'short')).toHaveLength(1);
    await see(id, 0.01);
    expect(await typesOf(id)).toHaveLength(NOTICES_PER_ORDER);
    await change(id, { to: S.TIMEOUT });
    const late = await ledger.newTransfer(id, 5);
    await change(id, { to: S.PENDING_MANUAL_OPERATION, reviews: [{ kind: 'late', transferId: late }] });
    expect((await typesOf(id)).slice(NOTICES_PER_ORDER)).toEqual(['expired', 'late']);
  });

  test('a confirmation writes nothing; a reorganisation says that the money is gone', async () => {
    const id = await ledger.newIntent();
    const transfer = await see(id, 5);
    await watch('transfer_confirmed', [transfer]);
    await ledger.rows(`update token_transfer set state = 'orphaned' where id = ?`, [transfer]);
    await watch('transfer_orphaned', [transfer]);
    expect(await eventsOf(id)).toMatchObject([{ type: 'seen' }, { type: 'removed', received_coins: '0.0000' }]);
  });

  test('dust writes nothing, and money in a coin that is not accepted leaves no order short', async () => {
    const id = await ledger.newIntent({ acceptedStableCoins: [1] });
    await see(id, 0.009);
    expect(await typesOf(id)).toEqual([]);
    await see(id, 2, { coin: 2 });
    expect(await typesOf(id)).toEqual(['seen']);
  });

  test.each([
    [S.TIMEOUT, 'expired'],
    [S.UNDERPAID, 'expired'],
    [S.CANCELED, 'canceled'],
    [S.REJECTED, 'rejected'],
  ] as const)('the verdict %i: %s, once', async (to, type) => {
    const id = await ledger.newIntent();
    await change(id, { to });
    await change(id, { to });
    expect(await eventsOf(id)).toMatchObject([
      { type, status: to, tx_hash: null, chain_id: null, transfer_coins: null },
    ]);
  });

  test('a review: late, or review with its reason; of a paid order never with status 20', async () => {
    const id = await ledger.newIntent();
    await change(id, { to: S.TIMEOUT });
    const late = await ledger.newTransfer(id, 5);
    const reviews = [{ kind: 'late' as const, transferId: late }];
    await change(id, { to: S.PENDING_MANUAL_OPERATION, reviews });
    await change(id, { to: S.PENDING_MANUAL_OPERATION, reviews });
    expect(await eventsOf(id)).toMatchObject([
      { type: 'expired' },
      { type: 'late', status: 4, review_type: 1, transfer_coins: '5.0000', received_coins: '0.0000' },
    ]);

    const paid = await ledger.newIntent();
    await change(paid, { to: S.CONFIRMED, paymentTransferIds: [await ledger.newTransfer(paid, 5)] });
    const second = await ledger.newTransfer(paid, 7);
    await change(paid, { reviews: [{ kind: 'second_payment', transferId: second }] });
    expect(await eventsOf(paid)).toMatchObject([
      { type: 'confirmed' },
      { type: 'review', status: 4, review_type: 5, transfer_coins: '7.0000', received_coins: '5.0000' },
    ]);
  });

  test('a confirmed payment has the id and the bytes of its webhook, also when an older release wrote it', async () => {
    const id = await ledger.newIntent();
    await change(id, { to: S.CONFIRMED, paymentTransferIds: [await ledger.newTransfer(id, 5)] });
    expect(
      await ledger.rows(
        'select e.id = w.id and e.body = w.body and e.event_type = w.event_type as same from order_event e join webhook_event w on w.intent_id = e.intent_id where e.intent_id = ?',
        [id],
      ),
    ).toEqual([{ same: true }]);
  });

  test('what is not written with its cause is not there: a rejected change leaves no event', async () => {
    const id = await ledger.newIntent();
    await expect(change(id, { to: S.SEND_BACK, actor: 'page' })).rejects.toThrow();
    const client = await connect();
    await client.query('begin');
    await write(client, id);
    await client.query('rollback');
    expect(await typesOf(id)).toEqual([]);
    await client.end();
  });
});

const connect = async (): Promise<pg.Client> => {
  const client = new pg.Client(ledger.database.url);
  await client.connect();
  return client;
};

let written = 0;
const write = async (client: pg.Client, id: IntentId, storeId = ledger.storeId): Promise<string> => {
  written += 1;
  const eventId = `evt_test${written}`;
  await client.query(
    `insert into order_event (id, store_id, intent_id, event_type, body) values ($1, $2, $3, 'checkout_intent.seen', '{}')`,
    [eventId, storeId, id],
  );
  return eventId;
};

describe('numbers', () => {
  const read = async (storeId: string, after: bigint, limit = 100) => {
    const { events, hasMore } = await listEvents(ledger.orm.em, storeId, after, limit);
    return { ids: events.map(({ id }) => id), last: events.at(-1)?.sequence ?? after, hasMore, events };
  };

  test('what commits after a later one was read comes after it', async () => {
    const id = await ledger.newIntent();
    const [slow, fast] = [await connect(), await connect()];
    await slow.query('begin');
    const first = await write(slow, id, 'sto_slow');
    const second = await write(fast, id, 'sto_slow');
    const before = await read('sto_slow', 0n);
    expect(before).toMatchObject({ ids: [second], last: 1n });
    await slow.query('commit');
    expect(await read('sto_slow', before.last)).toMatchObject({ ids: [first], last: 2n });
    expect((await read('sto_slow', 0n)).ids).toEqual([second, first]);
    await Promise.all([slow.end(), fast.end()]);
  });

  test('writers that commit in any order, and readers beside them: each reader gets every event once, in one order', async () => {
    const id = await ledger.newIntent();
    const storeId = 'sto_crowd';
    const WRITERS = 6;
    const EACH = 25;
    const expected: string[] = [];
    let writing = WRITERS;
    const writer = async (): Promise<void> => {
      const client = await connect();
      for (let index = 0; index < EACH; index += 1) {
        await client.query('begin');
        expected.push(await write(client, id, storeId));
        // Some transactions stay open while others begin and commit.
        await client.query('select pg_sleep(random() * 0.03)');
        await client.query('commit');
      }
      await client.end();
      writing -= 1;
    };
    const reader = async (): Promise<string[]> => {
      const seen: string[] = [];
      let after = 0n;
      for (;;) {
        const isOver = writing === 0;
        const page = await read(storeId, after, 7);
        seen.push(...page.ids);
        for (const { sequence } of page.events) {
          expect(sequence).toBeGreaterThan(after);
          after = sequence;
        }
        if (isOver && page.ids.length === 0) return seen;
      }
    };
    const [, ...readers] = await Promise.all([
      Promise.all(Array.from({ length: WRITERS }, writer)),
      ...Array.from({ length: 3 }, reader),
    ]);
    expect(readers[0]?.toSorted()).toEqual(expected.toSorted());
    expect(readers[0]).toHaveLength(WRITERS * EACH);
    for (const seen of readers) expect(seen).toEqual(readers[0]);
  });

  test('a backlog is numbered in steps: a first reader with a small page does not number all of it', async () => {
    const id = await ledger.newIntent();
    await ledger.rows(
      `insert into order_event (id, store_id, intent_id, event_type, body)
       select 'evt_backlog' || n, 'sto_backlog', ?, 'checkout_intent.seen', '{}' from generate_series(1, 2500) n`,
      [id],
    );
    expect(await read('sto_backlog', 0n, 2)).toMatchObject({ ids: ['evt_backlog1', 'evt_backlog2'], hasMore: true });
    expect(await ledger.rows(`select last::int from event_sequence where store_id = 'sto_backlog'`)).toEqual([
      { last: 1_000 },
    ]);
    let after = 0n;
    const seen: string[] = [];
    for (let hasMore = true; hasMore; ) {
      const page = await read('sto_backlog', after, 100);
      seen.push(...page.ids);
      ({ last: after, hasMore } = page);
    }
    expect(seen).toEqual(Array.from({ length: 2_500 }, (_, index) => `evt_backlog${index + 1}`));
    expect(await read('sto_backlog', 10_000n)).toMatchObject({ ids: [], last: 10_000n, hasMore: false });
  });
});

test('an erased order keeps its events and loses their bodies', async () => {
  const id = await ledger.newIntent({ userName: 'Ada' });
  await see(id, 2);
  await inTransaction(ledger.orm.em.fork(), (sql) => eraseOrders(sql, { ids: [id] }));
  const { events } = await listEvents(ledger.orm.em, ledger.storeId, 0n, 1_000);
  const own = events.filter(({ intentId }) => intentId === id);
  expect(own.map(({ body }) => body)).toEqual([null, null]);
});

const bodiesOf = async (id: IntentId) =>
  (await ledger.rows<{ body: string }>('select body from order_event where intent_id = ? order by position', [id])).map(
    ({ body }) => body,
  );
const erase = (id: IntentId) => inTransaction(ledger.orm.em.fork(), (sql) => eraseOrders(sql, { ids: [id] }));
/** The hourly pass, two hours after the erasure. */
const passLater = async (): Promise<void> => {
  await ledger.rows(`update event_erasure set erased_at = erased_at - interval '2 hours'`);
  await eraseOldPersonalData(ledger.orm.em, { orderDays: 730, messageDays: 90 });
};

test('an event that an endpoint waits for is kept until then, and emptied afterwards', async () => {
  const id = await ledger.newIntent({ userName: 'Ada' });
  await see(id, 2);
  await ledger.rows(
    `with made as (
       insert into webhook_endpoint (id, store_id, url, sealed_secret, event_types)
       values ('whe_waits', ?, 'https://shop.example/waits', '', '{checkout_intent.late}') returning id)
     insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, own_workflow)
     select 'whd_waits', e.id, made.id, e.intent_id, false from order_event e, made where e.intent_id = ? and event_type like '%.seen'`,
    [ledger.storeId, id],
  );
  await erase(id);
  expect(await bodiesOf(id)).toEqual([expect.stringContaining('Ada'), '']);
  await passLater();
  expect(await bodiesOf(id)).toEqual([expect.stringContaining('Ada'), '']);
  await ledger.rows(`update endpoint_delivery set state = 'delivered' where id = 'whd_waits'`);
  await passLater();
  expect(await bodiesOf(id)).toEqual(['', '']);
  expect(await ledger.rows('select from event_erasure where intent_id = ?', [id])).toEqual([]);
});

test('events after an erasure say nothing about the shopper, also those that were being written', async () => {
  const id = await ledger.newIntent({
    userName: 'Ada',
    userId: 'customer-7',
    extraJson: '{"phone":"+44 20 7946 0000"}',
  });
  const slow = await connect();
  await slow.query('begin');
  await slow.query(
    `insert into order_event (id, store_id, intent_id, event_type, body)
     values ('evt_slow', $1, $2, 'checkout_intent.seen', '{"user_name":"Ada"}')`,
    [ledger.storeId, id],
  );
  await erase(id);
  await slow.query('commit');
  await slow.end();
  await see(id, 2);
  expect((await bodiesOf(id)).slice(1).join()).not.toMatch(/\bAda\b|customer-7|20 7946 0000/);
  await passLater();
  expect(await bodiesOf(id)).toEqual(['', '', '']);
});
