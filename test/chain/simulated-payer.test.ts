// The payer of simulated payments with a real anvil: paid once however often it is asked, on local chains only, and a reorganisation that
// takes one payment away and leaves the others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whileHeld } from '#chain/local/hold-mining.ts';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { reorganise } from '#chain/local/reorganise.ts';
import {
  localHead,
  minedIn,
  prepareSimulated,
  type SimulatedPayment,
  sendSimulated,
} from '#chain/local/simulated-payer.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { BUILT_IN_CHAINS, chainById, tokenOf } from '#domain/chains.ts';
import { balanceOfCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';

const LOCAL = chainById(31337);
const TOKEN = tokenOf(LOCAL, 1)?.address as Address;
let chain: TestChain;

beforeAll(async () => {
  chain = await startTestChain({ chainId: 31337 });
  await deployLocalContracts({ rpcUrl: chain.rpcUrl });
  await chain.call('evm_setAutomine', [false]);
});
afterAll(async () => await chain?.stop());

let made = 0;
const payment = (more: Partial<SimulatedPayment> = {}): SimulatedPayment => {
  made += 1;
  return {
    rpcUrl: chain.rpcUrl,
    chain: LOCAL,
    simulationId: `sim_${made}`,
    token: TOKEN,
    to: toChecksumAddress(`0x${made.toString(16).padStart(40, 'c')}`),
    amountBaseUnits: baseUnitsOf(12_500_000n),
    ...more,
  };
};
const balanceOf = async (owner: string): Promise<bigint> =>
  BigInt(await chain.call<Hex>('eth_call', [{ to: TOKEN, data: balanceOfCalldata(owner as Address) }, 'latest']));

const paySimulated = async (one: SimulatedPayment): Promise<Hex | null> => {
  const prepared = await prepareSimulated(one);
  if (prepared) await sendSimulated(one.rpcUrl, prepared);
  return prepared === null ? null : prepared.txHash;
};

/** Funded and sent, in the next block. */
const send = async (one: SimulatedPayment): Promise<Hex> => {
  expect(await paySimulated(one)).toBeNull();
  await chain.mine();
  return (await paySimulated(one)) as Hex;
};

describe('a simulated payment', () => {
  test('arrives once, whatever step is repeated', async () => {
    const one = payment();
    expect(await paySimulated(one)).toBeNull();
    expect(await paySimulated(one)).toBeNull();
    await chain.mine();
    const hash = await paySimulated(one);
    expect(await paySimulated(one)).toBe(hash);
    expect(await minedIn(chain.rpcUrl, hash ?? '')).toBeNull();
    await chain.mine();
    expect(await paySimulated(one)).toBe(hash);
    await chain.mine();
    expect(await minedIn(chain.rpcUrl, hash ?? '')).toBe((await localHead(chain.rpcUrl)) - 1n);
    expect(await balanceOf(one.to)).toBe(12_500_000n);
  });

  test.each(BUILT_IN_CHAINS.filter(({ local }) => !local))('is refused on $name', async (real) => {
    await expect(paySimulated(payment({ chain: real }))).rejects.toMatchObject({ code: 'not_local' });
  });

  test('is refused where the node is of another chain than its setting says', async () => {
    const one = payment({ chain: chainById(31338) });
    await expect(paySimulated(one)).rejects.toMatchObject({ code: 'not_local' });
    await chain.mine();
    expect(await balanceOf(one.to)).toBe(0n);
  });
});

test('a reorganisation takes one payment out, and leaves those of others in their blocks', async () => {
  const [victim, other] = [payment(), payment()];
  const [victimHash, otherHash] = [await send(victim), await send(other)];
  const { txHash: developers } = await payFromDevelopmentWallet({
    ...{ rpcUrl: chain.rpcUrl, chain: LOCAL, coin: 1, amountBaseUnits: baseUnitsOf(7n) },
    to: toChecksumAddress(`0x${'d'.repeat(40)}`),
  });
  await chain.mine(2);
  const block = (await minedIn(chain.rpcUrl, victimHash)) as bigint;
  const head = await localHead(chain.rpcUrl);
  const others = await minedIn(chain.rpcUrl, otherHash);
  const result = await reorganise(chain.rpcUrl, Number(head - block) + 1, { without: victimHash });
  expect(result.dropped).toEqual([victimHash]);
  expect(await minedIn(chain.rpcUrl, victimHash)).toBeNull();
  expect(await minedIn(chain.rpcUrl, otherHash)).toBe(others);
  expect(await minedIn(chain.rpcUrl, developers)).not.toBeNull();
  expect([await balanceOf(victim.to), await balanceOf(other.to)]).toEqual([0n, 12_500_000n]);
  expect(await localHead(chain.rpcUrl)).toBe(head);
});

test('a chain that is held mines no block, and goes on afterwards, also when a holder died', async () => {
  await chain.call('evm_setIntervalMining', [1]);
  await whileHeld(chain.rpcUrl, 2, async () => expect(await chain.call('anvil_getIntervalMining')).toBeFalsy());
  expect(await chain.call('anvil_getIntervalMining')).toBe(1);
  await expect(whileHeld(chain.rpcUrl, 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await chain.call('anvil_getIntervalMining')).toBe(1);
  // As a killed worker leaves it.
  await chain.call('evm_setIntervalMining', [0]);
  await whileHeld(chain.rpcUrl, 2, () => Promise.resolve());
  expect(await chain.call('anvil_getIntervalMining')).toBe(2);
});

test('forty senders share the development wallet, and every payment arrives', async () => {
  const recipients = Array.from({ length: 40 }, (_, index) =>
    toChecksumAddress(`0x${(index + 1).toString(16).padStart(40, 'e')}`),
  );
  const pay = (to: Address) =>
    payFromDevelopmentWallet({ rpcUrl: chain.rpcUrl, chain: LOCAL, coin: 1, to, amountBaseUnits: baseUnitsOf(7n) });
  const hashes = await Promise.all(recipients.map(pay));
  expect(new Set(hashes.map(({ txHash }) => txHash)).size).toBe(recipients.length);
  await chain.mine();
  for (const to of recipients) expect(await balanceOf(to)).toBe(7n);
});
