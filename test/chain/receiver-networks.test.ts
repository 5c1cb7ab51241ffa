// A network is offered to shoppers only where the store's receiving address was found able to keep money: on two real chains that stand for
// networks with value, the second of which is enabled after the address was saved (decision 0092).
import { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStoreTerms } from '#db/api/authenticate.ts';
import { checkSettings, updateMoneySettings } from '#db/merchants/change-store.ts';
import { permit } from '#db/merchants/money-permission.ts';
import { listStoreReceivers } from '#db/merchants/receiver-codes.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import type { Address } from '#domain/address.ts';
import { type Chain, chainById } from '#domain/chains.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { receiverProblem } from '#domain/receiver-networks.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore, randomAddress } from '#test/support/intents.ts';
import { priceIntent } from '#web/api/price-intent.ts';
import { createAddressCheck } from '#web/chains/address-check.ts';
import { type ChainPools, closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';
import { readReceiverNetworks } from '#worker/receiver-networks.ts';

/** Local chains need no answer, so these are other ones. */
const [A, B] = [31337, 31338].map((id): Chain => ({ ...chainById(id), local: false, isTest: false })) as [Chain, Chain];
const WALLET_CODE = '0x60006000fd';
const logger = { info: () => {}, warn: () => {} };

let database: TestDatabase;
let orm: Orm;
let nodes: TestChain[];
let pools: ChainPools;
let silent: ChainPools;

beforeAll(async () => {
  [database, ...nodes] = await Promise.all([
    createTestDatabase(),
    startTestChain({ chainId: 31337 }),
    startTestChain({ chainId: 31338 }),
  ]);
  orm = await openOrm({ databaseUrl: database.url, poolSize: 4 });
  const [urlA = '', urlB = ''] = nodes.map(({ rpcUrl }) => rpcUrl);
  pools = createChainPools([A, B].map((chain, index) => ({ chain, rpcUrls: [index === 0 ? urlA : urlB] })));
  silent = createChainPools(
    [A, B].map((chain, index) => ({ chain, rpcUrls: [index === 0 ? urlA : 'http://127.0.0.1:1'] })),
  );
});
afterAll(async () => {
  await Promise.all([pools, silent].filter(Boolean).map(closeChainPools));
  await Promise.all(nodes.map((node) => node.stop()));
  await orm?.close();
  await database?.drop();
});

const account = (): Address => Wallet.createRandom().address as Address;
const deploy = (address: Address, index: number) => nodes[index]?.call('anvil_setCode', [address, WALLET_CODE]);
const contractOn = async (...indexes: number[]): Promise<Address> => {
  const address = account();
  for (const index of indexes) await deploy(address, index);
  return address;
};
/** A store that takes every network, whose address is saved while only A is on. */
const storeWith = async (receiver: Address): Promise<string> => {
  const { storeId } = await makeStore(orm.em.fork());
  const check = createAddressCheck({ em: orm.em, chains: [A], pools });
  const checked = await checkSettings(orm.em, check, storeId, { receiver });
  await updateMoneySettings(orm.em, permit('command'), storeId, checked);
  return storeId;
};
/** The networks of an order that is created now, while both are on; or why there is none. */
const offered = async (storeId: string): Promise<number[] | string> => {
  const terms = await readStoreTerms(sqlOf(orm), storeId);
  if (!terms) throw new Error('no such store');
  const services = {
    ...{ chains: [A, B], factory: FACTORY_ADDRESS, feeReceiver: knownPayable(randomAddress()) },
    rates: { get: async () => null },
  };
  try {
    const body = { stable_coin: 1, amount_cents: 500 };
    const order = await priceIntent(services as never, { ...terms, apiKeyId: null }, body as never, '{}');
    return [...order.acceptedChainIds];
  } catch (error) {
    return (error as Error).message;
  }
};
const pass = (through: ChainPools = pools) => readReceiverNetworks({ em: orm.em, pools: through, logger });
const aDayLater = () => orm.em.fork().execute(`update receiver_code set read_at = now() - interval '25 hours'`);

test('a network that is enabled later is offered once the address was read there', async () => {
  const storeId = await storeWith(account());
  expect(await offered(storeId)).toEqual([A.id]);
  await pass();
  expect(await offered(storeId)).toEqual([A.id, B.id]);
  expect(await pass()).toBe(0);
});

test('a contract wallet that does not exist on the new network is not offered there, until it is deployed and read again', async () => {
  const wallet = await contractOn(0);
  const storeId = await storeWith(wallet);
  await pass();
  expect(await offered(storeId)).toEqual([A.id]);
  const shown = (await listStoreReceivers(orm.em, [A.id, B.id])).find((store) => store.storeId === storeId);
  expect([A, B].map((chain) => receiverProblem(shown?.codes ?? {}, chain))).toEqual([null, 'no_code']);
  await deploy(wallet, 1);
  await pass();
  expect(await offered(storeId)).toEqual([A.id]);
  await aDayLater();
  await pass();
  expect(await offered(storeId)).toEqual([A.id, B.id]);
  expect((await listStoreReceivers(orm.em, [A.id, B.id])).some((store) => store.storeId === storeId)).toBe(true);
});

test('while the new network does not respond it is not offered, the others are, and what was found stays', async () => {
  const storeId = await storeWith(account());
  await pass(silent);
  expect(await offered(storeId)).toEqual([A.id]);
  await pass();
  await aDayLater();
  await pass(silent);
  expect(await offered(storeId)).toEqual([A.id, B.id]);
});

test('an order that no network can take is rejected by a message that names them', async () => {
  const { storeId } = await makeStore(orm.em.fork());
  expect(await offered(storeId)).toBe(
    `The receiving address of this store was not found able to keep money on ${A.name}, ${B.name}. Dashboard, Settings, Payments says why.`,
  );
  await pass();
  expect(await offered(storeId)).toEqual([A.id, B.id]);
});

test('a token’s contract keeps what it is sent, and local chains need no answer', () => {
  expect(receiverProblem({ [A.id]: 'token' }, A)).toBe('token');
  expect(receiverProblem({}, A)).toBe('unread');
  expect(receiverProblem({}, chainById(31337))).toBeNull();
  expect(receiverProblem({ [A.id]: 'account', [B.id]: 'contract' }, B)).toBeNull();
});
