// The only writer of statuses: transitions and permissions, one timeline event for each change, safe to repeat and to race, and what
// CONFIRMED writes.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { changeIntent, INTENT_CHANGED_CHANNEL, type IntentChange } from '#db/intents/change-intent.ts';
import { TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { canPageTransition, canTransition, INTENT_STATUSES, IntentStatus } from '#domain/status.ts';
import { randomAddress } from '#test/support/intents.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const S = IntentStatus;
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const change = (intentId: IntentId, more: Partial<IntentChange>) =>
  changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', ...more });
const statusOf = async (id: IntentId) =>
  (await ledger.rows<{ status: number }>('select status from checkout_intent where id = ?', [id]))[0]?.status;
const timeline = (id: IntentId) =>
  ledger.rows('select kind, status_from, status_to from timeline_event where intent_id = ? order by id', [id]);

/** Sets any status directly, because only the next transition is tested. */
const intentIn = async (status: IntentStatus): Promise<IntentId> => {
  const id = await ledger.newIntent();
  if (status === S.CONFIRMED) {
    const transfer = await ledger.newTransfer(id, 5);
    await change(id, { to: S.CONFIRMED, paymentTransferIds: [transfer] });
    await ledger.rows("delete from timeline_event where intent_id = ? and kind = 'status'", [id]);
  } else await ledger.rows('update checkout_intent set status = ? where id = ?', [status, id]);
  return id;
};

describe('every pair of statuses, for every actor', () => {
  test.each(INTENT_STATUSES)('from %i', async (from) => {
    for (const actor of ['page', 'workflow', 'operator'] as const) {
      for (const to of INTENT_STATUSES.filter(
        (status) => status !== S.CONFIRMED || !canTransition(from, S.CONFIRMED),
      )) {
        const id = await intentIn(from);
        const allowed = to === from || (actor === 'page' ? canPageTransition(from, to) : canTransition(from, to));
        if (allowed) {
          expect(await change(id, { actor, to })).toEqual({ from, to, changed: to !== from });
          expect(await statusOf(id)).toBe(to);
        } else {
          await expect(change(id, { actor, to }), `${actor} ${from} → ${to}`).rejects.toThrow(TransitionError);
          expect(await statusOf(id)).toBe(from);
          expect(await timeline(id)).toHaveLength(1);
        }
      }
    }
  });
});

test('a change writes the status and one timeline event with its facts, and announces the intent', async () => {
  const client = new pg.Client(ledger.database.url);
  await client.connect();
  const notified: (string | undefined)[] = [];
  client.on('notification', ({ payload }) => notified.push(payload));
  await client.query(`listen ${INTENT_CHANGED_CHANNEL}`);
  const id = await ledger.newIntent();
  await change(id, { to: S.PAYING, actor: 'page', data: { why: 'opened' } });
  await expect.poll(() => notified).toEqual([id]);
  expect(
    await ledger.rows(
      "select status_from, status_to, data from timeline_event where intent_id = ? and kind = 'status'",
      [id],
    ),
  ).toEqual([{ status_from: 1, status_to: 2, data: { why: 'opened' } }]);
  await client.end();
});

test('two changes, and ten at once, count as one', async () => {
  const id = await ledger.newIntent();
  const results = await Promise.all(Array.from({ length: 10 }, () => change(id, { to: S.PAYING, actor: 'page' })));
  expect(results.filter(({ changed }) => changed)).toHaveLength(1);
  expect(await timeline(id)).toEqual([
    { kind: 'created', status_from: null, status_to: 1 },
    { kind: 'status', status_from: 1, status_to: 2 },
  ]);
});

test('a late page does not undo what the workflow wrote', async () => {
  const id = await ledger.newIntent();
  await Promise.allSettled([
    change(id, { to: S.ON_CHAIN }),
    change(id, { to: S.PAYING, actor: 'page' }),
    change(id, { to: S.TEMP_WALLET_RECEIVED, actor: 'page' }),
  ]);
  expect(await statusOf(id)).toBe(S.ON_CHAIN);
});

test('inside a caller’s transaction nothing is written until that commits', async () => {
  const id = await ledger.newIntent();
  const failing = ledger.orm.em.fork().transactional(async (em) => {
    await changeIntent(em, { intentId: id, actor: 'workflow', to: S.PAYING });
    throw new Error('taken back');
  });
  await expect(failing).rejects.toThrow('taken back');
  expect(await statusOf(id)).toBe(S.CREATED);
  expect(await timeline(id)).toHaveLength(1);
});

test('the deadline is extended once', async () => {
  const id = await ledger.newIntent();
  const first = new Date(Date.now() + 3_600_000);
  await change(id, { extendTo: first });
  await change(id, { extendTo: new Date(Date.now() + 7_200_000) });
  const [row] = await ledger.rows<{ at: string }>(
    'select extract(epoch from expires_at) as at from checkout_intent where id = ?',
    [id],
  );
  expect(Math.round(Number(row?.at) * 1000)).toBe(first.getTime());
  expect((await timeline(id)).map(({ kind }) => kind)).toEqual(['created', 'clock_extended']);
});

test('a review is written once for each kind and transfer, and only for transfers of this intent', async () => {
  const [id, other] = [await ledger.newIntent(), await ledger.newIntent()];
  const [mine, theirs] = [await ledger.newTransfer(id, 1.5), await ledger.newTransfer(other, 1)];
  const reviews = [{ kind: 'late' as const, transferId: mine }];
  for (const to of [S.PENDING_MANUAL_OPERATION, S.PENDING_MANUAL_OPERATION]) await change(id, { to, reviews });
  const found = await ledger.rows<{ kind: string; state: string; found: { amount: string } }>(
    'select kind, state, found from review_item where intent_id = ?',
    [id],
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ kind: 'late', state: 'open', found: { amount: '1.5000', chain_id: 31337 } });
  expect((await timeline(id)).map(({ kind }) => kind)).toEqual(['created', 'review_opened', 'status']);
  await expect(change(id, { reviews: [{ kind: 'late', transferId: theirs }] })).rejects.toThrow();
});

describe('CONFIRMED', () => {
  const confirm = (id: IntentId, paymentTransferIds: string[]) => change(id, { to: S.CONFIRMED, paymentTransferIds });

  test('writes the paid facts, one webhook event with its bytes and the settlements', async () => {
    const id = await ledger.newIntent({ extraJson: '{"n": 1.0}', orderId: 'A-1' });
    const early = await ledger.newTransfer(id, 2, {
      blockTime: new Date(Date.now() - 5000),
      chainId: 31338,
      decimals: 18,
    });
    const late = await ledger.newTransfer(id, 4);
    await confirm(id, [early, late]);

    const [intent] = await ledger.rows('select * from checkout_intent where id = ?', [id]);
    const [completing] = await ledger.rows(
      'select tx_hash, from_address, to_address from token_transfer where id = ?',
      [late],
    );
    // 2 % of 2 and of 4 coins; 6 paid for 5.
    expect(intent).toMatchObject({
      status: 20,
      paid_chain_id: 31337,
      paid_coin: 1,
      paid_token: RECEIVER,
      tx_hash: completing?.tx_hash,
      tx_from: completing?.from_address,
      tx_to: completing?.to_address,
      actual_paid_units: '6000000000000000000',
      service_fee_units: '120000000000000000',
      net_income_units: '5880000000000000000',
      surplus_units: '1000000000000000000',
    });
    const [event] = await ledger.rows<{ id: string; transaction_id: string; body: string }>(
      'select * from webhook_event where intent_id = ?',
      [id],
    );
    expect(event?.body).toContain('"extra_obj":{"n": 1.0}}');
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      webhook_id: event?.id,
      all_scale_transaction_id: event?.transaction_id,
      all_scale_checkout_intent_id: id,
      amount_cents: 500,
      order_id: 'A-1',
      tx_hash: completing?.tx_hash,
      chain_id: 31337,
      coin_symbol: 'USDT',
      currency: null,
    });
    // The workflow that writes it delivers it, and needs no message.
    const carried = 'select own_workflow from webhook_event where id = ? and own_workflow';
    expect(await ledger.rows(carried, [event?.id])).toEqual([]);
    expect(await ledger.rows('select kind from dispatch where dedupe_key like ?', [`%${event?.id}`])).toEqual([]);
    expect(
      await ledger.rows('select chain_id, state from settlement where intent_id = ? order by chain_id', [id]),
    ).toEqual([
      { chain_id: 31337, state: 'pending' },
      { chain_id: 31338, state: 'pending' },
    ]);
    expect(await ledger.rows('select id from token_transfer where intent_id = ? and in_payment', [id])).toHaveLength(2);
  });

  test('is dated by the database’s clock, because a slow worker’s clock could date it into a day already reported', async () => {
    const id = await ledger.newIntent();
    const transfer = await ledger.newTransfer(id, 5);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 600_000 });
    await confirm(id, [transfer]).finally(() => vi.useRealTimers());
    const [paid] = await ledger.rows<{ fresh: boolean }>(
      `select confirmed_at > now() - interval '5 minutes' as fresh from checkout_intent where id = ?`,
      [id],
    );
    expect(paid?.fresh).toBe(true);
  });

  test('two confirmations, and five at once, announce once', async () => {
    const id = await ledger.newIntent();
    const transfer = await ledger.newTransfer(id, 5);
    await Promise.all(Array.from({ length: 5 }, () => confirm(id, [transfer])));
    await confirm(id, [transfer]);
    for (const table of ['webhook_event', 'settlement'])
      expect(await ledger.rows(`select 1 as one from ${table} where intent_id = ?`, [id])).toHaveLength(1);
    expect((await timeline(id)).filter(({ kind }) => kind === 'status')).toHaveLength(1);
  });

  test('without money, with money of another intent, or with orphaned money: rejected without a trace', async () => {
    const [id, other] = [await ledger.newIntent(), await ledger.newIntent()];
    const theirs = await ledger.newTransfer(other, 5);
    const orphaned = await ledger.newTransfer(id, 5, { state: 'orphaned' });
    for (const transfers of [[], [theirs], [orphaned], ['999999999']]) {
      await expect(confirm(id, transfers)).rejects.toThrow();
      expect(await statusOf(id)).toBe(S.CREATED);
    }
    expect(await ledger.rows('select 1 as one from webhook_event where intent_id = ?', [id])).toEqual([]);
  });

  test('money that no rule allows raises an error and writes nothing', async () => {
    const id = await ledger.newIntent();
    const short = await ledger.newTransfer(id, 4.97);
    const enough = await ledger.newTransfer(id, 4.975);
    const late = await ledger.newTransfer(id, 5, { blockTime: new Date(Date.now() + 120_000) });
    const elsewhere = await ledger.newTransfer(id, 5, { chainId: 56 });
    const held = await ledger.newTransfer(id, 5);
    await change(id, { reviews: [{ kind: 'screening', transferId: held }] });
    for (const [transfers, label] of [
      [[short], /4.9700 paid, at least 4.9750 needed/],
      [[late], /late/],
      [[elsewhere], /wrong_chain/],
      [[held], /waits for a person/],
      [[enough, late], /late/],
    ] as const) {
      await expect(confirm(id, [...transfers])).rejects.toMatchObject({
        name: 'PaymentRejectedError',
        message: expect.stringMatching(label),
      });
      expect(await statusOf(id)).toBe(S.CREATED);
    }
    expect(await ledger.rows('select 1 as one from webhook_event where intent_id = ?', [id])).toEqual([]);
    await confirm(id, [enough]);
    expect(await statusOf(id)).toBe(S.CONFIRMED);
  });

  test('mined again after a reorganisation: the new transfer joins, and nothing is announced or settled twice', async () => {
    const id = await ledger.newIntent();
    const sent = { from: randomAddress(), txHash: `0x${'a'.repeat(64)}` } as const;
    const first = await ledger.newTransfer(id, 5, sent);
    await confirm(id, [first]);
    await ledger.rows("update token_transfer set state = 'orphaned' where id = ?", [first]);
    const again = await ledger.newTransfer(id, 5, sent);
    await change(id, { paymentTransferIds: [again], reviews: [{ kind: 'reorg_after_confirmed', transferId: first }] });
    expect(await statusOf(id)).toBe(S.CONFIRMED);
    for (const table of ['webhook_event', 'settlement', 'review_item']) {
      expect(await ledger.rows(`select 1 as one from ${table} where intent_id = ?`, [id])).toHaveLength(1);
    }
    expect(
      await ledger.rows('select 1 as one from token_transfer where intent_id = ? and in_payment', [id]),
    ).toHaveLength(2);
  });

  test('the database rejects a CONFIRMED intent without its facts, or with parts that do not add up', async () => {
    const id = await ledger.newIntent();
    await expect(ledger.rows('update checkout_intent set status = 20 where id = ?', [id])).rejects.toThrow(
      /intent_confirmed_check/,
    );
    const sums =
      'update checkout_intent set actual_paid_units = 3, service_fee_units = 1, net_income_units = 1 where id = ?';
    await expect(ledger.rows(sums, [id])).rejects.toThrow(/intent_split_check/);
  });
});
