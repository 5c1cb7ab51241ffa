// The check "can this address keep money" over two real chains: contract wallets need code on every accepted network, EIP-7702
// accounts need none, and a chain that does not respond saves nothing.
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { checkSettings, updateMoneySettings } from '#db/merchants/change-store.ts';
import { permit } from '#db/merchants/money-permission.ts';
import { saveRefundAddress } from '#db/refunds/refund-addresses.ts';
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { implementationAddress } from '#domain/deposit-address.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import { createWithdrawService } from '#web/account/server/withdraw-service.ts';
import { createAddressCheck } from '#web/chains/address-check.ts';
import { chainAccess } from '#web/chains/chain-access.ts';
import { type ChainPools, closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';
import { type PayableChain, startPayableChain, startWorld, type World } from './support/world.ts';

let world: World;
let chains: PayableChain[];
let pools: ChainPools;
let check: AddressCheck;
let silent: AddressCheck;
let silentPools: ChainPools;

/** Code that returns nothing: a contract wallet is no token. */
const WALLET_CODE = '0x60006000fd';
const account = (): Address => Wallet.createRandom().address as Address;
const BOTH = { acceptedChainIds: [31337, 31338], isTest: false };
const ONLY_A = { acceptedChainIds: [31337], isTest: false };

const withCode = async (code: string, on: readonly number[]): Promise<Address> => {
  const address = account();
  for (const index of on) await chains[index]?.call('anvil_setCode', [address, code]);
  return address;
};

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'passes',
    ({ code }: { code: string }) => code,
  );

const poolsOf = (urls: readonly string[]): ChainPools =>
  createChainPools(urls.map((url, index) => ({ chain: chainById(31337 + index), rpcUrls: [url] })));

beforeAll(async () => {
  [world, ...chains] = await Promise.all([startWorld(), startPayableChain(31337), startPayableChain(31338)]);
  const enabled = [chainById(31337), chainById(31338)];
  pools = poolsOf(chains.map(({ rpcUrl }) => rpcUrl));
  silentPools = poolsOf([chains[0]?.rpcUrl ?? '', 'http://127.0.0.1:1']);
  check = createAddressCheck({ em: world.orm.em, chains: enabled, pools });
  silent = createAddressCheck({ em: world.orm.em, chains: enabled, pools: silentPools });
});

afterAll(async () => {
  await Promise.all([closeChainPools(pools), closeChainPools(silentPools)]);
  await Promise.all(chains.map((chain) => chain.stop()));
  await world.close();
});

test('accounts, with and without an EIP-7702 delegation, and contract wallets', async () => {
  const delegated = `0xef0100${FACTORY_ADDRESS.slice(2).toLowerCase()}`;
  const cases: [string, Address, typeof BOTH][] = [
    ['passes', account(), BOTH],
    ['passes', await withCode(delegated, [0]), BOTH],
    ['passes', await withCode(delegated, [0, 1]), BOTH],
    ['passes', await withCode(WALLET_CODE, [0, 1]), BOTH],
    ['passes', await withCode(WALLET_CODE, [0]), ONLY_A],
    ['lost_no_code', await withCode(WALLET_CODE, [0]), BOTH],
    ['lost_no_code', await withCode(WALLET_CODE, [1]), BOTH],
    // It exists, but not where it would be paid.
    ['lost_no_code', await withCode(WALLET_CODE, [1]), ONLY_A],
    // As long as a delegation, and none.
    ['lost_no_code', await withCode(`0x60006000fd${'00'.repeat(18)}`, [0]), BOTH],
    ['lost_token', chains[0]?.fakeUsdt as Address, BOTH],
    ['lost_token', LOCAL_TOKENS.usdt18, ONLY_A],
    ['lost_ours', FACTORY_ADDRESS, BOTH],
    ['lost_ours', implementationAddress(FACTORY_ADDRESS), BOTH],
    ['lost_deposit', (await world.createIntent()).depositAddress, BOTH],
  ];
  const found = await Promise.all(cases.map(([, address, networks]) => outcome(check(address, networks))));
  expect(found).toEqual(cases.map(([expected]) => expected));
});

describe('the receiver of a store', () => {
  const current = async () => {
    const store = await world.orm.em.fork().findOneOrFail(Store, world.storeId);
    return [store.receiver, store.acceptedChainIds ?? null];
  };
  const save = async (by: AddressCheck, settings: object) =>
    outcome(
      checkSettings(world.orm.em, by, world.storeId, settings).then((checked) =>
        updateMoneySettings(world.orm.em, permit('command'), world.storeId, checked),
      ),
    );

  test('is checked when it changes, and again on networks that are added later', async () => {
    const wallet = await withCode(WALLET_CODE, [0]);
    const before = await current();
    expect(await save(check, { receiver: wallet })).toBe('lost_no_code');
    expect(await current()).toEqual(before);
    expect(await save(check, { acceptedChainIds: [31337], receiver: wallet })).toBe('passes');
    for (const acceptedChainIds of [[31337, 31338], [31338], null])
      expect(await save(check, { acceptedChainIds })).toBe('lost_no_code');
    expect(await current()).toEqual([wallet, [31337]]);
    // Other settings read no chain.
    expect(await save(silent, { toleranceBps: 60 })).toBe('passes');
    await chains[1]?.call('anvil_setCode', [wallet, WALLET_CODE]);
    expect(await save(check, { acceptedChainIds: null })).toBe('passes');
  });

  test('is not saved while an accepted network does not respond', async () => {
    const before = await current();
    expect(await save(silent, { receiver: account() })).toBe('unreachable');
    expect(await current()).toEqual(before);
  });

  test('is not saved on networks that somebody else changed meanwhile', async () => {
    const checked = await checkSettings(world.orm.em, check, world.storeId, { receiver: account() });
    expect(await save(check, { acceptedChainIds: [31337] })).toBe('passes');
    expect(await outcome(updateMoneySettings(world.orm.em, permit('command'), world.storeId, checked))).toBe(
      'changed_meanwhile',
    );
  });
});

test('a withdrawal goes to no lost address, and to a contract wallet on its own network only', async () => {
  const enabled = chains.map(({ rpcUrl }, index) => ({ chain: chainById(31337 + index), rpcUrls: [rpcUrl] }));
  const service = createWithdrawService({ orm: world.orm, access: chainAccess(enabled, pools), checkAddress: check });
  const [chainA] = chains;
  const USDT: Record<number, Address> = { 31337: LOCAL_TOKENS.usdt6, 31338: LOCAL_TOKENS.usdt18 };
  const to = (address: string, chainId = 31337) =>
    outcome(service.build(chainA?.payer as Address, { chainId, token: USDT[chainId] ?? '', to: address, amount: '1' }));
  const wallet = await withCode(WALLET_CODE, [0]);
  expect(await to(account())).toBe('passes');
  expect(await to(account().toLowerCase())).toBe('no_checksum');
  expect(await to(wallet)).toBe('passes');
  expect(await to(wallet, 31338)).toBe('lost_no_code');
  expect(await to((await world.createIntent()).depositAddress)).toBe('lost_deposit');
  expect(await to(FACTORY_ADDRESS)).toBe('lost_ours');
  expect(await to(LOCAL_TOKENS.usdc18)).toBe('lost_token');
});

test('an address of this payment is no refund address', async () => {
  const intent = await world.createIntent();
  const txHash = `0x${'ab'.repeat(32)}` as const;
  const address = await check(intent.receiver, { chainId: 31337 });
  expect(await saveRefundAddress(world.orm.em, { intentId: intent.id, txHash, address })).toBe('unusable');
});
