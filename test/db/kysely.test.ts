// Typed SQL returns columns with the types of their entities, whatever their alias and wherever they are joined.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChainCursor } from '#db/entities/chain.entity.ts';
import { TimelineEvent } from '#db/entities/intent.entity.ts';
import { kyselyOf } from '#db/kysely.ts';
import type { IntentId } from '#domain/ids.ts';
import { multiply, ONE_COIN } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
let intentId: IntentId;
let transferId: string;
beforeAll(async () => {
  ledger = await openLedger();
  intentId = await ledger.newIntent();
  transferId = await ledger.newTransfer(intentId, 3);
});
afterAll(async () => await ledger.close());

const joined = () =>
  kyselyOf(ledger.orm.em)
    .selectFrom('TokenTransfer as t')
    .innerJoin('CheckoutIntent as i', 'i.id', 't.intent')
    .where('t.id', '=', BigInt(transferId));

test('columns of the same name in two tables keep their own types', async () => {
  const transfer = await joined().select(['t.id', 't.createdAt', 'i.amountUnits']).executeTakeFirstOrThrow();
  expect(transfer).toEqual({ id: BigInt(transferId), createdAt: expect.any(Date), amountUnits: 5n * ONE_COIN });
  const intent = await joined().select(['i.id', 'i.status', 'i.store']).executeTakeFirstOrThrow();
  expect(intent).toEqual({ id: intentId, status: IntentStatus.CREATED, store: ledger.storeId });
});

test('columns with an alias are converted too', async () => {
  const row = await joined()
    .select([
      't.amountUnits as paid',
      'i.amountUnits as price',
      't.blockTime as at',
      'i.acceptedChainIds as chains',
      'i.rateE10 as rate',
    ])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({
    paid: multiply(ONE_COIN, 3n),
    price: 5n * ONE_COIN,
    at: expect.any(Date),
    chains: [31337, 31338],
    rate: null,
  });
});

test('columns of a subquery and of a CTE are converted', async () => {
  const db = kyselyOf(ledger.orm.em);
  const sub = await db
    .selectFrom((eb) => eb.selectFrom('TokenTransfer').select(['amountUnits as paid', 'txHash']).as('found'))
    .select(['found.paid', 'found.txHash'])
    .executeTakeFirstOrThrow();
  expect(sub).toEqual({ paid: multiply(ONE_COIN, 3n), txHash: expect.stringMatching(/^0x/) });
  const cte = await db
    .with('found', (inner) => inner.selectFrom('TokenTransfer as t').select(['t.intent', 't.blockNumber']))
    .selectFrom('found')
    .innerJoin('CheckoutIntent as i', 'i.id', 'found.intent')
    .select(['found.blockNumber as number', 'i.expiresAt'])
    .executeTakeFirstOrThrow();
  expect(cte).toEqual({ number: 1n, expiresAt: expect.any(Date) });
});

test('all columns of one table are returned by property name', async () => {
  const row = await joined().selectAll('t').executeTakeFirstOrThrow();
  expect(row).toMatchObject({
    id: BigInt(transferId),
    intent: intentId,
    amountBaseUnits: 3_000_000n,
    inPayment: false,
  });
});

test('values are converted when written and when returned', async () => {
  const db = kyselyOf(ledger.orm.em);
  const row = await db
    .updateTable('TokenTransfer')
    .set({ blockNumber: 7n, updatedAt: new Date('2026-01-02T03:04:05.678Z') })
    .where('amountUnits', '>=', multiply(ONE_COIN, 3n))
    .returning(['id', 'blockNumber as number', 'updatedAt'])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ id: BigInt(transferId), number: 7n, updatedAt: new Date('2026-01-02T03:04:05.678Z') });
});

test('it runs in the transaction of its entity manager, and only in that one', async () => {
  const em = ledger.orm.em.fork();
  await em
    .transactional(async (inner) => {
      await inner.insert(TimelineEvent, { intent: intentId, kind: 'note', data: { text: 'rolled back' } });
      const events = kyselyOf(inner).selectFrom('TimelineEvent').select(['data', 'id']).where('kind', '=', 'note');
      expect(await events.execute()).toEqual([{ id: expect.any(BigInt), data: { text: 'rolled back' } }]);
      expect(
        await kyselyOf(em.fork()).selectFrom('TimelineEvent').select('id').where('kind', '=', 'note').execute(),
      ).toEqual([]);
      throw new Error('roll back');
    })
    .catch((error: Error) => expect(error.message).toBe('roll back'));
  expect(await em.count(TimelineEvent, { kind: 'note' })).toBe(0);
  expect(await em.count(ChainCursor)).toBe(0);
});
