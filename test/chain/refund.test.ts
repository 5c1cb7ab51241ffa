// Refunds to the payer over a real chain, the real contract and a real database: only the receiver can order one, it is paid once
// and to the last digit, and the pages show what happened on-chain.
import { Interface, Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import { ReviewItem } from '#db/entities/delivery.entity.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { type PaidElsewhere, recordPaidElsewhere } from '#db/refunds/external-refund.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { baseUnitsOf, formatDecimal, multiply, ONE_COIN, type Units, unitsOf } from '#domain/money.ts';
import type { ReleaseTypedData } from '#domain/release-order.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { readTransactionTransfers } from '#web/chains/transaction-transfers.ts';
import type { RefundService } from '#web/dashboard/refund/server/refund-service.ts';
import type { OrderToSend, RefundTarget } from '#web/dashboard/refund/server/refund-types.ts';
import type { Follower } from '#worker/confirmed-follower.ts';
import { type Refunding, startRefunding } from './support/refunding.ts';
import { MERCHANT, type PayableChain, type World } from './support/world.ts';

let refunding: Refunding;
let world: World;
let chain: PayableChain;
let pool: RpcPool;
let service: RefundService;
let follower: Follower;
const actor: Actor = { kind: 'member', id: 'owner', email: 'owner@shop.example' };
const by = { actor, reason: 'Came after the order had expired' };
const receiver = new Wallet(localAccount('merchant').privateKey);
const stranger = Wallet.createRandom();

beforeEach(async () => {
  refunding = await startRefunding();
  ({ world, chain, pool, service, follower } = refunding);
});
afterEach(async () => await refunding?.close());

/** An intent that waits for a person because of money at its address. */
const lateMoney = async (units: Units): Promise<{ intent: CheckoutIntent; target: RefundTarget }> => {
  const { intent, transfer } = await refunding.received(units);
  const em = world.orm.em.fork();
  const review = em.create(ReviewItem, {
    intent: intent.id,
    transfer: transfer.id,
    kind: 'late',
    state: 'open',
    found: {},
    createdAt: new Date(),
  } as never);
  await em.flush();
  await em.execute('update checkout_intent set status = 4 where id = ?', [intent.id]);
  return { intent, target: { kind: 'review', reviewItemId: String((review as ReviewItem).id) } };
};

const sign = (wallet: { signTypedData: Wallet['signTypedData'] }, { types, domain, message }: ReleaseTypedData) =>
  wallet.signTypedData(domain, { Release: types.Release }, message) as Promise<Hex>;

/** Does what the merchant's browser wallet does. Anybody may send the signed order, here an unlocked account. */
const send = async (order: OrderToSend): Promise<Hex> => {
  const { to, data } = order.transaction;
  const hash = await chain.send(to, data);
  await service.noteSent(world.storeId, order.id, hash);
  return hash;
};

const rows = (sql: string, values: unknown[] = []) =>
  world.orm.em.fork().execute<Record<string, unknown>[]>(sql, values as never);

describe('late money at the deposit address', () => {
  test('is refunded to its payer with the receiver’s signature: fee and rest to the last unit, once, with its record', async () => {
    const units = 12_345_678n * 10n ** 12n;
    const { intent, target } = await lateMoney(unitsOf(units));
    const fee = feeOfSettlement(baseUnitsOf(12_345_678n), intent.feeRateE9);
    const shown = (base: bigint) => formatDecimal(base, 6, 4);
    expect(await service.offer(world.storeId, target)).toMatchObject({
      source: 'deposit',
      amount: '12.345678',
      fee: shown(fee),
      net: shown(12_345_678n - fee),
      payer: chain.payer.length === 42 ? expect.stringMatching(new RegExp(chain.payer, 'i')) : '',
      receiver: MERCHANT,
      held: '12.345678',
      problem: null,
      existing: null,
    });
    const before = await chain.balanceOf(1, chain.payer);
    const { typedData, nonce, deadline } = await service.prepare(world.storeId, target);
    const signature = await sign(receiver, typedData);
    const order = await service.order(world.storeId, target, { nonce, deadline, signature }, by);
    await expect(service.prepare(world.storeId, target)).rejects.toMatchObject({ code: 'already_sent_back' });
    await expect(service.order(world.storeId, target, { nonce, deadline, signature }, by)).rejects.toMatchObject({
      code: 'already_sent_back',
    });

    const review = target.kind === 'review' ? target.reviewItemId : '';
    const decide = resolveReview(world.orm.em.fork(), {
      reviewItemId: review,
      outcome: 'accepted',
      reason: 'Take it',
      actor,
    });
    await expect(decide).rejects.toMatchObject({ code: 'refund_running' });

    const hash = await send(order);
    expect((await chain.balanceOf(1, chain.payer)) - before).toBe(12_345_678n - fee);
    expect(await chain.balanceOf(1, intent.depositAddress)).toBe(0n);
    await follower.pass();
    expect(await rows('select state from send_back')).toEqual([{ state: 'sent' }]);
    await chain.mine(3);
    await follower.pass();
    expect(await follower.pass()).toBe(0);
    expect(await rows('select state, tx_hash, fee_base_units from send_back')).toEqual([
      { state: 'confirmed', tx_hash: hash, fee_base_units: String(fee) },
    ]);
    expect(await rows('select state, outcome, resolution, resolved_by from review_item')).toEqual([
      { state: 'resolved', outcome: 'sent_back', resolution: by.reason, resolved_by: actor.email },
    ]);
    expect((await world.timelineOf(intent.id)).slice(-3)).toEqual(['sent_back', 'review_resolved', 'status']);
    expect((await rows('select action from audit_entry order by id')).map((row) => row.action)).toEqual([
      'send_back.order',
      'review.sent_back',
      'send_back.confirm',
    ]);
    expect(await service.offer(world.storeId, target)).toMatchObject({
      existing: { state: 'confirmed', txHash: hash },
    });
  });

  test('is rejected with another signer, a changed order or another store', async () => {
    const { target } = await lateMoney(ONE_COIN);
    const { typedData, nonce, deadline } = await service.prepare(world.storeId, target);
    const forged = await sign(stranger, typedData);
    const rejected = { code: 'signature_refused' };
    await expect(
      service.order(world.storeId, target, { nonce, deadline, signature: forged }, by),
    ).rejects.toMatchObject(rejected);
    const signature = await sign(receiver, typedData);
    const changed = { nonce: String(BigInt(nonce) + 1n), deadline, signature };
    await expect(service.order(world.storeId, target, changed, by)).rejects.toMatchObject(rejected);
    expect(await service.offer('sto_00000000000000000000000000000000', target)).toBeNull();
    expect(await rows('select 1 from send_back')).toEqual([]);
  });

  test('an expired order fails, the contract rejects it from then on, and a new one can be made', async () => {
    const { target } = await lateMoney(ONE_COIN);
    const first = await service.prepare(world.storeId, target);
    const signature = await sign(receiver, first.typedData);
    const order = await service.order(world.storeId, target, { ...first, signature }, by);
    const head = await chain.call<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false]);
    await chain.call('evm_setNextBlockTimestamp', [Math.max(first.deadline, Number(head.timestamp)) + 5]);
    await chain.mine(4);
    await follower.pass();
    expect(await rows('select state from send_back')).toEqual([{ state: 'failed' }]);
    expect(await service.offer(world.storeId, target)).toMatchObject({ existing: null, problem: null });

    // The contract rejects the old order too, so nothing can be paid twice.
    const { to, data } = order.transaction;
    await expect(chain.call('eth_call', [{ to, data }, 'latest'])).rejects.toThrow();
  });
});

test('a settled surplus is refunded from the receiver’s own wallet, by a transfer that is recognised once', async () => {
  const { intent, target } = await lateMoney(multiply(ONE_COIN, 7n));
  await world.orm.em.fork().execute(
    `with booked as (
       insert into booking (intent_id, store_id, method, price_units, kind, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
       select i.id, i.store_id, 1, i.amount_units, 'payment', t.chain_id, t.token, 1, 7e18, 1e17, 69e17, 2e18, now()
       from token_transfer t join checkout_intent i on i.id = t.intent_id returning id, intent_id)
     update token_transfer t set in_payment = true, booking_id = b.id from booked b where b.intent_id = t.intent_id`,
  );
  await world.orm.em.fork().execute(
    `update checkout_intent set status = 20, confirmed_at = now(), tx_hash = t.tx_hash, tx_from = t.from_address, paid_chain_id = t.chain_id,
       paid_coin = 1, paid_token = t.token, actual_paid_units = 7e18, service_fee_units = 1e17, net_income_units = 69e17, surplus_units = 2e18
     from token_transfer t where t.intent_id = checkout_intent.id`,
  );
  expect(await service.offer(world.storeId, target)).toBeNull();
  const surplus: RefundTarget = { kind: 'surplus', intentId: intent.id };
  const token = tokenOf(chainById(chain.chainId), 1)?.address as Address;

  // A settlement pays out the whole balance.
  const terms = [intent.receiver, intent.feeReceiver, intent.feeRateE9, BigInt(`0x${intent.contractId}`)];
  await chain.send(
    intent.factory,
    new Interface(checkoutFactoryAbi).encodeFunctionData('settle', [terms, token]) as Hex,
  );
  expect(await service.offer(world.storeId, surplus)).toMatchObject({
    source: 'wallet',
    amount: '2.0000',
    fee: '0.0000',
    net: '2.0000',
    problem: null,
  });
  await expect(service.prepare(world.storeId, surplus)).rejects.toMatchObject({ code: 'paid_out' });
  // A transfer that fails on-chain, here for lack of gas, moves nothing, and another can be ordered immediately.
  await chain.call('anvil_impersonateAccount', [MERCHANT]);
  const rejected = await service.orderFromWallet(world.storeId, surplus, by);
  const { to: coin, data: call } = rejected.transaction;
  const hash = await chain.call<Hex>('eth_sendTransaction', [{ from: MERCHANT, to: coin, data: call, gas: '0x6000' }]);
  await service.noteSent(world.storeId, rejected.id, hash);
  await chain.mine(4);
  await follower.pass();
  expect(await rows('select state, last_error from send_back')).toEqual([
    { state: 'failed', last_error: 'The transaction failed on the chain. No money moved.' },
  ]);
  await rows('delete from send_back');

  const order = await service.orderFromWallet(world.storeId, surplus, by);
  await chain.call('anvil_impersonateAccount', [MERCHANT]);
  const before = await chain.balanceOf(1, chain.payer);
  const { from, to, data } = order.transaction;
  await chain.call('eth_sendTransaction', [{ from, to, data }]);
  await chain.mine(4);
  // The browser was closed before it could report the hash.
  await follower.pass();
  expect((await chain.balanceOf(1, chain.payer)) - before).toBe(2_000_000n);
  expect(await rows('select state, source from send_back')).toEqual([{ state: 'confirmed', source: 'wallet' }]);
  await expect(service.orderFromWallet(world.storeId, surplus, by)).rejects.toMatchObject({
    code: 'already_sent_back',
  });
});

test('a refund that was paid elsewhere is recorded by its transaction, once, and confirmed at depth', async () => {
  const { intent } = await lateMoney(multiply(ONE_COIN, 7n));
  const [transfer] = await world.transfersOf(intent.id);
  const token = tokenOf(chainById(chain.chainId), 1)?.address as Address;
  const payer = transfer?.fromAddress as Address;
  const pay = (units: bigint) => chain.send(token, transferCalldata(payer, baseUnitsOf(units)));
  const read = async (txHash: Hex) => (await readTransactionTransfers(pool, txHash, { token, to: payer })) ?? never();
  const record = async (txHash: Hex, change: Partial<PaidElsewhere> = {}) =>
    recordPaidElsewhere(world.orm.em, {
      ...{ storeId: world.storeId, intentId: intent.id, of: { chainId: chain.chainId, token, payer } },
      ...{ toAddress: payer, txHash, ...(await read(txHash)), requestId: null, actor, reason: 'Paid from the office' },
      ...change,
    });
  const three = await pay(3_000_000n);
  await record(three);
  await expect(record(three)).rejects.toMatchObject({ code: 'already_recorded' });
  await expect(record(await pay(4_000_001n))).rejects.toMatchObject({ code: 'more_than_left' });
  await expect(record(three, { transfers: [] })).rejects.toMatchObject({ code: 'no_transfer' });
  const unrelated = await readTransactionTransfers(pool, three, { token, to: MERCHANT });
  expect(unrelated?.transfers).toEqual([]);
  await chain.mine(3);
  await follower.pass();
  expect(await rows('select state, source, amount_base_units, from_address from send_back')).toEqual([
    { state: 'confirmed', source: 'external', amount_base_units: '3000000', from_address: expect.any(String) },
  ]);
  expect(await rows('select status from checkout_intent')).toEqual([{ status: 4 }]);
});

const never = (): never => {
  throw new Error('the chain has no such transaction');
};

test('a refund in part from the wallet, signed by anyone, in one transaction with another: each event is one refund', async () => {
  const { intent } = await lateMoney(multiply(ONE_COIN, 7n));
  const target: RefundTarget = {
    ...{ kind: 'payer', intentId: intent.id, chainId: chain.chainId },
    token: tokenOf(chainById(chain.chainId), 1)?.address as Address,
    payer: (await world.transfersOf(intent.id))[0]?.fromAddress as Address,
  };
  await chain.pay(MERCHANT, multiply(ONE_COIN, 50n));
  const terms = { amount: '2', to: null, feeBearer: 'merchant', requestId: null } as const;
  const offer = await service.offer(world.storeId, target, terms);
  expect(offer).toMatchObject({
    source: 'wallet',
    amount: '2.0000',
    fee: '0.0000',
    net: '2.0000',
    remaining: '7.0000',
  });
  // As a Spanish reader types it; and an amount that is a thousand for one reader, and one for another.
  expect(await service.offer(world.storeId, target, { ...terms, amount: '2,5' })).toMatchObject({ amount: '2.5000' });
  const unclear = service.offer(world.storeId, target, { ...terms, amount: '1.000' });
  await expect(unclear).rejects.toThrow('can be read in two ways');
  const shared = { ...terms, feeBearer: 'payer' } as const;
  expect(await service.offer(world.storeId, target, shared)).toMatchObject({ source: 'deposit', net: '1.9600' });
  const orders = [];
  for (const _ of [1, 2]) orders.push(await service.orderFromWallet(world.storeId, target, { ...by, terms }));
  await chain.call('anvil_impersonateAccount', [MERCHANT]);
  for (const { transaction } of orders) {
    const { from, to, data } = transaction;
    await chain.call('eth_sendTransaction', [{ from, to, data }]);
  }
  await chain.mine(4);
  await follower.pass();
  await follower.pass();
  const found = await rows('select state, tx_hash, log_index from send_back order by id');
  expect(found.map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
  expect(new Set(found.map((row) => `${row.tx_hash}:${row.log_index}`)).size).toBe(2);
  expect(await service.offer(world.storeId, target)).toMatchObject({ refunded: '4.0000', remaining: '3.0000' });
});
