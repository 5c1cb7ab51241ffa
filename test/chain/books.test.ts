// The books over real chains: every way in which money comes and goes is explained to the last unit, and a planted fault is named by its
// records.
import { Interface, Wallet } from 'ethers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent, type IntentChange } from '#db/intents/change-intent.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { formatUnits, multiply, ONE_COIN, type Units, unitsOf } from '#domain/money.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { admin, adminHere } from '#test/admin/support.ts';
import { asOwner } from '#test/support/database.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { createRefundService } from '#web/dashboard/refund/server/refund-service.ts';
import { readBooksView } from '#web/dashboard/reports/server/books-view.ts';
import { createBooksVerifier } from '#worker/books/books-verifier.ts';
import { type Books, isProven, verifyBooks } from '#worker/books/verify-books.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';
import { type RunningRelayer, startRelayer } from './support/settling.ts';
import {
  caughtUp,
  eventually,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './support/world.ts';

let world: World;
let chainA: PayableChain;
let chainB: PayableChain;
let proxy: LyingRpc;
let watchers: RunningWatcher[];
let pools: Map<number, RpcPool>;
const relayers: RunningRelayer[] = [];
const actor = { kind: 'operator', id: 'op', email: 'op@example.test' } as const;
const coins = (amount: bigint): Units => multiply(ONE_COIN, amount);

beforeEach(async () => {
  [world, chainA, chainB] = await Promise.all([startWorld(), startPayableChain(), startPayableChain(31338)]);
  proxy = await startLyingRpc(chainA.rpcUrl);
  watchers = [chainA, chainB].map(({ chainId, rpcUrl }) => startWatcher(world, chainId, [rpcUrl]));
  pools = new Map(
    [[31337, proxy.url] as const, [31338, chainB.rpcUrl] as const].map(([chainId, url]) => [
      chainId,
      createRpcPool({ chainId, urls: [url] }),
    ]),
  );
});
afterEach(async () => {
  await Promise.all([...watchers, ...relayers.splice(0)].map((one) => one.stop()));
  await Promise.all([...pools.values()].map((pool) => pool.close()));
  await Promise.all([world?.close(), chainA?.stop(), chainB?.stop(), proxy?.stop()]);
});

const rows = <Row>(sql: string, values: unknown[] = []) => world.orm.em.fork().execute<Row[]>(sql, values as never);
const verify = (): Promise<Books> => verifyBooks({ em: world.orm.em, pools, storeId: world.storeId });
const change = (intent: CheckoutIntent, more: Partial<IntentChange>) =>
  changeIntent(world.orm.em.fork(), { intentId: intent.id, actor: 'workflow', ...more });

const newIntent = async (price: Units): Promise<CheckoutIntent> => {
  const intent = await world.createIntent({ amountUnits: price });
  await rows(
    `update checkout_intent set accepted_stable_coins = '{1,2}', accepted_chain_ids = '{31337,31338}' where id = ?`,
    [intent.id],
  );
  return intent;
};

/** Pays, and waits until the watcher has confirmed it. @returns the transfer's id */
const pay = async (chain: PayableChain, intent: CheckoutIntent, units: Units, coin: CoinId = 1): Promise<string> => {
  await caughtUp(world, chain);
  const txHash = await chain.pay(intent.depositAddress, units, coin);
  await chain.mine(3);
  let id = '';
  await eventually('a confirmed transfer', async () => {
    const found = (await world.transfersOf(intent.id)).find(
      (one) => one.txHash === txHash && one.state === 'confirmed',
    );
    id = String(found?.id ?? '');
    return id !== '';
  });
  return id;
};
const confirm = (intent: CheckoutIntent, transfers: string[]) =>
  change(intent, { to: S.CONFIRMED, paymentTransferIds: transfers });

const settleAll = async (): Promise<void> => {
  for (const { chainId, rpcUrl } of [chainA, chainB]) relayers.push(startRelayer(world, chainId, rpcUrl));
  await eventually('all settlements', async () => {
    const [open] = await rows<{ count: string }>(`select count(*) from settlement where state <> 'settled'`);
    if (open?.count === '0') return true;
    await Promise.all([chainA.mine(), chainB.mine()]);
    return false;
  });
  await Promise.all(relayers.splice(0).map((relayer) => relayer.stop()));
  await Promise.all([caughtUp(world, chainA), caughtUp(world, chainB)]);
};

const settleByHand = async (intent: CheckoutIntent): Promise<Hex> => {
  const terms = [intent.receiver, intent.feeReceiver, intent.feeRateE9, BigInt(`0x${intent.contractId}`)];
  const data = new Interface(checkoutFactoryAbi).encodeFunctionData('settle', [terms, LOCAL_TOKENS.usdt6]);
  const hash = await chainA.send(FACTORY_ADDRESS, data as Hex, { gas: '0xf4240' });
  await caughtUp(world, chainA);
  return hash;
};

const review = async (intent: CheckoutIntent, transferId: string, kind: 'second_payment' | 'late'): Promise<string> => {
  await change(intent, { reviews: [{ kind, transferId }] });
  const [row] = await rows<{ id: string }>('select id::text from review_item where transfer_id = ?', [transferId]);
  return String(row?.id);
};

const unexplained = (books: Books) =>
  books.differences
    .filter(({ explanation }) => explanation === null)
    .map(({ records, amount }) => [...records, amount]);
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
  await confirm(parts, [await pay(chainB, parts, coins(6n), 2), await pay(chainA, parts, coins(4n), 1)]);
  const over = await newIntent(coins(10n));
  await confirm(over, [await pay(chainA, over, coins(100n)), await pay(chainA, over, unitsOf(2n * 10n ** 16n))]);
  const twice = await newIntent(coins(5n));
  await confirm(twice, [await pay(chainA, twice, coins(5n))]);

  const before = await verify();
  expect(unexplained(before)).toEqual([]);
  expect(explanations(before)).toEqual(['settlement_pending']);
  await settleAll();
  const second = await pay(chainA, twice, unitsOf(7_000_001n * 10n ** 12n));
  const reviewItemId = await review(twice, second, 'second_payment');
  expect(explanations(await verify())).toEqual(['under_review']);
  await resolveReview(world.orm.em.fork(), { reviewItemId, outcome: 'accepted', reason: 'agreed', actor });
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
    (await world.cursor(31337))?.block_hash,
    (await world.cursor(31338))?.block_hash,
  ]);

  const view = await readBooksView(world.orm.em, { id: world.storeId, timeZone: 'UTC' }, null, Date.now());
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
  proxy.lie = {
    response: async (method, params, truth) => {
      if (method === 'eth_call' && typeof params[1] === 'object') throw new Error('invalid argument 1');
      return await truth();
    },
  };
  expect(figuresOf(await verify())).toEqual(figuresOf(books));
});

test('settled by anyone, dust that a settlement swept, and money that nobody has decided on are explained', async () => {
  const anyone = await newIntent(coins(5n));
  await confirm(anyone, [await pay(chainA, anyone, coins(5n))]);
  await settleByHand(anyone);
  const early = await verify();
  expect(unexplained(early)).toEqual([]);
  expect(explanations(early)).toEqual(['settlement_pending']);

  const dusty = await newIntent(coins(3n));
  const paid = await pay(chainA, dusty, coins(3n));
  await pay(chainA, dusty, unitsOf(10n ** 12n));
  await confirm(dusty, [paid]);
  await settleAll();
  const swept = await verify();
  expect(unexplained(swept)).toEqual([]);
  expect(explanations(swept)).toEqual(['swept_by_settlement']);

  // Dust alone, settled by a stranger: no settlement is owed, and none is recorded.
  const late = await pay(chainA, anyone, unitsOf(5n * 10n ** 12n));
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
  const reviewItemId = await review(intent, await pay(chainA, intent, coins(2n)), 'late');
  await rows('update checkout_intent set status = 4 where id = ?', [intent.id]);
  const chains = [{ chain: chainById(31337), rpcUrls: [chainA.rpcUrl] }];
  const service = createRefundService({ orm: world.orm, chains, pools, checkAddress: checkWithoutChains });
  const follower = createRefundFollower({ em: world.orm.em, pools, logger: { info() {}, warn() {} } });
  const target = { kind: 'review', reviewItemId } as const;
  const { typedData, nonce, deadline } = await service.prepare(world.storeId, target);
  const { types, domain, message } = typedData;
  const receiver = new Wallet(localAccount('merchant').privateKey);
  const signature = (await receiver.signTypedData(domain, { Release: types.Release }, message)) as Hex;
  const by = { actor: { kind: 'member', id: 'owner', email: 'owner@shop.example' } as const, reason: 'late' };
  const order = await service.order(world.storeId, target, { nonce, deadline, signature }, by);
  await chainA.send(order.transaction.to, order.transaction.data);
  await caughtUp(world, chainA);
  const under = await verify();
  expect(unexplained(under)).toEqual([]);
  expect(explanations(under)).toContain('refund_pending');
  await chainA.mine(3);
  await follower.pass();
  await caughtUp(world, chainA);
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
  await confirm(intent, [await pay(chainA, intent, coins(5n))]);
  await settleAll();
  const to = Wallet.createRandom().address as Address;
  const txHash = await chainA.pay(to, coins(1n));
  await caughtUp(world, chainA);
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
  await caughtUp(world, chainA);
  const intent = await newIntent(coins(5n));
  const transferId = await pay(chainA, intent, coins(5n));
  await confirm(intent, [transferId]);
  await chainA.call('anvil_reorg', [5, []]);
  await chainA.mine(3);
  await eventually('the removed transfer', async () => (await world.transfersOf(intent.id))[0]?.state === 'orphaned');
  await caughtUp(world, chainA);
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

/** Changes records behind the triggers' back. */
const plant = async (sql: string): Promise<void> => {
  await asOwner(world.databaseUrl, 'set local session_replication_role = replica', sql);
};

test('planted faults are named by their two records', async () => {
  const intent = await newIntent(coins(10n));
  const transferId = await pay(chainA, intent, coins(10n));
  await confirm(intent, [transferId]);
  await settleAll();
  expect((await verify()).differences).toEqual([]);
  const [settled] = await rows<{ id: string; tx_hash: string; log_index: number }>(
    'select id::text, tx_hash, log_index from settlement',
  );
  const event = `Settled event ${settled?.tx_hash}:${settled?.log_index}`;
  const [booking] = await rows<{ id: string }>('select id::text from booking');

  await plant('update settlement set net_base_units = net_base_units - 1');
  const planted = await verify();
  expect(unexplained(planted)).toContainEqual([`settlement ${settled?.id} net`, event, '-0.000001']);
  expect(isProven(planted)).toBe(false);
  await storedAndShown(String(settled?.id));
  await plant('update settlement set net_base_units = net_base_units + 1');

  await plant('update booking set gross_units = gross_units + 1000000000000, net_units = net_units + 1000000000000');
  const wrong = unexplained(await verify());
  expect(wrong).toContainEqual([`booking ${booking?.id}`, `token_transfer ${transferId}`, '0.000001']);
  expect(wrong).toContainEqual([`checkout_intent ${intent.id} paid`, 'its bookings', '-0.000001']);
  await plant('update booking set gross_units = gross_units - 1000000000000, net_units = net_units - 1000000000000');

  // A transfer that the ledger lost, and its settlement too: the factory's event gives it away.
  await plant('delete from settlement');
  const lost = unexplained(await verify());
  expect(lost).toContainEqual(['settlement: none', event, '-10.0000']);
  await plant(`update token_transfer set amount_base_units = 9000000, amount_units = 9000000000000000000`);
  expect(unexplained(await verify())).toContainEqual([
    `token_transfer ${transferId}`,
    expect.stringMatching(/^Transfer log 0x/),
    '-1.0000',
  ]);
});

/** The command fails, the daily run stores the fault and says it once, and the store's page names it. */
const storedAndShown = async (settlementId: string): Promise<void> => {
  const env = { DATABASE_URL: world.databaseUrl, RPC_URLS_31337: chainA.rpcUrl };
  const { code, stdout } = await adminHere(env, 'books', 'verify', '--store', world.storeId, '--json');
  expect(code).toBe(1);
  const said = JSON.parse(stdout) as { ok: boolean; unexplained: number; differences: { records: string[] }[] };
  expect(said).toMatchObject({
    ok: false,
    unexplained: 2,
    chains: [{ chain_id: 31337, addresses: 1 }],
    unverified: [],
  });
  expect(said.differences[0]?.records[0]).toBe(`settlement ${settlementId} net`);
  const text = await admin(env, 'books', 'verify');
  expect(text.stdout).toContain('NOT EXPLAINED:');
  expect(await adminHere({ DATABASE_URL: world.databaseUrl }, 'books', 'verify')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('NOT VERIFIED, 1 addresses: RPC_URLS_31337 is not set'),
  });

  const errors: string[] = [];
  const logger = { info() {}, error: (_: unknown, message?: string) => void errors.push(String(message)) };
  let now = Date.now();
  const verifier = createBooksVerifier({ em: world.orm.em, pools, logger, now: () => now });
  expect([await verifier.pass(), await verifier.pass()]).toEqual([true, false]);
  expect(errors).toEqual([
    'the books differ: The event has another net amount.',
    'the books differ: Booked, not settled, and no settlement is owed.',
  ]);
  now += 2 * 3_600_000;
  expect(await verifier.pass()).toBe(true);

  const view = await readBooksView(world.orm.em, { id: world.storeId, timeZone: 'UTC' }, null, Date.now());
  expect(view.check?.differences).toMatchObject([
    { first: `settlement ${settlementId} net`, amount: '-0.000001' },
    { second: 'settlements', amount: '0.000001' },
  ]);
  // The ledger alone: one base unit is still at the address.
  expect(view.lines).toMatchObject([
    {
      network: 'Local Chain A',
      coin: 'USDT',
      received: '10.0000',
      settled: '9.999999',
      held: '0.000001',
      difference: '0.0000',
    },
  ]);
};
