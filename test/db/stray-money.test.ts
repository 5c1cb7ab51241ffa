// Stray money: one row for each (intent, chain, token), decisions once, and the search at the end of a checkout.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { StraySearch } from '#db/entities/token.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readAttention } from '#db/merchants/attention.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { listStrayMoney } from '#db/stray-money/stray-list.ts';
import { recordStrayMoney, resolveStray } from '#db/stray-money/stray-money.ts';
import { ZERO_ADDRESS } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { type FoundStray, isWorthShowing, NATIVE_TOKEN, safeSymbol } from '#domain/stray-money.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { createOrdersServices } from '#web/dashboard/orders/server/orders-services.ts';
import { createStraySearch } from '#worker/stray-search.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

let ledger: Ledger;
let chain: TestChain;
beforeAll(async () => {
  [ledger, chain] = await Promise.all([openLedger(), startTestChain({ chainId: 31337 })]);
});
afterAll(async () => void (await Promise.all([ledger?.close(), chain?.stop()])));

const em = () => ledger.orm.em.fork();
const actor = { kind: 'operator', id: 'op', email: 'op@example.test' } as const;
const native = (wei: bigint, more: Partial<FoundStray> = {}): FoundStray => ({
  chainId: 31337,
  token: NATIVE_TOKEN,
  symbol: 'ETH',
  decimals: 18,
  amountBaseUnits: baseUnitsOf(wei),
  sender: null,
  txHash: null,
  foundBy: 'page',
  ...more,
});
const open = (intentId: IntentId) => listStrayMoney(em(), { state: 'open', intentId, limit: 10 });
const decide = async (intentId: IntentId, outcome: 'released' | 'closed') => {
  const [row] = await open(intentId);
  await resolveStray(em(), { strayId: row?.id ?? '', outcome, reason: 'done', actor });
};

describe('a row', () => {
  test('is written once, gets the new amount while it is open, and keeps sender and hash', async () => {
    const id = await ledger.newIntent();
    const txHash = `0x${'ab'.repeat(32)}` as const;
    const found = native(5n, { sender: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', txHash, foundBy: 'claim' });
    expect(await recordStrayMoney(em(), id, [found])).toBe(1);
    expect(await recordStrayMoney(em(), id, [native(9n)])).toBe(0);
    expect(await open(id)).toMatchObject([{ amountBaseUnits: 9n, txHash, foundBy: 'claim', symbol: 'ETH' }]);
    expect(await em().count(TimelineEvent, { intent: id, kind: 'stray_found' })).toBe(1);
    await Promise.all([1, 2, 3].map((more) => recordStrayMoney(em(), id, [native(BigInt(more), { chainId: 31338 })])));
    expect(await open(id)).toHaveLength(2);
  });

  test('is e-mailed once to those who get what needs attention; a token’s own name is not in it', async () => {
    await ledger.rows(`update store set notification_emails = '{shop@shop.example}' where id = ?`, [ledger.storeId]);
    const id = await ledger.newIntent();
    const token = `0x${'7'.repeat(40)}` as const;
    const worthless = native(10n ** 18n, { token, symbol: 'Claim at evil.example', sender: RECEIVER });
    await recordStrayMoney(em(), id, [native(25n * 10n ** 16n), worthless]);
    await recordStrayMoney(em(), id, [native(10n ** 18n), worthless]);
    await decide(id, 'released');
    await recordStrayMoney(em(), id, [native(3n)]);
    const emails = await ledger.rows<{ recipient: string; data: object }>(
      `select recipient, data from email_message where intent_id = ? and kind = 'order_stray' order by created_at, subject_id`,
      [id],
    );
    expect(emails.map(({ recipient }) => recipient)).toEqual(['shop@shop.example', 'shop@shop.example']);
    expect(emails.map(({ data }) => data)).toEqual(
      expect.arrayContaining([
        { native: { amount: '0.25', symbol: 'ETH' }, token: NATIVE_TOKEN, chainId: 31337, txHash: null, from: null },
        { native: null, token, chainId: 31337, txHash: null, from: RECEIVER },
      ]),
    );
    const queued = await ledger.rows(
      `select d.id from dispatch d join email_message e on d.dedupe_key = 'deliver:' || e.id
       where e.intent_id = ? and d.subject_id = e.intent_id and d.data->>'signal' = 'deliveriesDue'`,
      [id],
    );
    expect(queued).toHaveLength(2);
  });

  test('marks the store’s home page while it is open, and no other store’s', async () => {
    const id = await ledger.newIntent({ orderId: 'with stray money' });
    const { merchant } = await em().findOneOrFail(Store, ledger.storeId);
    const homeOf = async (storeId: string, merchantId: string) =>
      (await readAttention(em(), { id: storeId, merchantId }, 20)).strays.map(({ intentId }) => intentId);
    const other = await createMerchantAndStore(em(), {
      name: 'Other',
      email: 'other@shop.example',
      receiver: RECEIVER,
    });
    await recordStrayMoney(em(), id, [native(25n * 10n ** 16n)]);
    expect(await homeOf(ledger.storeId, merchant.id)).toContain(id);
    expect(await homeOf(other.storeId, other.merchantId)).toEqual([]);
    await decide(id, 'closed');
    expect(await homeOf(ledger.storeId, merchant.id)).not.toContain(id);
  });

  test('is switched off with the store’s e-mails about what needs attention', async () => {
    const id = await ledger.newIntent();
    await ledger.rows('update store set emails_attention = false where id = ?', [ledger.storeId]);
    try {
      await recordStrayMoney(em(), id, [native(25n * 10n ** 16n)]);
    } finally {
      await ledger.rows('update store set emails_attention = true where id = ?', [ledger.storeId]);
    }
    expect(await ledger.rows('select id from email_message where intent_id = ?', [id])).toEqual([]);
  });

  test('is decided once; released money opens again when more is there, closed money does not', async () => {
    const [released, closed] = [await ledger.newIntent(), await ledger.newIntent()];
    for (const id of [released, closed]) await recordStrayMoney(em(), id, [native(5n)]);
    const [row] = await open(released);
    const decision = { strayId: row?.id ?? '', outcome: 'released', reason: 'sent', actor } as const;
    await expect(resolveStray(em(), { ...decision, storeId: 'sto_other' })).rejects.toMatchObject({
      code: 'stray_not_found',
    });
    await expect(resolveStray(em(), { ...decision, reason: ' ' })).rejects.toMatchObject({ code: 'reason_missing' });
    await resolveStray(em(), decision);
    await expect(resolveStray(em(), decision)).rejects.toMatchObject({ code: 'stray_resolved' });
    await decide(closed, 'closed');
    for (const id of [released, closed]) await recordStrayMoney(em(), id, [native(7n)]);
    expect(await open(released)).toMatchObject([{ amountBaseUnits: 7n, outcome: null }]);
    expect(await open(closed)).toEqual([]);
    const audit = await ledger.rows('select action from audit_entry where subject_id = ?', [released]);
    expect(audit).toEqual([{ action: 'stray.released' }]);
  });
});

describe('the search', () => {
  const shown = async (change: object = {}): Promise<IntentId> => {
    const address = `0x${Math.random().toString(16).slice(2).padEnd(40, 'a').slice(0, 40)}` as const;
    const id = await ledger.newIntent({ depositAddress: address, ...change });
    await changeIntent(em(), { intentId: id, actor: 'page', to: S.PAYING });
    await changeIntent(em(), { intentId: id, actor: 'page', to: S.TEMP_WALLET_RECEIVED });
    return id;
  };
  const close = (intentId: IntentId, to: (typeof S)[keyof typeof S] = S.TIMEOUT) =>
    changeIntent(em(), { intentId, actor: 'workflow', to });
  const give = async (id: IntentId, wei: bigint) => {
    const { depositAddress } = await em().findOneOrFail(CheckoutIntent, id);
    await chain.call('anvil_setBalance', [depositAddress, `0x${wei.toString(16)}`]);
  };
  const pass = async (url: string) => {
    const pool = createRpcPool({ chainId: 31337, urls: [url], timeoutMs: 1_000 });
    const logger = { info() {}, warn() {} };
    try {
      return await createStraySearch({ em: ledger.orm.em, pools: new Map([[31337, pool]]), logger }).pass();
    } finally {
      await pool.close();
    }
  };
  const waiting = async (id: IntentId) => (await em().count(StraySearch, { intent: id })) > 0;

  test('follows the end of a checkout whose address was shown, once, and finds what is worth a dollar', async () => {
    const ids = [await shown(), await shown(), await shown(), await shown()] as const;
    const [rich, poor, empty, canceled] = ids;
    const unopened = await ledger.newIntent();
    await give(rich, 3n * 10n ** 15n);
    await give(poor, 10n ** 14n);
    await give(canceled, 10n ** 18n);
    for (const id of [rich, poor, empty, unopened]) await close(id);
    await close(canceled, S.CANCELED);
    expect(await waiting(unopened)).toBe(false);
    expect(await pass(chain.rpcUrl)).toBe(2);
    expect(await open(rich)).toMatchObject([
      { amountBaseUnits: 3n * 10n ** 15n, foundBy: 'closing', token: NATIVE_TOKEN },
    ]);
    expect(await open(canceled)).toHaveLength(1);
    for (const id of [poor, empty]) expect(await open(id)).toEqual([]);
    for (const id of ids) expect(await waiting(id)).toBe(false);
    expect(await pass(chain.rpcUrl)).toBe(0);
    const { status } = await em().findOneOrFail(CheckoutIntent, rich);
    expect(status).toBe(S.TIMEOUT);
  });

  test('waits for a chain that does not respond', async () => {
    const id = await shown();
    await give(id, 10n ** 18n);
    await close(id, S.UNDERPAID);
    expect(await pass('http://127.0.0.1:9')).toBe(0);
    expect(await waiting(id)).toBe(true);
    expect(await pass(chain.rpcUrl)).toBe(0);
    await em().nativeUpdate(StraySearch, { intent: id }, { dueAt: new Date() });
    expect(await pass(chain.rpcUrl)).toBe(1);
    expect(await waiting(id)).toBe(false);
  });
});

describe("the order's page", () => {
  const services = (urls: Record<number, string>) => {
    const pools = new Map(
      Object.entries(urls).map(([id, url]) => [
        Number(id),
        createRpcPool({ chainId: Number(id), urls: [url], timeoutMs: 1_000 }),
      ]),
    );
    const orders = createOrdersServices({ orm: ledger.orm, chains: [], pools, checkAddress: checkWithoutChains });
    return { orders, close: () => Promise.all([...pools.values()].map((pool) => pool.close())) };
  };

  test('searches when it is asked, names what does not respond, and belongs to its store', async () => {
    const depositAddress = `0x${'7'.repeat(40)}` as const;
    const id = await ledger.newIntent({ depositAddress });
    const { orders, close } = services({ 31337: chain.rpcUrl, 31338: 'http://127.0.0.1:9' });
    expect(await orders.searchStray(ledger.storeId, id)).toEqual({ found: [], silent: ['Local Chain B'] });
    await chain.call('anvil_setBalance', [depositAddress, '0xde0b6b3a7640000']);
    for (let twice = 0; twice < 2; twice += 1) {
      expect(await orders.searchStray(ledger.storeId, id)).toEqual({
        found: ['Local Chain A'],
        silent: ['Local Chain B'],
      });
    }
    expect(await orders.searchStray('sto_other', id)).toBeNull();
    expect(await orders.searchStray(ledger.storeId, 'x')).toBeNull();
    const view = await orders.order(ledger.storeId, id);
    expect(view?.strays).toMatchObject([{ isNative: true, amount: '1', unit: 'ETH', network: 'Local Chain A' }]);
    expect(view?.statusName).toBe('CREATED');
    expect(view?.timeline[0]).toMatchObject({
      title: 'Other money found at the deposit address',
      text: '1 ETH on Local Chain A',
    });

    const strayId = view?.strays[0]?.id ?? '';
    const releaseOf = (query: Record<string, string>, storeId = ledger.storeId) =>
      orders.strayRelease(storeId, id, new URLSearchParams({ release: strayId, ...query }));
    expect(await releaseOf({ to: RECEIVER }, 'sto_other')).toBeNull();
    expect(await releaseOf({ release: '999999999' })).toBeNull();
    for (const to of ['', '0x12', ZERO_ADDRESS, RECEIVER.replace('C', 'c')]) {
      expect((await releaseOf({ to }))?.problem?.field, to).toBe('to');
    }
    expect(await releaseOf({ to: RECEIVER })).toMatchObject({ problem: null, order: null });
    const order = { to: RECEIVER, nonce: '5', deadline: '2000000000' };
    const prepared = await releaseOf(order);
    expect(prepared).toMatchObject({ receiver: RECEIVER, order: { net: '0.98', fee: '0.02' }, transaction: null });
    expect(JSON.parse(prepared?.order?.typedData ?? '')).toMatchObject({
      message: { token: ZERO_ADDRESS, to: RECEIVER, amount: String(10n ** 18n), nonce: '5', deadline: '2000000000' },
    });
    expect((await releaseOf({ ...order, signature: '0x12' }))?.problem?.field).toBe('signature');
    const signed = await releaseOf({ ...order, signature: ` 0x${'ab'.repeat(65)} ` });
    expect(JSON.parse(signed?.transaction ?? '')).toMatchObject({
      chain_id: 31337,
      value: '0',
      data: expect.stringMatching(/^0x/),
    });

    const decision = { strayId, outcome: 'closed', reason: 'left there', actor } as const;
    await expect(orders.decideStray('sto_other', decision)).rejects.toMatchObject({ code: 'stray_not_found' });
    await orders.decideStray(ledger.storeId, decision);
    expect((await orders.order(ledger.storeId, id))?.strays).toEqual([]);
    await close();
  });
});

test('native coin counts from about a dollar, and a foreign symbol is safe to show', () => {
  expect(isWorthShowing({ nativeUsdCents: 300_000n as never }, 10n ** 18n / 3_000n + 1n)).toBe(true);
  expect(isWorthShowing({ nativeUsdCents: 300_000n as never }, 10n ** 18n / 3_001n)).toBe(false);
  expect(safeSymbol(' A\u0000\u202eB\n ')).toBe('A B');
  expect(safeSymbol('x'.repeat(100))).toBe('x'.repeat(24));
  for (const none of ['', '\u200b', null, undefined]) expect(safeSymbol(none)).toBeNull();
});
