// The books over real chains: every way in which money comes and goes is explained to the last unit. Planted faults: books-faults.test.ts.
import { Wallet } from 'ethers';
import { expect, test } from 'vitest';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { createRefundService } from '#web/dashboard/refund/server/refund-service.ts';
import { readBooksView } from '#web/dashboard/reports/server/books-view.ts';
import { type Books, isProven } from '#worker/books/verify-books.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';
import { booksStage, coins, unexplained } from './support/books-stage.ts';
import { caughtUp, eventually } from './support/world.ts';

const actor = { kind: 'operator', id: 'op', email: 'op@example.test' } as const;
const stage = booksStage();
const { rows, verify, change, newIntent, pay, confirm, settleAll, settleByHand, review, plant } = stage;

const explanations = (books: Books): string[] =>
  [...new Set(books.differences.map((one) => String(one.explanation)))].sort();
const figuresOf = (books: Books) =>
  books.chains.flatMap(({ chainId, tokens }) =>
    tokens.map((one) => [
      chainId,
      one.coin,
      ...[one.receivedUnits, one.settledUnits, one.refundedUnits, one.heldUnits].map(formatUnits),
    ]),
  );

test('two coins on two networks, a surplus, and a second payment accepted later: the books are the chains', async () => {
  const parts = await newIntent(coins(10n));
  await confirm(parts, [await pay(stage.chainB, parts, coins(6n), 2), await pay(stage.chainA, parts, coins(4n), 1)]);
  const over = await newIntent(coins(10n));
  await confirm(over, [
    await pay(stage.chainA, over, coins(100n)),
    await pay(stage.chainA, over, unitsOf(2n * 10n ** 16n)),
  ]);
  const twice = await newIntent(coins(5n));
  await confirm(twice, [await pay(stage.chainA, twice, coins(5n))]);

  const before = await verify();
  expect(unexplained(before)).toEqual([]);
  expect(explanations(before)).toEqual(['settlement_pending']);
  await settleAll();
  const second = await pay(stage.chainA, twice, unitsOf(7_000_001n * 10n ** 12n));
  const reviewItemId = await review(twice, second, 'second_payment');
  expect(explanations(await verify())).toEqual(['under_review']);
  await resolveReview(stage.world.orm.em.fork(), { reviewItemId, outcome: 'accepted', reason: 'agreed', actor });
  await change(twice, { paymentTransferIds: [second] });
  await settleAll();

  const books = await verify();
  expect(books.differences).toEqual([]);
  expect(isProven(books)).toBe(true);
  expect(figuresOf(books)).toEqual([
    [31337, 1, '116.020001', '116.020001', '0.0000', '0.0000'],
    [31338, 2, '6.0000', '6.0000', '0.0000', '0.0000'],
  ]);
  expect(
    books.reported.map(({ chainId, coin, bookedUnits, reportedUnits }) => [
      chainId,
      coin,
      formatUnits(bookedUnits),
      formatUnits(reportedUnits),
    ]),
  ).toEqual([
    [31337, 1, '116.020001', '116.020001'],
    [31338, 2, '6.0000', '6.0000'],
  ]);
  expect(books.chains.map(({ block }) => block.hash)).toEqual([
    (await stage.world.cursor(31337))?.block_hash,
    (await stage.world.cursor(31338))?.block_hash,
  ]);

  const view = await readBooksView(stage.world.orm.em, { id: stage.world.storeId, timeZone: 'UTC' }, null, Date.now());
  const agreed = { held: '0.0000', refunded: '0.0000', difference: '0.0000' };
  expect(view.lines).toMatchObject([
    {
      network: 'Local Chain A',
      coin: 'USDT',
      received: '116.020001',
      booked: '116.020001',
      reported: '116.020001',
      ...agreed,
    },
    { network: 'Local Chain B', coin: 'USDC', received: '6.0000', settled: '6.0000', reported: '6.0000', ...agreed },
  ]);

  // A provider without EIP-1898 is read by number, and gives the same.
  stage.proxy.lie = {
    response: async (method, params, truth) => {
      if (method === 'eth_call' && typeof params[1] === 'object') throw new Error('invalid argument 1');
      return await truth();
    },
  };
  expect(figuresOf(await verify())).toEqual(figuresOf(books));
});

test('settled by anyone, dust that a settlement swept, and money that nobody has decided on are explained', async () => {
  const anyone = await newIntent(coins(5n));
  await confirm(anyone, [await pay(stage.chainA, anyone, coins(5n))]);
  await settleByHand(anyone);
  const early = await verify();
  expect(unexplained(early)).toEqual([]);
  expect(explanations(early)).toEqual(['settlement_pending']);

  const dusty = await newIntent(coins(3n));
  const paid = await pay(stage.chainA, dusty, coins(3n));
  await pay(stage.chainA, dusty, unitsOf(10n ** 12n));
  await confirm(dusty, [paid]);
  await settleAll();
  const swept = await verify();
  expect(unexplained(swept)).toEqual([]);
  expect(explanations(swept)).toEqual(['swept_by_settlement']);

  // Dust alone, settled by a stranger: no settlement is owed, and none is recorded.
  const late = await pay(stage.chainA, anyone, unitsOf(5n * 10n ** 12n));
  expect(explanations(await verify())).toEqual(['swept_by_settlement', 'unreviewed_money']);
  await settleByHand(anyone);
  const books = await verify();
  expect(unexplained(books)).toEqual([]);
  expect(
    books.differences.filter(({ intentId }) => intentId === anyone.id).map(({ explanation }) => explanation),
  ).toContain('swept_by_settlement');
  expect(late).not.toBe('');
});

test('a refund from the deposit address is an event of the factory, and its figures are compared', async () => {
  const intent = await newIntent(coins(5n));
  const reviewItemId = await review(intent, await pay(stage.chainA, intent, coins(2n)), 'late');
  await rows('update checkout_intent set status = 4 where id = ?', [intent.id]);
  const chains = [{ chain: chainById(31337), rpcUrls: [stage.chainA.rpcUrl] }];
  const service = createRefundService({
    orm: stage.world.orm,
    chains,
    pools: stage.pools,
    checkAddress: checkWithoutChains,
  });
  const follower = createRefundFollower({
    em: stage.world.orm.em,
    pools: stage.pools,
    logger: { info() {}, warn() {} },
  });
  const target = { kind: 'review', reviewItemId } as const;
  const { typedData, nonce, deadline } = await service.prepare(stage.world.storeId, target);
  const { types, domain, message } = typedData;
  const receiver = new Wallet(localAccount('merchant').privateKey);
  const signature = (await receiver.signTypedData(domain, { Release: types.Release }, message)) as Hex;
  const by = { actor: { kind: 'member', id: 'owner', email: 'owner@shop.example' } as const, reason: 'late' };
  const order = await service.order(stage.world.storeId, target, { nonce, deadline, signature }, by);
  await stage.chainA.send(order.transaction.to, order.transaction.data);
  await caughtUp(stage.world, stage.chainA);
  const under = await verify();
  expect(unexplained(under)).toEqual([]);
  expect(explanations(under)).toContain('refund_pending');
  await stage.chainA.mine(3);
  await follower.pass();
  await caughtUp(stage.world, stage.chainA);
  const books = await verify();
  expect(unexplained(books)).toEqual([]);
  expect(figuresOf(books)).toEqual([[31337, 1, '2.0000', '0.0000', '2.0000', '0.0000']]);

  await plant(`update send_back set amount_base_units = amount_base_units - 1`);
  expect(unexplained(await verify())).toEqual([
    [expect.stringMatching(/^send_back \d+$/), expect.stringMatching(/^Released event 0x/), '-0.000001'],
  ]);
});

test('a refund from the wallet is outside the deposit address, and its transfer must be on the chain', async () => {
  const intent = await newIntent(coins(5n));
  await confirm(intent, [await pay(stage.chainA, intent, coins(5n))]);
  await settleAll();
  const to = Wallet.createRandom().address as Address;
  const txHash = await stage.chainA.pay(to, coins(1n));
  await caughtUp(stage.world, stage.chainA);
  await rows(
    `insert into send_back (intent_id, chain_id, token, coin, source, payer_address, from_address, fee_bearer, call_data, to_address,
       amount_base_units, amount_units, fee_base_units, tx_hash, from_block, deadline, state, requested_by, confirmed_at)
     select intent_id, chain_id, token, coin, 'external', from_address, from_address, 'merchant', '0x', ?, 1000000, 1000000000000000000,
       0, ?, 0, now(), 'confirmed', 'owner@shop.example', now() from token_transfer`,
    [to, txHash],
  );
  const books = await verify();
  expect(unexplained(books)).toEqual([]);
  expect(explanations(books)).toEqual(['refund_from_wallet']);
  expect(figuresOf(books)).toEqual([[31337, 1, '5.0000', '5.0000', '0.0000', '0.0000']]);
  await plant(`update send_back set amount_base_units = 1000001`);
  expect(unexplained(await verify())).toEqual([
    [expect.stringMatching(/^send_back \d+$/), `Transfer log in ${txHash}`, '1.000001'],
  ]);
});

test('a payment that a reorganisation removed after the confirmation is explained while a review says so', async () => {
  await caughtUp(stage.world, stage.chainA);
  const intent = await newIntent(coins(5n));
  const transferId = await pay(stage.chainA, intent, coins(5n));
  await confirm(intent, [transferId]);
  await stage.chainA.call('anvil_reorg', [5, []]);
  await stage.chainA.mine(3);
  await eventually(
    'the removed transfer',
    async () => (await stage.world.transfersOf(intent.id))[0]?.state === 'orphaned',
  );
  await caughtUp(stage.world, stage.chainA);
  expect(unexplained(await verify())).toContainEqual([
    expect.stringMatching(/^booking \d+$/),
    `token_transfer ${transferId} (orphaned)`,
    '5.0000',
  ]);
  await change(intent, { reviews: [{ kind: 'reorg_after_confirmed', transferId }] });
  const books = await verify();
  expect(unexplained(books)).toEqual([]);
  expect(explanations(books)).toEqual(['reorganisation_under_review']);
});
