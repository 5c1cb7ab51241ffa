// A store hears once of a network that it accepts and cannot use: the receiver cannot keep money there, the network is off, or a coin's contract
// is not what it was (decision 0099).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NoticedNetwork, tellOfNetworks } from '#db/merchants/network-notices.ts';
import { saveReceiverCodes } from '#db/merchants/receiver-codes.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import type { CodeKind } from '#domain/payable-address.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore, randomAddress } from '#test/support/intents.ts';

let database: TestDatabase;
let orm: Orm;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 4 });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const [USDT, USDC] = [randomAddress(), randomAddress()];
const network = (id: number, name: string, rest: Partial<NoticedNetwork> = {}): NoticedNetwork => ({
  ...{ id, name, isTest: false, isOn: true, tokens: [] },
  ...rest,
});
const A = network(901, 'Alpha', {
  tokens: [
    { address: USDT, coin: 1 },
    { address: USDC, coin: 2 },
  ],
});
const B = network(902, 'Beta');
const sql = (text: string, values: unknown[] = []) => orm.em.fork().execute(text, values);

interface Settings {
  chains?: number[] | null;
  coins?: number[] | null;
}
const storeWith = async ({ chains = [901, 902], coins = null }: Settings = {}) => {
  const { storeId } = await makeStore(orm.em.fork());
  const list = (values: number[] | null) => values && `{${values.join(',')}}`;
  const [row] = await orm.em
    .fork()
    .execute<{ receiver: Address }[]>(
      `update store set accepted_chain_ids = ?, accepted_coins = ?, notification_emails = '{desk@shop.example}' where id = ? returning receiver`,
      [list(chains), list(coins), storeId],
    );
  if (!row) throw new Error('no store');
  return { storeId, receiver: row.receiver };
};
const found = (address: Address, chainId: number, kind: CodeKind) =>
  saveReceiverCodes(orm.em, chainId, [{ address, kind }]);
const mailsOf = async (storeId: string) =>
  (
    await orm.em
      .fork()
      .execute<{ recipient: string; data: { networks: { name: string; problem: string }[] } }[]>(
        `select recipient, data from email_message where store_id = ? and kind = 'network_unusable' order by created_at`,
        [storeId],
      )
  ).map(({ recipient, data }) => [recipient, ...data.networks.map(({ name, problem }) => `${name} ${problem}`)]);
/** Removes what other tests found, so that each sees its own stores only. */
const quiet = () => tellOfNetworks(orm.em, [A, B]);

test('a contract wallet that does not exist on one network: told once, and again when the problem is another one', async () => {
  await quiet();
  const { storeId, receiver } = await storeWith();
  await found(receiver, 901, 'contract');
  await found(receiver, 902, 'account');
  expect(await tellOfNetworks(orm.em, [A, B])).toBe(1);
  expect(await mailsOf(storeId)).toEqual([['desk@shop.example', 'Beta no_code']]);
  expect(await tellOfNetworks(orm.em, [A, B])).toBe(0);
  await found(receiver, 902, 'token');
  expect(await tellOfNetworks(orm.em, [A, B])).toBe(1);
  expect(await mailsOf(storeId)).toEqual([
    ['desk@shop.example', 'Beta no_code'],
    ['desk@shop.example', 'Beta token'],
  ]);
});

test('a problem that comes and goes is told at most once a day', async () => {
  await quiet();
  const { storeId, receiver } = await storeWith();
  const becomes = (kind: CodeKind) => found(receiver, 902, kind);
  await found(receiver, 901, 'contract');
  for (const kind of ['account', 'contract', 'account'] as const) {
    await becomes(kind);
    await quiet();
  }
  expect(await mailsOf(storeId)).toHaveLength(1);
  // A day later it is over, and forgotten; then it comes back.
  await sql(`update network_notice set told_at = now() - interval '25 hours' where store_id = ?`, [storeId]);
  await becomes('contract');
  await quiet();
  expect(await mailsOf(storeId)).toHaveLength(1);
  await becomes('account');
  await quiet();
  expect(await mailsOf(storeId)).toHaveLength(2);
  // One that goes on is not told again.
  await sql(`update network_notice set told_at = now() - interval '25 hours' where store_id = ?`, [storeId]);
  expect(await tellOfNetworks(orm.em, [A, B])).toBe(0);
});

test('a network that is off: told to stores that name it, and to all once it was watched', async () => {
  await quiet();
  const off = [A, { ...B, isOn: false }];
  const [named, every, other] = [
    await storeWith(),
    await storeWith({ chains: null }),
    await storeWith({ chains: [901] }),
  ];
  expect(await tellOfNetworks(orm.em, off)).toBeGreaterThanOrEqual(1);
  const told = () => Promise.all([named, every, other].map(({ storeId }) => mailsOf(storeId)));
  const beta = [['desk@shop.example', 'Beta off']];
  expect(await told()).toEqual([beta, [], []]);
  await sql(`insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at)
     values (902, 1, '0x', now(), 1, 1, now())`);
  await tellOfNetworks(orm.em, off);
  expect(await told()).toEqual([beta, beta, []]);
  await sql('delete from chain_cursor where chain_id = 902');
});

test('a coin whose contract is not what it was: told to stores that accept the coin', async () => {
  await quiet();
  const [both, usdcOnly] = [await storeWith({ chains: [901] }), await storeWith({ chains: [901], coins: [2] })];
  await sql(
    `insert into token_check (chain_id, token, decimals, symbol, trouble) values (901, ?, 18, 'USDT', 'other')`,
    [USDT],
  );
  await quiet();
  expect([await mailsOf(both.storeId), await mailsOf(usdcOnly.storeId)]).toEqual([
    [['desk@shop.example', 'Alpha changed_token']],
    [],
  ]);
  await sql('delete from token_check where chain_id = 901');
});

test('test networks are told to test stores only, and nothing to a merchant that is not active', async () => {
  await quiet();
  const { storeId, receiver } = await storeWith();
  await found(receiver, 902, 'token');
  await sql(`update merchant set status = 'suspended' where id = (select merchant_id from store where id = ?)`, [
    storeId,
  ]);
  expect(await tellOfNetworks(orm.em, [A, B])).toBe(0);
  await sql(`update merchant set status = 'active' where id = (select merchant_id from store where id = ?)`, [storeId]);
  expect(await tellOfNetworks(orm.em, [A, { ...B, isTest: true }])).toBe(0);
  expect(await tellOfNetworks(orm.em, [A, B])).toBe(1);
  expect(await mailsOf(storeId)).toEqual([['desk@shop.example', 'Beta token']]);
});
