// "I already sent it" against real chains and a real ledger: each check that a transaction can fail, in order, and a payment that the
// ledger lacks until it is claimed.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { BlockRecheck, ChainBlock } from '#db/entities/chain.entity.ts';
import { AnnouncedTransaction, KeptClaim } from '#db/entities/intent.entity.ts';
import { announceTransaction } from '#db/intents/announced-transactions.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { keepClaim, takeKeptClaims } from '#db/intents/kept-claims.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus, PaymentMethod } from '#domain/status.ts';
import { caughtUp, eventually } from '#test/chain/support/world.ts';
import { randomAddress } from '#test/support/intents.ts';
import type { CheckoutLimits } from '#web/checkout/server/checkout-limits.ts';
import { readCheckoutView } from '#web/checkout/server/checkout-view.ts';
import { checkKeptClaims, createClaimCheck } from '#web/checkout/server/claim-service.ts';
import { createWalletService } from '#web/checkout/server/wallet-service.ts';
import {
  A,
  B,
  chain,
  claim,
  closeClaims,
  intent,
  kindOf,
  openClaims,
  openIntent,
  other,
  PLENTY,
  PRICE,
  pools,
  rechecks,
  sentence,
  stopWatching,
  update,
  watch,
  watcher,
  world,
} from './claim-world.ts';

beforeAll(openClaims);
afterAll(closeClaims);
beforeEach(openIntent);
afterEach(stopWatching);

describe('before the ledger', () => {
  it('text that is not a hash, and a hash that no chain has', async () => {
    for (const text of ['', '0x12', 'paid!', `0x${'ab'.repeat(33)}`]) expect(await kindOf(text)).toBe('badHash');
    const response = await claim(`0x${'ab'.repeat(32)}`);
    expect(response).toMatchObject({ kind: 'notFound', looked: ['Local Chain A', 'Local Chain B'], silent: [] });
    expect(sentence(response)).toMatch(/no such transaction on Local Chain A or Local Chain B\..*not be mined yet/);
    expect(await claim(`0x${'ab'.repeat(32)}`, makeIntentId(1, randomBytes(8)))).toBeNull();
  });

  it('sends one HTTP request to each chain for an unknown transaction', async () => {
    const before = [...pools.values()].map((pool) => pool.stats().requests);
    await claim(`0x${'cd'.repeat(32)}`);
    const after = [...pools.values()].map((pool) => pool.stats().requests);
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1]);
  });

  it('a network that hangs or fails is named and delays nobody', async () => {
    other.lie = { http: 'hang' };
    const partly = await claim(`0x${'ab'.repeat(32)}`);
    expect(partly).toMatchObject({ kind: 'notFound', looked: ['Local Chain A'], silent: ['Local Chain B'] });
    expect(sentence(partly)).toMatch(/Local Chain B did not respond/);
    const dead = new Map([[A, createRpcPool({ chainId: A, urls: ['http://127.0.0.1:9'], timeoutMs: 500 })]]);
    const check = createClaimCheck({ orm: world.orm, pools: dead, limits: PLENTY });
    const response = await check({ intentId: intent.id, text: `0x${'ab'.repeat(32)}`, clientAddress: '192.0.2.7' });
    expect(response).toMatchObject({ kind: 'networksSilent', silent: ['Local Chain A'] });
    // Neither a provider's URL nor an error of ours is shown.
    expect(sentence(response)).not.toMatch(/127\.0\.0\.1|rpc|fetch|ECONN/i);
    await dead.get(A)?.close();
  });

  it('a transaction that is not mined yet, and one that failed', async () => {
    const { address } = tokenOf(chainById(A), 1) as { address: Address };
    await chain.call('evm_setAutomine', [false]);
    const tooMuch = transferCalldata(intent.depositAddress, baseUnitsOf(10n ** 30n));
    const gas = '0x30d40';
    const txHash = await chain.call<Hex>('eth_sendTransaction', [
      { from: chain.payer, to: address, data: tooMuch, gas },
    ]);
    expect(await claim(txHash)).toMatchObject({ kind: 'notMined', network: 'Local Chain A' });
    await chain.mine();
    await chain.call('evm_setAutomine', [true]);
    const response = await claim(txHash);
    expect(response).toMatchObject({ kind: 'reverted' });
    expect(sentence(response)).toMatch(/no coins were moved/);
  });

  it('a fake token, the native coin, another recipient, and no transfer at all', async () => {
    await chain.send(chain.fakeUsdt, mintCalldata(chain.payer, baseUnitsOf(5_000_000n)));
    const fake = await chain.send(chain.fakeUsdt, transferCalldata(intent.depositAddress, baseUnitsOf(5_000_000n)));
    expect(await claim(fake)).toMatchObject({ kind: 'otherToken', contract: chain.fakeUsdt });

    const sendNative = (to: Address, value: string) =>
      chain.call<Hex>('eth_sendTransaction', [{ from: chain.payer, to, value }]);
    const native = await sendNative(intent.depositAddress, '0x1');
    await eventually('the native transfer', async () => (await kindOf(native)) !== 'notMined');
    expect(await claim(native)).toMatchObject({ kind: 'nativeCoin', symbol: 'ETH' });

    const stranger = randomAddress();
    expect(await claim(await chain.pay(stranger, PRICE))).toMatchObject({
      kind: 'otherRecipient',
      recipient: stranger,
    });
    const empty = await sendNative(stranger, '0x0');
    await eventually('the empty transaction', async () => (await kindOf(empty)) !== 'notMined');
    expect(await kindOf(empty)).toBe('noPayment');
    expect(await rechecks()).toEqual([]);
  });

  it('a payment that the watcher has not reached is not requested again', async () => {
    const txHash = await chain.pay(intent.depositAddress, PRICE);
    expect(await claim(` https://explorer.example/tx/${txHash.toUpperCase().replace('0X', '0x')} `)).toMatchObject({
      kind: 'notReadYet',
      stopped: true,
      amount: '5.0000',
      coin: 'USDT',
      network: 'Local Chain A',
    });
    await update({ acceptedStableCoins: [2] });
    expect(await kindOf(txHash)).toBe('wrongCoin');
    await update({ acceptedChainIds: [B] });
    expect(await kindOf(txHash)).toBe('wrongNetwork');
    await update({ acceptedStableCoins: [1], acceptedChainIds: [A], expiresAt: new Date(Date.now() - 3_600_000) });
    expect(await kindOf(txHash)).toBe('late');
    expect(await rechecks()).toEqual([]);
  });
});

describe('in the ledger', () => {
  it('confirming with its count, then short, then counted', async () => {
    await chain.mine(3);
    const first = await chain.pay(intent.depositAddress, multiply(ONE_COIN, 2n));
    await watch();
    expect(await claim(first)).toMatchObject({ kind: 'confirming', confirmations: { seen: 1, needed: 2 } });
    await chain.mine(2);
    await eventually('the confirmation', async () => (await kindOf(first)) !== 'confirming');
    expect(await claim(first)).toMatchObject({ kind: 'short', received: '2.0000', due: '3.0000', coin: 'USDT' });

    const second = await chain.pay(intent.depositAddress, multiply(ONE_COIN, 3n));
    await chain.mine(2);
    await eventually('the rest', async () => (await kindOf(second)) === 'counted');
    const ids = (await world.transfersOf(intent.id)).map(({ id }) => String(id));
    const em = world.orm.em.fork();
    await changeIntent(em, {
      intentId: intent.id,
      actor: 'workflow',
      to: IntentStatus.CONFIRMED,
      paymentTransferIds: ids,
    });
    expect(await claim(first)).toMatchObject({ kind: 'counted', amount: '2.0000' });

    const extra = await chain.pay(intent.depositAddress, ONE_COIN);
    await caughtUp(world, chain);
    const [, , last] = await world.transfersOf(intent.id);
    const transferId = String(last?.id);
    await changeIntent(world.orm.em.fork(), {
      intentId: intent.id,
      actor: 'workflow',
      reviews: [{ kind: 'second_payment', transferId }],
    });
    expect(await claim(extra)).toMatchObject({ kind: 'secondPayment', amount: '1.0000' });
  });

  it('a misfit says why; a result of screening is not revealed', async () => {
    await watch();
    const txHash = await chain.pay(intent.depositAddress, PRICE, 2);
    await caughtUp(world, chain);
    expect(await claim(txHash)).toMatchObject({ kind: 'wrongCoin', coin: 'USDC' });
    await update({ acceptedStableCoins: [1, 2], expiresAt: new Date(Date.now() - 3_600_000) });
    expect(await kindOf(txHash)).toBe('late');
    const [transfer] = await world.transfersOf(intent.id);
    await changeIntent(world.orm.em.fork(), {
      intentId: intent.id,
      actor: 'workflow',
      to: IntentStatus.PENDING_MANUAL_OPERATION,
      reviews: [{ kind: 'screening', transferId: String(transfer?.id) }],
    });
    const response = await claim(txHash);
    expect(response).toMatchObject({ kind: 'inReview' });
    expect(JSON.stringify(response)).not.toMatch(/screen|deny|denied|sanction/i);
  });
});

describe('a payment that the ledger lacks', () => {
  it('is read again by the watcher, its only writer, and follows the rules of every payment', async () => {
    const lost = await world.createIntent({ amountUnits: PRICE });
    const txHash = await chain.pay(lost.depositAddress, PRICE);
    await watch();
    await eventually('the payment', async () => (await world.transfersOf(lost.id)).length === 1);
    // As if both reads had missed it.
    await watcher?.stop();
    for (const table of ['timeline_event', 'token_transfer']) {
      await world.orm.em.fork().execute(`delete from ${table} where intent_id = ?`, [lost.id]);
    }
    await watch();
    expect(await claim(txHash, lost.id)).toMatchObject({ kind: 'beingAdded', amount: '5.0000' });
    await eventually('the payment in the ledger', async () => (await world.transfersOf(lost.id)).length === 1);
    await eventually('the request to be done', async () => (await rechecks()).length === 0);
    expect(await world.timelineOf(lost.id)).toContain('transfer_seen');
    expect((await world.signalsOf(lost.id)).length).toBeGreaterThan(0);
    expect((await claim(txHash, lost.id))?.kind).toMatch(/^(confirming|counted)$/);
    // Requested twice, written once.
    await claim(txHash, lost.id);
    expect(await world.transfersOf(lost.id)).toHaveLength(1);
  });

  it('a request that cannot be fulfilled delays neither others nor new blocks', async () => {
    await watch();
    await watcher?.stop();
    const head = await chain.head();
    // The provider has another block than we read, so it is not used until the watcher has handled the difference.
    const tampered = head - 2n;
    await world.orm.em
      .fork()
      .nativeUpdate(ChainBlock, { chainId: A, number: tampered }, { hash: `0x${'00'.repeat(32)}` });
    const ask = (txHash: Hex, blockNumber: bigint) =>
      world.orm.em.fork().insert(BlockRecheck, { chainId: A, txHash, blockNumber, requestedAt: new Date() });
    await ask(`0x${'e1'.repeat(32)}`, tampered);
    await ask(`0x${'e2'.repeat(32)}`, head - 1n);
    await watch();
    const txHash = await chain.pay(intent.depositAddress, PRICE);
    await eventually('the new payment', async () => (await world.transfersOf(intent.id)).length === 1);
    await eventually('the request behind it', async () => (await rechecks()).length === 1);
    expect(await rechecks()).toMatchObject([{ txHash: `0x${'e1'.repeat(32)}`, blockNumber: tampered }]);
    expect((await claim(txHash))?.kind).toMatch(/^(confirming|counted)$/);
  });
});

it('a GET of the wallet’s options finds an announced transaction and notes nothing; the POST before a payment notes it', async () => {
  const chains = [{ chain: chainById(A), rpcUrls: [chain.rpcUrl] }];
  const wallet = createWalletService({
    ...{ orm: world.orm, chains, pools, screening: createStaticScreening([]), limits: PLENTY },
    ...{ walletConnectProjectId: null, developmentWalletScript: null, payOptions: async () => [] },
    readView: (id, choice) =>
      readCheckoutView(world.orm.em.fork(), { chains: [chainById(A)], development: false }, id, choice),
  });
  const known = async () =>
    (await world.orm.em.fork().findOneOrFail(AnnouncedTransaction, { intent: intent.id })).knownAt ?? null;
  const txHash = await chain.pay(intent.depositAddress, PRICE);
  await announceTransaction(world.orm.em.fork(), intent.id, txHash, PaymentMethod.WALLET_CONNECT);
  // Twelve minutes ago: an unknown one is asked for as long as a known one is waited for.
  const minutesAgo = new Date(Date.now() - 12 * 60_000);
  await world.orm.em.fork().nativeUpdate(AnnouncedTransaction, { txHash }, { createdAt: minutesAgo });
  expect(await wallet.options(intent.id, '192.0.2.7')).toMatchObject({ sentTxHash: txHash });
  expect(await known()).toBeNull();
  const asked = { payer: chain.payer, coin: 'USDT', network: String(A), again: false, isOurs: true };
  expect(await wallet.prepare(intent.id, asked, '192.0.2.7')).toEqual({ kind: 'alreadySent', txHash });
  expect(await known()).toBeInstanceOf(Date);
});

describe('a claim that cannot be checked now', () => {
  // Those of other tests wait too.
  beforeEach(async () => await world.orm.em.fork().nativeDelete(KeptClaim, {}));
  const kept = async () =>
    await world.orm.em.fork().find(KeptClaim, { intent: intent.id }, { orderBy: { createdAt: 'asc' } });
  const checkLater = async (): Promise<number> => {
    // Its time comes.
    await world.orm.em.fork().execute('update kept_claim set next_check_at = now() where next_check_at is not null');
    return await checkKeptClaims({ orm: world.orm, pools });
  };

  it('is kept, and checked later without the page until the result is certain', async () => {
    const dead = new Map([[A, createRpcPool({ chainId: A, urls: ['http://127.0.0.1:9'], timeoutMs: 500 })]]);
    const check = createClaimCheck({ orm: world.orm, pools: dead, limits: PLENTY });
    const txHash = await chain.pay(intent.depositAddress, PRICE);
    const response = await check({ intentId: intent.id, text: txHash, clientAddress: '192.0.2.7' });
    await dead.get(A)?.close();
    expect(response).toMatchObject({ kind: 'networksSilent', kept: true });
    expect(sentence(response)).toMatch(/checked again by itself/);
    expect(await kept()).toMatchObject([{ txHash, checks: 0 }]);

    // Nobody watches: the transaction is found, and its block is not read yet.
    expect(await checkLater()).toBe(1);
    const [waiting] = await kept();
    expect(waiting).toMatchObject({ checks: 1 });
    expect(waiting?.nextCheckAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await checkKeptClaims({ orm: world.orm, pools })).toBe(0);

    await watch();
    await eventually('the payment', async () => (await world.transfersOf(intent.id)).length === 1);
    expect(await checkLater()).toBe(1);
    expect(await kept()).toMatchObject([{ checks: 2, nextCheckAt: null }]);
    expect(await checkLater()).toBe(0);
  });

  it('is kept above the limits too, at most five of an order, each for a limited number of checks', async () => {
    const limits: CheckoutLimits = { perIntent: { perMinute: 1 }, perAddress: { perMinute: 1_000 } };
    const check = createClaimCheck({ orm: world.orm, pools, limits });
    const ask = async (digit: number) =>
      await check({ intentId: intent.id, text: `0x${String(digit).repeat(64)}`, clientAddress: '198.51.100.7' });
    expect(await ask(0)).toMatchObject({ kind: 'notFound', kept: false });
    const results = [];
    for (const digit of [1, 2, 3, 4, 5, 6, 1]) results.push(await ask(digit));
    expect(results.map((result) => result && 'kept' in result && result.kept)).toEqual([
      ...[true, true, true, true, true],
      ...[false, true],
    ]);
    expect(sentence(results[5] ?? null)).not.toMatch(/by itself/);
    let rounds = 0;
    while ((await checkLater()) > 0) rounds += 1;
    expect(rounds).toBe(10);
    expect((await kept()).map(({ checks, nextCheckAt }) => [checks, nextCheckAt])).toEqual(Array(5).fill([10, null]));
  });

  it('two servers do not check the same claim', async () => {
    expect(await keepClaim(world.orm.em.fork(), intent.id, `0x${'ef'.repeat(32)}`)).toBe(true);
    const taken = await Promise.all([1, 2, 3].map(() => takeKeptClaims(world.orm.em.fork(), 5)));
    expect(taken.flat()).toEqual([{ intentId: intent.id, txHash: `0x${'ef'.repeat(32)}` }]);
  });
});

describe('limits', () => {
  it('claims are limited by intent and by client address', async () => {
    const limits: CheckoutLimits = { perIntent: { perMinute: 2 }, perAddress: { perMinute: 3 } };
    const check = createClaimCheck({ orm: world.orm, pools, limits });
    const ask = (intentId: IntentId, clientAddress: string) =>
      check({ intentId, text: `0x${'ab'.repeat(32)}`, clientAddress });
    const kinds = [];
    for (let count = 0; count < 3; count += 1) kinds.push((await ask(intent.id, '2001:db8::1'))?.kind);
    expect(kinds).toEqual(['notFound', 'notFound', 'tooOften']);
    const another = await world.createIntent();
    // This /64 has used its share; another address has not.
    expect(await ask(another.id, '2001:db8::2')).toMatchObject({
      kind: 'tooOften',
      retryAfterSeconds: expect.any(Number),
    });
    expect(await ask(another.id, '2001:db8:1::2')).toMatchObject({ kind: 'notFound' });
  });
});
