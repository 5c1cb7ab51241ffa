// A reorganisation deeper than the confirmations removes a confirmed refund from a real chain: it comes back, or it does not.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { recordPaidElsewhere } from '#db/refunds/external-refund.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { readTransactionTransfers } from '#web/chains/transaction-transfers.ts';
import type { RefundService } from '#web/dashboard/refund/server/refund-service.ts';
import type { Follower } from '#worker/confirmed-follower.ts';
import { besideHidingProvider } from './support/hiding-provider.ts';
import { type Refunding, startRefunding } from './support/refunding.ts';
import { MERCHANT, type PayableChain, type World } from './support/world.ts';

const HOUR = 3600;
const actor: Actor = { kind: 'member', id: 'owner', email: 'owner@shop.example' };
let refunding: Refunding;
let world: World;
let chain: PayableChain;
let pool: RpcPool;
let service: RefundService;
let follower: Follower;
let token: Address;
let payer: Address;
let intentId: IntentId;

/** An order of 5 that was paid with 7. */
beforeEach(async () => {
  refunding = await startRefunding();
  ({ world, chain, pool, service, follower } = refunding);
  token = tokenOf(chainById(chain.chainId), 1)?.address as Address;
  await world.orm.em.fork().execute(`update store set notification_emails = '{owner@shop.example}'`);
  await chain.pay(MERCHANT, multiply(ONE_COIN, 50n));
  const { intent, transfer } = await refunding.received(multiply(ONE_COIN, 7n));
  intentId = intent.id;
  payer = transfer.fromAddress;
  await changeIntent(world.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds: [String(transfer.id)] },
  });
});
afterEach(async () => await refunding?.close());

const rows = (sql: string) => world.orm.em.fork().execute<Record<string, unknown>[]>(sql);
const states = async () => (await rows('select state from send_back order by id')).map(({ state }) => state);
const entries = async () => (await rows('select kind from send_back_entry order by id')).map(({ kind }) => kind);
const status = async () => (await rows('select status from checkout_intent'))[0]?.status;
const left = async () =>
  (await readRefundableOrder(world.orm.em.fork(), world.storeId, intentId))?.shares[0]?.remainingBaseUnits;

const fromWallet = async (): Promise<{ hash: Hex; send: () => Promise<Hex> }> => {
  const target = { kind: 'payer', intentId, chainId: chain.chainId, token, payer } as const;
  const terms = { amount: '2', to: null, feeBearer: 'merchant', requestId: null } as const;
  const order = await service.orderFromWallet(world.storeId, target, { actor, reason: 'Returned', terms });
  await chain.call('anvil_impersonateAccount', [MERCHANT]);
  const { to, data } = order.transaction;
  const send = () => chain.call<Hex>('eth_sendTransaction', [{ from: MERCHANT, to, data }]);
  return { hash: await send(), send };
};
const paidElsewhere = async (): Promise<{ hash: Hex; send: () => Promise<Hex> }> => {
  const send = () => chain.send(token, transferCalldata(payer, baseUnitsOf(2_000_000n)));
  const hash = await send();
  const found = await readTransactionTransfers(pool, hash, { token, to: payer });
  if (!found) throw new Error('the chain has no such transaction');
  await recordPaidElsewhere(world.orm.em, {
    ...{ storeId: world.storeId, intentId, of: { chainId: chain.chainId, token, payer }, toAddress: payer },
    ...{ txHash: hash, ...found, requestId: null, actor, reason: 'Paid from the office' },
  });
  return { hash, send };
};
const confirmed = async (): Promise<void> => {
  await chain.mine(3);
  await follower.pass();
  expect(await states()).toEqual(['confirmed']);
};
/** Mines until the chain's rule calls another block confirmed where the refund was. */
const reorganise = async (again: readonly unknown[] = []): Promise<void> => {
  await chain.call('anvil_reorg', [5, again]);
  await chain.mine(2);
};

test('a wallet’s transfer that vanished is under way again; sent again, it is refunded once', async () => {
  const { send } = await fromWallet();
  await confirmed();
  await reorganise();
  await follower.pass();
  expect([await states(), await status()]).toEqual([['sent'], IntentStatus.SEND_BACK]);
  expect(await left()).toBe(5_000_000n);
  await follower.pass();
  expect(await states()).toEqual(['sent']);

  const before = await chain.balanceOf(1, payer);
  await send();
  await confirmed();
  expect((await chain.balanceOf(1, payer)) - before).toBe(2_000_000n);
  expect([await status(), await left(), await entries()]).toEqual([
    ...[IntentStatus.CONFIRMED, 5_000_000n, ['confirmed', 'removed', 'confirmed']],
  ]);
  // Once its block is final, nothing of it is read any more.
  await chain.mine(260);
  expect(await follower.pass()).toBe(1);
  expect(await rows('select final_at is not null as final from send_back')).toEqual([{ final: true }]);
  const { calls } = pool.stats();
  expect(await follower.pass()).toBe(0);
  expect(pool.stats().calls).toBe(calls);
});

test('it does not come back: after a day it failed, and its money is offered again', async () => {
  await fromWallet();
  await confirmed();
  await reorganise();
  await follower.pass();
  await chain.call('evm_increaseTime', [26 * HOUR]);
  await chain.mine(4);
  await follower.pass();
  expect([await states(), await status(), await left()]).toEqual([['failed'], IntentStatus.CONFIRMED, 7_000_000n]);
  expect(await entries()).toEqual(['confirmed', 'removed']);
  expect(
    await rows(
      `select kind, data ->> 'isLost' as lost from email_message where kind = 'order_refund_removed' order by created_at`,
    ),
  ).toEqual([
    { kind: 'order_refund_removed', lost: 'false' },
    { kind: 'order_refund_removed', lost: 'true' },
  ]);
});

test.for([
  ['a higher block', 2],
  ['a block below the one it was recorded in', 0],
] as const)('one that was recorded by its transaction: mined again in %s, it stays refunded', async ([, index]) => {
  const { hash } = await paidElsewhere();
  await confirmed();
  const [was] = await rows('select block_number from send_back');
  const raw = await chain.call<Hex>('eth_getRawTransactionByHash', [hash]);
  await reorganise([[raw, index]]);
  await follower.pass();
  const receipt = await chain.call<{ blockNumber: Hex; blockHash: Hex }>('eth_getTransactionReceipt', [hash]);
  expect(BigInt(receipt.blockNumber) < BigInt(String(was?.block_number))).toBe(index === 0);
  expect(await rows('select state, block_number, block_hash, removals from send_back')).toEqual([
    {
      state: 'confirmed',
      block_number: String(BigInt(receipt.blockNumber)),
      block_hash: receipt.blockHash,
      removals: 0,
    },
  ]);
  expect(await entries()).toEqual(['confirmed']);
});

test('one that was recorded by its transaction and vanished: another transaction is not it', async () => {
  const { send } = await paidElsewhere();
  await confirmed();
  await reorganise();
  await follower.pass();
  expect(await states()).toEqual(['sent']);
  await send();
  await chain.mine(3);
  await follower.pass();
  expect(await states()).toEqual(['sent']);
  await chain.call('evm_increaseTime', [26 * HOUR]);
  await chain.mine(4);
  await follower.pass();
  expect([await states(), await left()]).toEqual([['failed'], 7_000_000n]);
});

test('nobody is told that a refund vanished because one provider hides it', async () => {
  await fromWallet();
  await confirmed();
  await besideHidingProvider(chain, async (two) => {
    await refunding.followerOver(two).pass();
    expect(await states()).toEqual(['confirmed']);
  });
});
