// "I already sent it" against real chains and a real ledger: each check that a transaction can fail, in order, and a payment that the
// ledger lacks until it is claimed.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { BlockRecheck, ChainBlock } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { StrayMoney } from '#db/entities/token.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { type Address, type Hex, toChecksumAddress, ZERO_ADDRESS } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { mintCalldata, TRANSFER_TOPIC, transferCalldata } from '#domain/erc20.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { translator } from '#domain/texts.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import {
  caughtUp,
  eventually,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from '#test/chain/support/world.ts';
import { randomAddress } from '#test/support/intents.ts';
import { claimSentence } from '#web/checkout/parts/claim-messages.ts';
import type { CheckoutLimits } from '#web/checkout/server/checkout-limits.ts';
import type { ClaimResult } from '#web/checkout/server/claim-result.ts';
import { createClaimCheck } from '#web/checkout/server/claim-service.ts';
import { en } from '#web/checkout/text/en.ts';

const PRICE = multiply(ONE_COIN, 5n);
const PLENTY: CheckoutLimits = { perIntent: { perMinute: 1000 }, perAddress: { perMinute: 1000 } };
const A = 31337;
const B = 31338;

let world: World;
let chain: PayableChain;
let other: LyingRpc;
let pools: Map<number, RpcPool>;
let watcher: RunningWatcher | undefined;
let intent: CheckoutIntent;

beforeAll(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain(A)]);
  // Chain B has no transactions; it can also stop replying.
  other = await startLyingRpc(chain.rpcUrl, emptyChain);
  pools = new Map([
    [A, createRpcPool({ chainId: A, urls: [chain.rpcUrl], timeoutMs: 2_000 })],
    [B, createRpcPool({ chainId: B, urls: [other.url], timeoutMs: 500 })],
  ]);
});
afterAll(async () => {
  for (const pool of pools?.values() ?? []) await pool.close();
  await other?.stop();
  await chain?.stop();
  await world?.close();
});

const emptyChain = {
  response: async (method: string): Promise<unknown> => (method === 'eth_chainId' ? `0x${B.toString(16)}` : null),
};

beforeEach(async () => {
  other.lie = emptyChain;
  intent = await world.createIntent({ amountUnits: PRICE });
});
afterEach(async () => {
  await watcher?.stop();
  watcher = undefined;
});

const claim = (text: string, intentId: IntentId = intent.id, limits = PLENTY) =>
  createClaimCheck({ orm: world.orm, pools, limits })({ intentId, text, clientAddress: '192.0.2.7' });
/** As the English page shows it. */
const sentence = (result: ClaimResult | null): string =>
  result ? claimSentence(translator(en), 'en', result, 'the store') : '';
const kindOf = async (text: string): Promise<string | undefined> => (await claim(text))?.kind;
const watch = async (): Promise<void> => {
  watcher = startWatcher(world, A, [chain.rpcUrl]);
  await caughtUp(world, chain);
};
const rechecks = () => world.orm.em.fork().find(BlockRecheck, { doneAt: null });
const update = (fields: Partial<CheckoutIntent>) =>
  world.orm.em.fork().nativeUpdate(CheckoutIntent, { id: intent.id }, fields as never);

describe('before the ledger', () => {
  it('text that is not a hash, and a hash that no chain has', async () => {
    for (const text of ['', '0x12', 'paid!', `0x${'ab'.repeat(33)}`]) expect(await kindOf(text)).toBe('badHash');
    const response = await claim(`0x${'ab'.repeat(32)}`);
    expect(response).toMatchObject({ kind: 'notFound', looked: ['Local Chain A', 'Local Chain B'], silent: [] });
    expect(sentence(response)).toMatch(/no such transaction on Local Chain A and Local Chain B\..*not be mined yet/);
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

describe('native coin', () => {
  const ETH = 10n ** 18n;
  const THREE_THOUSANDTHS = `0x${(3n * 10n ** 15n).toString(16)}`;
  const word = (address: string): string => address.slice(2).toLowerCase().padStart(64, '0');
  /** A contract that passes the coin it gets on to the address in its calldata. */
  const FORWARD = '5f5f5f5f345f355af100';
  const contractOf = async (code: string): Promise<Address> => {
    const address = randomAddress();
    await chain.call('anvil_setCode', [address, `0x${code}`]);
    return address;
  };
  const strays = () =>
    world.orm.em
      .fork()
      .find(StrayMoney, { intent: intent.id }, { orderBy: { id: 'asc' } })
      .then((rows) =>
        rows.map(({ chainId, token, symbol, amountBaseUnits, sender, txHash, foundBy }) => ({
          chainId,
          token,
          symbol,
          amountBaseUnits,
          sender,
          txHash,
          foundBy,
        })),
      );

  it('that a contract forwarded is named as such, and opens one row that changes no status', async () => {
    const forwarder = await contractOf(FORWARD);
    const txHash = await chain.send(forwarder, `0x${word(intent.depositAddress)}`, { value: THREE_THOUSANDTHS });
    for (let twice = 0; twice < 2; twice += 1) {
      expect(await claim(txHash)).toEqual({ kind: 'nativeCoin', network: 'Local Chain A', symbol: 'ETH' });
    }
    expect(await strays()).toEqual([
      {
        chainId: A,
        token: ZERO_ADDRESS,
        symbol: 'ETH',
        amountBaseUnits: 3n * 10n ** 15n,
        sender: toChecksumAddress(chain.payer),
        txHash,
        foundBy: 'claim',
      },
    ]);
    const { status } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, { id: intent.id });
    expect(status).toBe(IntentStatus.TEMP_WALLET_RECEIVED);
    expect((await world.timelineOf(intent.id)).filter((kind) => kind === 'stray_found')).toHaveLength(1);
  });

  it('that a swap paid out, beside its own token transfers', async () => {
    const topic = TRANSFER_TOPIC.slice(2);
    const log = `60015f527f${word(randomAddress())}7f${word(randomAddress())}7f${topic}60205fa3`;
    const swap = await contractOf(log + FORWARD);
    const txHash = await chain.send(swap, `0x${word(intent.depositAddress)}`, { value: THREE_THOUSANDTHS });
    expect(await kindOf(txHash)).toBe('nativeCoin');
    expect(await strays()).toHaveLength(1);

    // Another transaction of the same contract pays somebody else: what lies here came from the first.
    const elsewhere = await chain.send(swap, `0x${word(randomAddress())}`, { value: THREE_THOUSANDTHS });
    expect(await kindOf(elsewhere)).toBe('otherRecipient');
  });

  it('that went to a contract and not on to this checkout is no coin that we can see', async () => {
    const forwarder = await contractOf(FORWARD);
    const txHash = await chain.send(forwarder, `0x${word(randomAddress())}`, { value: THREE_THOUSANDTHS });
    expect(await kindOf(txHash)).toBe('noPayment');
    const stranger = randomAddress();
    const plain = await chain.send(stranger, '0x', { value: THREE_THOUSANDTHS });
    expect(await claim(plain)).toMatchObject({ kind: 'otherRecipient', recipient: stranger });
    expect(await strays()).toEqual([]);
  });

  it('below about a dollar is named, and opens nothing', async () => {
    const dust = await chain.send(intent.depositAddress, '0x', { value: `0x${(ETH / 3_001n).toString(16)}` });
    expect(await kindOf(dust)).toBe('nativeCoin');
    expect(await strays()).toEqual([]);
  });

  it('of a node without old state: what lies there decides', async () => {
    const forwarder = await contractOf(FORWARD);
    const txHash = await chain.send(forwarder, `0x${word(intent.depositAddress)}`, { value: THREE_THOUSANDTHS });
    const pruned = await startLyingRpc(chain.rpcUrl, {
      response: async (method, params, truth) => {
        if (method === 'eth_getBalance' && params[1] !== 'latest') throw new Error('missing trie node');
        return await truth();
      },
    });
    const pool = createRpcPool({ chainId: A, urls: [pruned.url], timeoutMs: 2_000 });
    const check = createClaimCheck({ orm: world.orm, pools: new Map([[A, pool]]), limits: PLENTY });
    expect(await check({ intentId: intent.id, text: txHash, clientAddress: '192.0.2.7' })).toMatchObject({
      kind: 'nativeCoin',
    });
    await pool.close();
    await pruned.stop();
  });

  it('an unknown token opens a row with what its contract says; no more than five of them', async () => {
    await chain.send(chain.fakeUsdt, mintCalldata(intent.depositAddress, baseUnitsOf(7_000_000n)));
    await chain.send(chain.fakeUsdt, mintCalldata(chain.payer, baseUnitsOf(5_000_000n)));
    const fake = await chain.send(chain.fakeUsdt, transferCalldata(intent.depositAddress, baseUnitsOf(5_000_000n)));
    expect(await kindOf(fake)).toBe('otherToken');
    expect(await strays()).toMatchObject([
      {
        token: chain.fakeUsdt,
        symbol: 'USDT',
        amountBaseUnits: 12_000_000n,
        sender: toChecksumAddress(chain.payer),
        foundBy: 'claim',
      },
    ]);
    const topic = TRANSFER_TOPIC.slice(2);
    for (let more = 0; more < 6; more += 1) {
      const code = `60015f527f${word(intent.depositAddress)}7f${word(randomAddress())}7f${topic}60205fa300`;
      const txHash = await chain.send(await contractOf(code), '0x');
      expect(await kindOf(txHash)).toBe('otherToken');
    }
    expect(await strays()).toHaveLength(5);
    const native = await chain.send(intent.depositAddress, '0x', { value: THREE_THOUSANDTHS });
    expect(await kindOf(native)).toBe('nativeCoin');
    expect(await strays()).toHaveLength(6);
  });

  it('takes a hash without 0x', async () => {
    const txHash = await chain.send(intent.depositAddress, '0x', { value: THREE_THOUSANDTHS });
    expect(await kindOf(txHash.slice(2).toUpperCase())).toBe('nativeCoin');
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
