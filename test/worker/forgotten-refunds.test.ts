// After a restore: what was refunded in the lost time is recorded once, from what a double of the chain shows, and nothing else is.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { RELEASED_TOPIC, topicOfContractId } from '#chain/settlement-batch.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { requestRefund } from '#db/refunds/refund-requests.ts';
import { beginAnotherLife, noteLife } from '#db/restores/database-life.ts';
import type { Address, Hex } from '#domain/address.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { type IntentId, makeContractId } from '#domain/ids.ts';
import { multiply, ONE_COIN, unitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { RECEIVER } from '#test/db/intents.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { HEAD } from '#test/support/log-chain.ts';
import { restoredWorld } from './restored-world.ts';

const TOKEN = RECEIVER;

const world = restoredWorld();

const addTransfer = (to: Address, coins: number, block = HEAD - 1): Hex =>
  world.chain.addLog(
    TOKEN,
    [TRANSFER_TOPIC, topicOfAddress(RECEIVER), topicOfAddress(to)],
    [BigInt(coins * 1e6)],
    block,
  );

/** An order of 10 that was paid. */
const paidOrder = async (payer: Address): Promise<IntentId> => {
  const amountUnits = multiply(ONE_COIN, 10n);
  const intentId = await world.ledger.newIntent({ amountUnits, receiver: RECEIVER, factory: FACTORY_ADDRESS });
  await world.pay(intentId, payer, TOKEN);
  return intentId;
};
const ask = async (intentId: IntentId, coins: number): Promise<string> => {
  const asked = await requestRefund(
    ...[world.ledger.orm.em, world.ledger.storeId, intentId],
    ...[
      {
        ...({ chainId: null, coin: null, token: null, payer: null, to: null, feeBearer: 'merchant' } as const),
        ...{ amountUnits: unitsOf(multiply(ONE_COIN, BigInt(coins))), reason: null },
      },
      { id: 'key', claim: null },
    ],
  );
  if (asked?.kind !== 'made') throw new Error(JSON.stringify(asked));
  return asked.id;
};
const restore = async (): Promise<void> => {
  await beginAnotherLife(world.ledger.orm.em);
  await noteLife(world.ledger.orm.em);
};
const refunds = (intentId: IntentId) =>
  world.ledger.rows(
    'select state, source, tx_hash, request_id, amount_base_units::int as amount from send_back where intent_id = ? order by id',
    [intentId],
  );

test('a request that the wallet fulfilled is closed by exactly its transfer, once', async () => {
  const payer = randomAddress();
  const intentId = await paidOrder(payer);
  const request = await ask(intentId, 4);
  const early = addTransfer(payer, 4, HEAD - 5_000);
  addTransfer(payer, 3);
  addTransfer(randomAddress(), 4);
  expect(await world.follow()).toBe(0);
  expect(await refunds(intentId)).toEqual([]);

  await restore();
  expect(await world.follow()).toBe(0);
  // In a block that was not confirmed when the chain was read.
  const txHash = addTransfer(payer, 4, HEAD);
  expect(await world.follow()).toBe(1);
  expect(await world.follow()).toBe(0);
  expect(txHash).not.toBe(early);
  expect(await refunds(intentId)).toEqual([
    { state: 'sent', source: 'wallet', tx_hash: txHash, request_id: request, amount: 4_000_000 },
  ]);
});

test('one transfer fulfils one of two equal requests', async () => {
  const payer = randomAddress();
  const intentId = await paidOrder(payer);
  const first = await ask(intentId, 2);
  await ask(intentId, 2);
  await restore();
  const txHash = addTransfer(payer, 2);
  expect(await world.follow()).toBe(1);
  expect(await world.follow()).toBe(0);
  expect(await refunds(intentId)).toMatchObject([{ request_id: first, tx_hash: txHash }]);
});

test('a release that no record has waits for its order and payment, and is recorded once', async () => {
  await restore();
  const [payer, contractId, depositAddress] = [randomAddress(), makeContractId(randomBytes(12)), randomAddress()];
  const digest = randomHash();
  const words = [depositAddress, TOKEN, payer, 9_800_000n, 200_000n, digest];
  const txHash = world.chain.addLog(
    FACTORY_ADDRESS,
    [RELEASED_TOPIC, topicOfContractId(contractId)],
    words,
    HEAD - 500,
  );
  // Anyone can emit such an event for the order, but not from its address.
  const lie = [randomAddress(), TOKEN, payer, 9_800_000n, 200_000n, randomHash()];
  world.chain.addLog(FACTORY_ADDRESS, [RELEASED_TOPIC, topicOfContractId(contractId)], lie, HEAD - 500);
  expect(await world.follow()).toBe(0);

  const order = { contractId, depositAddress, factory: FACTORY_ADDRESS, amountUnits: multiply(ONE_COIN, 20n) };
  const intentId = await world.ledger.newIntent(order);
  expect(await world.follow()).toBe(0);
  await world.ledger.newTransfer(intentId, 10, { from: payer, token: TOKEN });
  await changeIntent(world.ledger.orm.em.fork(), { intentId, actor: 'workflow', to: IntentStatus.UNDERPAID });
  expect(await world.follow()).toBe(1);
  expect(await world.follow()).toBe(0);
  expect(await refunds(intentId)).toEqual([
    { state: 'sent', source: 'deposit', tx_hash: txHash, request_id: null, amount: 10_000_000 },
  ]);
});

test('a life that is older than a day is not searched for', async () => {
  const payer = randomAddress();
  const intentId = await paidOrder(payer);
  await ask(intentId, 4);
  await restore();
  addTransfer(payer, 4);
  await world.ledger.rows(`update database_life set noticed_at = noticed_at - interval '25 hours'`);
  expect(await world.follow()).toBe(0);
  expect(await refunds(intentId)).toEqual([]);
});
