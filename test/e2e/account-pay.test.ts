// The server side of AllScale Pay on the checkout, on real chains: how a wallet can pay, the transfer to review, and that only exactly
// that transfer is sent.

import { Wallet as EthersWallet, type HDNodeWallet, Transaction } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '#db/accounts/account-wallets.ts';
import { AnnouncedTransaction, CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { transferCalldata } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { PaymentMethod } from '#domain/status.ts';
import { startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { transferFacts } from '#web/account/keys/transfer-facts.ts';
import type { ReviewedTransfer } from '#web/account/server/account-types.ts';
import { fillFromFaucet } from '#web/account/server/faucet.ts';
import { createPayService, type PayService } from '#web/account/server/pay-service.ts';
import { chainAccess } from '#web/chains/chain-access.ts';
import { type ChainPools, closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';

let world: AccountWorld;
let pools: ChainPools;
let pay: PayService;
let payFor: (denied: Address[]) => PayService;

beforeAll(async () => {
  world = await openAccountWorld();
  const enabled = ([31337, 31338] as const).map((id) => ({ chain: chainById(id), rpcUrls: [world.chains[id].rpcUrl] }));
  pools = createChainPools(enabled);
  const access = chainAccess(enabled, pools);
  payFor = (denied) => createPayService({ orm: world.orm, access, screening: createStaticScreening(denied) });
  pay = payFor([]);
});
afterAll(async () => {
  if (pools) await closeChainPools(pools);
  await world?.close();
});

interface Payer {
  userId: string;
  address: Address;
  signer: HDNodeWallet | EthersWallet;
}

const usdtOn = (chainId: number): Address => (chainId === 31337 ? LOCAL_TOKENS.usdt6 : LOCAL_TOKENS.usdt18);

let count = 0;
const makePayer = async (filled: (31337 | 31338)[] = []): Promise<Payer> => {
  const signer = EthersWallet.createRandom();
  const payer = { userId: `user-${++count}`, address: signer.address as Address, signer };
  await createWallet(world.orm.em, payer.userId, payer.address, { kind: 'password', credentialId: null, blob: '{}' });
  const enabled = ([31337, 31338] as const).map((id) => ({ chain: chainById(id), rpcUrls: [world.chains[id].rpcUrl] }));
  for (const chainId of filled) {
    await fillFromFaucet(chainAccess(enabled, pools), chainId, payer.address);
    // The faucet responds before its transactions are mined.
    for (const coin of [1, 2] as const) {
      await expect.poll(() => world.balanceOf(chainId, coin, payer.address)).not.toBe(0n);
    }
  }
  return payer;
};

const sign = (signer: Payer['signer'], { transaction }: ReviewedTransfer, changes: object = {}): Promise<string> =>
  signer.signTransaction(Transaction.from({ ...transaction, value: 0n, ...changes }));

const intentOf = (id: IntentId) => world.orm.em.fork().findOneOrFail(CheckoutIntent, id);

test('options: payable coins come first, the others have a reason', async () => {
  const id = await world.intent();
  const payer = await makePayer([31338]);
  const rows = await pay.options(id, payer.address);
  expect(rows.map(({ chainId, enough }) => [chainId, enough])).toEqual([
    [31338, true],
    [31338, true],
    [31337, false],
    [31337, false],
  ]);
  // Their fees are the same to the cent, so the coin of the price comes first: heading and row agree.
  expect(rows[0]?.fee?.usd).toBe(rows[1]?.fee?.usd);
  expect(rows.map(({ coin }) => coin)).toEqual([1, 2, 1, 2]);
  const row = (chainId: number, coin: number) => rows.find((entry) => entry.chainId === chainId && entry.coin === coin);
  expect(row(31338, 1)).toMatchObject({
    symbol: 'USDT',
    balance: '1000.00',
    due: '25.0000',
    reason: null,
    secondsToConfirm: 4,
  });
  expect(rows[0]?.fee).toMatchObject({ symbol: 'ETH', native: expect.stringMatching(/^0\.\d+$/) });
  expect(row(31337, 1)).toMatchObject({ obstacle: 'balance', reason: '0.00 USDT, needs 25.00 USDT' });

  await world.chains[31338].call('anvil_setBalance', [payer.address, '0x1']);
  const [first] = await pay.options(id, payer.address);
  expect(first).toMatchObject({
    enough: false,
    obstacle: 'gas',
    reason: expect.stringMatching(/^needs about 0\.\d+ ETH for gas$/),
  });
  await expect(pay.buildTransfer(id, payer.address, 31338, LOCAL_TOKENS.usdt18)).rejects.toMatchObject({
    code: 'not_enough',
  });
});

test('another token of the coin is a row once the wallet holds it, and is what is sent', async () => {
  const { usdt6, usdt0 } = LOCAL_TOKENS;
  const id = await world.intent();
  const payer = await makePayer();
  await world.fund(31337, usdt0, payer.address, 40_000_000n);
  const [first, ...others] = await pay.options(id, payer.address);
  expect(first).toMatchObject({ chainId: 31337, token: usdt0, symbol: 'USDT0', balance: '40.00', enough: true });
  expect(others.map(({ chainId, symbol, balance, enough }) => [chainId, symbol, balance, enough]).sort()).toEqual(
    [31337, 31338].flatMap((chainId) => [
      [chainId, 'USDC', '0.00', false],
      [chainId, 'USDT', '0.00', false],
    ]),
  );
  await expect(pay.buildTransfer(id, payer.address, 31337, usdt6)).rejects.toMatchObject({ code: 'not_enough' });
  const reviewed = await pay.buildTransfer(id, payer.address, 31337, usdt0);
  expect(transferFacts(reviewed.transaction)).toMatchObject({ symbol: 'USDT0', amount: '25.0000' });
  await pay.broadcast(id, payer, await sign(payer.signer, reviewed));
  const { depositAddress } = await intentOf(id);
  await expect.poll(() => world.tokenBalanceOf(31337, usdt0, depositAddress)).toBe(25_000_000n);
  await expect(pay.options(id, payer.address)).rejects.toMatchObject({ code: 'already_sent' });
});

test('a bridged token pays only where it is accepted, and elsewhere lowers nothing that is due', async () => {
  const { usdce } = LOCAL_TOKENS;
  const [plain, accepting] = [await world.intent(), await world.intent({ acceptsBridgedTokens: true })];
  const payer = await makePayer();
  await world.fund(31337, usdce, payer.address, 40_000_000n);
  const rowOf = async (id: IntentId) =>
    (await pay.options(id, payer.address)).find(({ token, chainId }) => chainId === 31337 && token === usdce);
  expect(await rowOf(plain)).toBeUndefined();
  await expect(pay.buildTransfer(plain, payer.address, 31337, usdce)).rejects.toMatchObject({ code: 'not_payable' });
  expect(await rowOf(accepting)).toMatchObject({ symbol: 'USDC.e', balance: '40.00', enough: true });

  for (const id of [plain, accepting]) await world.transfer(id, { amount: '10', token: usdce });
  const due = async (id: IntentId) => (await pay.options(id, payer.address))[0]?.due;
  expect([await due(plain), await due(accepting)]).toEqual(['25.0000', '15.0000']);
});

test('the reviewed transfer, signed, pays the deposit address and records method 3; sending it twice pays once', async () => {
  const id = await world.intent();
  const payer = await makePayer([31337]);
  const reviewed = await pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6);
  const { depositAddress } = await intentOf(id);
  expect(transferFacts(reviewed.transaction)).toMatchObject({
    recipient: depositAddress,
    amount: '25.0000',
    network: 'Local Chain A',
    symbol: 'USDT',
  });
  const raw = await sign(payer.signer, reviewed);
  const { txHash } = await pay.broadcast(id, payer, raw);
  expect(await pay.broadcast(id, payer, raw)).toEqual({ txHash });
  await expect.poll(() => world.balanceOf(31337, 1, depositAddress)).toBe(25_000_000n);
  expect((await intentOf(id)).paymentMethodType).toBe(PaymentMethod.ALL_SCALE_PAY);
  const [announced] = await world.orm.em.fork().find(AnnouncedTransaction, { intent: id });
  expect(announced).toMatchObject({ txHash, method: PaymentMethod.ALL_SCALE_PAY });
  // The watcher has not seen it yet, and another tab must not offer to pay again.
  await expect(pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6)).rejects.toMatchObject({
    code: 'already_sent',
  });
  await expect(pay.options(id, payer.address)).rejects.toMatchObject({ code: 'already_sent' });
});

test('only the reviewed transfer of the same wallet is sent', async () => {
  const id = await world.intent();
  const payer = await makePayer([31337, 31338]);
  const reviewed = await pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6);
  const { depositAddress } = await intentOf(id);
  const thief = '0x7777777777777777777777777777777777777777' as const;
  const elsewhere = await pay.buildTransfer(id, payer.address, 31338, LOCAL_TOKENS.usdt18);
  const stranger = EthersWallet.createRandom();
  const cases: [string, string][] = [
    ['changed', await sign(payer.signer, reviewed, { data: transferCalldata(thief, baseUnitsOf(25_000_000n)) })],
    [
      'changed',
      await sign(payer.signer, reviewed, { data: transferCalldata(depositAddress, baseUnitsOf(24_000_000n)) }),
    ],
    [
      'changed',
      await sign(payer.signer, reviewed, { data: transferCalldata(depositAddress, baseUnitsOf(26_000_000n)) }),
    ],
    ['bad_transaction', await sign(payer.signer, reviewed, { to: thief })],
    ['bad_transaction', await sign(payer.signer, reviewed, { value: 1n })],
    ['bad_transaction', await sign(payer.signer, reviewed, { data: `${reviewed.transaction.data}00` })],
    ['bad_transaction', await sign(payer.signer, elsewhere, { chainId: 31337 })],
    ['unknown_chain', await sign(payer.signer, reviewed, { chainId: 1 })],
    ['wrong_signer', await sign(stranger, reviewed)],
    ['bad_transaction', '0x02'],
    ['bad_transaction', 'nonsense'],
  ];
  for (const [code, raw] of cases) await expect(pay.broadcast(id, payer, raw), raw).rejects.toMatchObject({ code });
  const denying = payFor([payer.address]);
  await expect(denying.broadcast(id, payer, await sign(payer.signer, reviewed))).rejects.toMatchObject({
    code: 'denied',
  });
  expect(await world.chains[31337].call('eth_getTransactionCount', [payer.address, 'latest'])).toBe('0x0');
  const [rows] = await world.orm.em
    .fork()
    .execute('select count(*)::int as n from wallet_tx where intent_id = ?', [id]);
  expect(rows).toEqual({ n: 0 });
});

test('rejected by the chain, then accepted: the same transfer is pending and not paid twice', async () => {
  const id = await world.intent();
  const payer = await makePayer([31337]);
  const raw = await sign(payer.signer, await pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6));
  await world.chains[31337].call('anvil_setBalance', [payer.address, '0x1']);
  await expect(pay.broadcast(id, payer, raw)).rejects.toMatchObject({ code: 'not_sent' });
  await world.chains[31337].call('anvil_setBalance', [payer.address, '0xde0b6b3a7640000']);
  // Nothing was sent, so nothing is waited for.
  await pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6);
  await pay.broadcast(id, payer, raw);
  await expect(pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6)).rejects.toMatchObject({
    code: 'already_sent',
  });
  const { depositAddress } = await intentOf(id);
  await expect.poll(() => world.balanceOf(31337, 1, depositAddress)).toBe(25_000_000n);
});

test('rejected because the chain has it already but does not find it yet: pending, and not paid twice', async () => {
  const id = await world.intent();
  const payer = await makePayer([31337]);
  const raw = await sign(payer.signer, await pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6));
  let looks = 0;
  const node = await startLyingRpc(world.chains[31337].rpcUrl, {
    async response(method, _params, truth) {
      if (method === 'eth_getTransactionByHash' && ++looks === 1) return null;
      const response = await truth();
      if (method === 'eth_sendRawTransaction') throw new Error('already known');
      return response;
    },
  });
  const enabled = [{ chain: chainById(31337), rpcUrls: [node.url] }];
  const lying = createChainPools(enabled);
  try {
    const access = chainAccess(enabled, lying);
    const there = createPayService({ orm: world.orm, access, screening: createStaticScreening([]) });
    expect((await there.broadcast(id, payer, raw)).txHash).toBe(Transaction.from(raw).hash);
    // At least once: between pool and block the node itself does not find it.
    expect(looks).toBeGreaterThanOrEqual(2);
  } finally {
    await closeChainPools(lying);
    await node.stop();
  }
  await expect(pay.buildTransfer(id, payer.address, 31337, LOCAL_TOKENS.usdt6)).rejects.toMatchObject({
    code: 'already_sent',
  });
});

test('a transfer that the chain has lost is sent again by the next page that reads it', async () => {
  const id = await world.intent();
  const payer = await makePayer([31338]);
  const chain = world.chains[31338];
  await chain.call('evm_setAutomine', [false]);
  try {
    const raw = await sign(payer.signer, await pay.buildTransfer(id, payer.address, 31338, LOCAL_TOKENS.usdt18));
    const { txHash } = await pay.broadcast(id, payer, raw);
    await chain.call('anvil_dropTransaction', [txHash]);
    expect(await chain.call('eth_getTransactionByHash', [txHash])).toBeNull();
    await expect(pay.options(id, payer.address)).rejects.toMatchObject({ code: 'already_sent' });
    await chain.call('evm_mine', []);
    const { depositAddress } = await intentOf(id);
    expect(await world.balanceOf(31338, 1, depositAddress)).toBe(25n * 10n ** 18n);
  } finally {
    await chain.call('evm_setAutomine', [true]);
  }
});

test('two tabs at once pay once', async () => {
  const id = await world.intent();
  const payer = await makePayer([31337, 31338]);
  const reviews = await Promise.all(
    [31337, 31338].map((chainId) => pay.buildTransfer(id, payer.address, chainId, usdtOn(chainId))),
  );
  const raws = await Promise.all(reviews.map((reviewed) => sign(payer.signer, reviewed)));
  const results = await Promise.allSettled(raws.map((raw) => pay.broadcast(id, payer, raw)));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'already_sent' } });
});

test('an ended checkout and an unknown one accept no payment', async () => {
  const payer = await makePayer([31337]);
  const ended = await world.intent({ expiresAt: new Date(Date.now() - 1_000) });
  for (const id of [ended, 'nonsense', 'a'.repeat(24)]) {
    await expect(pay.options(id, payer.address)).rejects.toMatchObject({ code: 'not_payable' });
  }
});
