// The deposit address that we show is the one that the deployed factory settles.
import { randomBytes } from 'node:crypto';
import { Interface } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import { type Hex, toChecksumAddress } from '#domain/address.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { depositAddress, implementationAddress } from '#domain/deposit-address.ts';
import { makeContractId } from '#domain/ids.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';

const factory = new Interface(checkoutFactoryAbi);
let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(async () => await chain?.stop());

const view = async (method: string, args: unknown[]): Promise<string> => {
  const call = { to: FACTORY_ADDRESS, data: factory.encodeFunctionData(method, args) };
  return String(factory.decodeFunctionResult(method, await chain.call<Hex>('eth_call', [call, 'latest']))[0]);
};

test('the contracts are deployed at the expected addresses', async () => {
  expect(await deployLocalContracts({ rpcUrl: chain.rpcUrl })).toMatchObject({
    factory: FACTORY_ADDRESS,
    usdt: LOCAL_TOKENS.usdt6,
    usdc: LOCAL_TOKENS.usdc6,
  });
  expect(await view('implementation', [])).toBe(implementationAddress(FACTORY_ADDRESS));
});

test('domain code and factory compute the same address for any terms', async () => {
  for (let round = 0; round < 25; round += 1) {
    const address = () => toChecksumAddress(`0x${randomBytes(20).toString('hex')}`);
    const terms = {
      receiver: address(),
      feeReceiver: address(),
      feeRateE9: BigInt(randomBytes(4).readUInt32BE() % 1_000_000_001),
      contractId: makeContractId(randomBytes(12)),
    };
    const args = [terms.receiver, terms.feeReceiver, terms.feeRateE9, BigInt(`0x${terms.contractId}`)];
    expect(
      depositAddress(FACTORY_ADDRESS, terms),
      JSON.stringify(args, (_, value) => String(value)),
    ).toBe(await view('depositAddress', [args]));
  }
});
