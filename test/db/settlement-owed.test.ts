// Settlements that become due beside the one of a payment, because a person accepted more money or the wallet refunded it: one for
// each unpaid rest, never one for money that another settlement has paid.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { createSettlementLedger } from '#db/settlements/settlement-ledger.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import type { Address, Hex } from '#domain/address.ts';
import { TWO_PROVIDERS_FROM } from '#domain/confirmations.ts';
import { type IntentId, makeContractId } from '#domain/ids.ts';
import { baseUnitsOf, unitsOf, ZERO } from '#domain/money.ts';
import type { WatchStep } from '#domain/observed-blocks.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const RELAYER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC' as Address;
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const change = (intentId: IntentId, more: object) =>
  changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', ...more });
const confirmed = async (): Promise<IntentId> => {
  const id = await ledger.newIntent();
  await change(id, { to: IntentStatus.CONFIRMED, paymentTransferIds: [await ledger.newTransfer(id, 5)] });
  return id;
};
/** A second payment, as the workflow gives it to a person. */
const second = async (intentId: IntentId, coins: number) => {
  const transferId = await ledger.newTransfer(intentId, coins);
  await change(intentId, { reviews: [{ kind: 'second_payment', transferId }] });
  return { transferId, reviewItemId: await ledger.reviewOf(transferId) };
};
const accept = async (intentId: IntentId, { transferId, reviewItemId }: Awaited<ReturnType<typeof second>>) => {
  await resolveReview(ledger.orm.em.fork(), {
    reviewItemId,
    outcome: 'accepted',
    reason: 'agreed',
    actor: { kind: 'operator', id: 'op', email: null },
  });
  await change(intentId, { paymentTransferIds: [transferId] });
};
const settlements = (intentId: IntentId) =>
  ledger.rows<{ id: string; state: string }>('select id::text, state from settlement where intent_id = ? order by id', [
    intentId,
  ]);
let logIndex = 0;
const pay = async (intentId: IntentId, coins: number): Promise<void> => {
  const relayer = createSettlementLedger(ledger.orm.em);
  const lease = await relayer.acquireLease(31337, RELAYER, 'test', 60_000);
  if (!lease) throw new Error('no lease');
  const open = (await settlements(intentId)).find(({ state }) => state === 'pending');
  logIndex += 1;
  await relayer.recordPaid(lease, String(open?.id), [
    {
      paid: {
        contractId: makeContractId(randomBytes(12)),
        token: RECEIVER,
        netBaseUnits: baseUnitsOf(BigInt(coins * 1e6) - 1n),
        feeBaseUnits: baseUnitsOf(1n),
        txHash: `0x${'1'.repeat(64)}` as Hex,
        logIndex,
        blockNumber: 1n,
        blockHash: `0x${'b'.repeat(64)}` as Hex,
      },
      by: 'anyone',
    },
  ]);
};
const states = async (intentId: IntentId) => (await settlements(intentId)).map(({ state }) => state);

test('accepted after the first settlement: one more settlement, however often it is requested', async () => {
  const id = await confirmed();
  await pay(id, 5);
  const more = await second(id, 3);
  expect(await states(id)).toEqual(['settled']);
  await accept(id, more);
  await change(id, { paymentTransferIds: [more.transferId] });
  expect(await states(id)).toEqual(['settled', 'pending']);
  await pay(id, 3);
  expect(await states(id)).toEqual(['settled', 'settled']);
});

test('accepted before the first settlement: the open settlement includes it', async () => {
  const id = await confirmed();
  await accept(id, await second(id, 3));
  expect(await states(id)).toEqual(['pending']);
  await pay(id, 8);
  expect(await states(id)).toEqual(['settled']);
});

test('accepted while the first settlement is being sent, too late to be included: owed once that is paid', async () => {
  const id = await confirmed();
  await accept(id, await second(id, 3));
  await pay(id, 5);
  expect(await states(id)).toEqual(['settled', 'pending']);
  await pay(id, 3);
  expect(await states(id)).toEqual(['settled', 'settled']);
});

test('money that nobody accepted is not settled', async () => {
  const id = await confirmed();
  await second(id, 3);
  await pay(id, 5);
  expect(await states(id)).toEqual(['settled']);
});

test('accepted money that the first settlement paid is not owed again', async () => {
  const id = await confirmed();
  const more = await second(id, 3);
  await pay(id, 8);
  await accept(id, more);
  expect(await states(id)).toEqual(['settled']);
});

describe('the wallet refunded money at the address before the payment was confirmed', () => {
  /** 3 of a stranger, refunded from the wallet: they are the merchant's, and a settlement of them is open. Then the payment of 5. */
  const paidBesideRefunded = async (): Promise<IntentId> => {
    const id = await ledger.newIntent();
    const payer = randomAddress();
    const transferId = await ledger.newTransfer(id, 3, { from: payer });
    const to = IntentStatus.PENDING_MANUAL_OPERATION;
    await change(id, { to, reviews: [{ kind: 'wrong_coin', transferId }] });
    const reviewItemId = await ledger.reviewOf(transferId);
    const refundId = await prepareWalletRefund(ledger.orm.em, ledger.storeId, id, { coins: 3, reviewItemId });
    const event = { txHash: randomHash(), logIndex: 0 };
    await applyRefundUpdate(ledger.orm.em, refundId, { kind: 'confirmed', ...event, feeBaseUnits: ZERO });
    expect(await states(id)).toEqual(['pending']);
    await change(id, { to: IntentStatus.CONFIRMED, paymentTransferIds: [await ledger.newTransfer(id, 5)] });
    return id;
  };

  test('the open settlement pays out the payment too', async () => {
    const id = await paidBesideRefunded();
    expect(await states(id)).toEqual(['pending']);
    await pay(id, 8);
    expect(await states(id)).toEqual(['settled']);
  });

  test('one more is owed when that settlement was carried out before the payment arrived', async () => {
    const id = await paidBesideRefunded();
    await pay(id, 3);
    expect(await states(id)).toEqual(['settled', 'pending']);
    await pay(id, 5);
    expect(await states(id)).toEqual(['settled', 'settled']);
  });
});

describe('a reorganisation took the confirmed payment back, and the relayer finds the address empty', () => {
  /** As the relayer does, after the watcher stored that no block has the transfer. */
  const vanish = async (id: IntentId): Promise<string> => {
    const [transfer] = await ledger.rows<{ id: string }>(
      "update token_transfer set state = 'orphaned' where intent_id = ? returning id::text",
      [id],
    );
    const relayer = createSettlementLedger(ledger.orm.em);
    const lease = await relayer.acquireLease(31337, RELAYER, 'test', 60_000);
    if (!lease) throw new Error('no lease');
    const [open] = await settlements(id);
    await relayer.postpone(lease, [String(open?.id)], 'empty', { baseMs: 1_000, attemptsUntilTrouble: 5 });
    return String(transfer?.id);
  };

  test('it is not tried for ever: nothing is owed', async () => {
    const id = await confirmed();
    await vanish(id);
    expect(await states(id)).toEqual([]);
  });

  test('it is owed again when the transfer is mined again in another block', async () => {
    const id = await confirmed();
    const lost = await vanish(id);
    const [again] = await ledger.rows<{ id: string }>(
      `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
         to_address, amount_base_units, amount_units, intent_id, state)
       select chain_id, block_number + 1, ?, block_time, tx_hash, log_index, token, coin, from_address,
         to_address, amount_base_units, amount_units, intent_id, 'confirmed' from token_transfer where id = ? returning id::text`,
      [randomHash(), lost],
    );
    await change(id, { paymentTransferIds: [String(again?.id)] });
    expect(await states(id)).toEqual(['pending']);
    await pay(id, 5);
    expect(await states(id)).toEqual(['settled']);
  });

  test('it is owed again when the watcher finds its old block in the chain', async () => {
    const id = await confirmed();
    await vanish(id);
    const [row] = await ledger.rows<Record<string, string>>(
      `select chain_id, block_number::text, block_hash, tx_hash, log_index, token, coin, from_address, to_address,
         amount_base_units::text, amount_units::text from token_transfer where intent_id = ?`,
      [id],
    );
    const chainId = Number(row?.chain_id);
    const number = BigInt(row?.block_number ?? 0);
    const blockHash = row?.block_hash as Hex;
    const watch = createWatchLedger(ledger.orm.em);
    const block = { number, hash: blockHash, parentHash: randomHash(), time: Date.now() };
    await watch.begin(chainId, { number: number - 1n, hash: block.parentHash, time: block.time });
    const step: WatchStep = {
      ...{
        chainId,
        cursor: block,
        blocks: [block],
        orphanAbove: null,
        finalNumber: null,
        held: [],
        vouched: new Set<string>(),
        twoProvidersFrom: TWO_PROVIDERS_FROM,
        denied: new Set<string>(),
      },
      leaseToken: (await watch.acquireLease(chainId, 'test', 60_000)) ?? 0n,
      heights: { head: number + 10n, safe: null, finalized: null },
      transfers: [
        {
          ...{ blockNumber: number, blockHash, blockTime: block.time, intentId: id, state: 'confirmed' },
          ...{ txHash: row?.tx_hash as Hex, logIndex: Number(row?.log_index) },
          ...{ token: row?.token as Address, coin: Number(row?.coin) as 1 },
          ...{ from: row?.from_address as Address, to: row?.to_address as Address },
          amountBaseUnits: baseUnitsOf(BigInt(row?.amount_base_units ?? 0)),
          amountUnits: unitsOf(row?.amount_units ?? 0),
        },
      ],
    };
    await watch.commit(step);
    expect(await states(id)).toEqual(['pending']);
    await watch.commit(step);
    expect(await states(id)).toEqual(['pending']);
  });

  test('one with money that nobody paid out stays owed', async () => {
    const id = await confirmed();
    const relayer = createSettlementLedger(ledger.orm.em);
    const lease = await relayer.acquireLease(31337, RELAYER, 'test', 60_000);
    if (!lease) throw new Error('no lease');
    const [open] = await settlements(id);
    await relayer.postpone(lease, [String(open?.id)], 'no gas', { baseMs: 1_000, attemptsUntilTrouble: 5 });
    expect(await states(id)).toEqual(['pending']);
  });
});
