// Stray money leaves the deposit address by the order that `admin -- stray order` prints and the receiver signs.
import { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listStrayMoney } from '#db/stray-money/stray-list.ts';
import { recordStrayMoney } from '#db/stray-money/stray-money.ts';
import type { Address, Hex } from '#domain/address.ts';
import { balanceOfCalldata, mintCalldata } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, ONE_COIN, unitsOf } from '#domain/money.ts';
import { splitRelease } from '#domain/release-order.ts';
import { type FoundStray, NATIVE_TOKEN } from '#domain/stray-money.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { adminJsonHere, MASTER_KEYS } from '#test/admin/support.ts';
import { randomAddress } from '#test/support/intents.ts';
import { FEE_RECEIVER, type PayableChain, startPayableChain, startWorld, type World } from './support/world.ts';

let world: World;
let chain: PayableChain;
beforeAll(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
});
afterAll(async () => void (await Promise.all([world?.close(), chain?.stop()])));

interface SignableOrder {
  signer: Address;
  nonce: string;
  deadline: string;
  net_base_units: string;
  typed_data: {
    types: Record<string, { name: string; type: string }[]>;
    domain: Record<string, unknown>;
    message: Record<string, unknown>;
  };
}

const env = () => ({ DATABASE_URL: world.databaseUrl, MASTER_KEYS, RPC_URLS_31337: chain.rpcUrl });

const release = async (strayId: string, to: Address, ...more: string[]): Promise<SignableOrder> => {
  const order = await adminJsonHere<SignableOrder>(env(), 'stray', 'order', strayId, '--to', to, ...more);
  const { domain, types, message } = order.typed_data;
  const { EIP712Domain: _, ...rest } = types;
  const merchant = new Wallet(localAccount('merchant').privateKey);
  expect(order.signer).toBe(merchant.address);
  const signature = await merchant.signTypedData(domain, rest, message);
  const signed = ['--nonce', order.nonce, '--deadline', order.deadline, '--signature', signature];
  const sent = await adminJsonHere<{ transaction: { to: Address; data: Hex } }>(
    ...([env(), 'stray', 'order', strayId, '--to', to, ...more, ...signed] as const),
  );
  await chain.send(sent.transaction.to, sent.transaction.data);
  return order;
};

const open = async (
  intentId: IntentId,
  stray: Pick<FoundStray, 'token' | 'decimals' | 'symbol' | 'amountBaseUnits'>,
) => {
  const found = { ...stray, chainId: chain.chainId, sender: null, txHash: null, foundBy: 'page' as const };
  await recordStrayMoney(world.orm.em.fork(), intentId, [found]);
  const [row] = await listStrayMoney(world.orm.em.fork(), { state: 'open', intentId, limit: 1 });
  if (!row) throw new Error('no row');
  return row;
};

test('native coin, in two parts, less the fee', async () => {
  const intent = await world.createIntent({ amountUnits: unitsOf(5n * ONE_COIN) });
  const wei = 3n * 10n ** 15n;
  await chain.send(intent.depositAddress, '0x', { value: `0x${wei.toString(16)}` });
  const row = await open(intent.id, {
    token: NATIVE_TOKEN,
    decimals: 18,
    symbol: 'ETH',
    amountBaseUnits: baseUnitsOf(wei),
  });
  const [payer, fees] = [randomAddress(), await chain.nativeOf(FEE_RECEIVER)];

  await release(row.id, payer, '--amount', '0.001');
  const part = splitRelease(baseUnitsOf(10n ** 15n), intent.feeRateE9);
  expect(await chain.nativeOf(payer)).toBe(part.netBaseUnits);
  expect((await chain.nativeOf(FEE_RECEIVER)) - fees).toBe(part.feeBaseUnits);
  await release(row.id, payer, '--amount', '0.002');
  expect(await chain.nativeOf(intent.depositAddress)).toBe(0n);

  const done = ['--outcome', 'released', '--reason', 'sent to the payer'];
  expect(await adminJsonHere(env(), 'stray', 'resolve', row.id, ...done)).toMatchObject({ outcome: 'released' });
  expect(await adminJsonHere(env(), 'stray', 'list')).toEqual([]);
  expect(await adminJsonHere(env(), 'stray', 'list', '--resolved')).toMatchObject([
    { stray_id: row.id, is_native: true },
  ]);
});

test('an unknown token, to any address', async () => {
  const intent = await world.createIntent();
  const amountBaseUnits = baseUnitsOf(7_000_000n);
  await chain.send(chain.fakeUsdt, mintCalldata(intent.depositAddress, amountBaseUnits));
  const row = await open(intent.id, { token: chain.fakeUsdt, decimals: 6, symbol: 'USDT', amountBaseUnits });
  const to = randomAddress();
  const { net_base_units } = await release(row.id, to);
  const data = balanceOfCalldata(to);
  const held = await chain.call<string>('eth_call', [{ to: chain.fakeUsdt, data }, 'latest']);
  expect(BigInt(held)).toBe(BigInt(net_base_units));
});
