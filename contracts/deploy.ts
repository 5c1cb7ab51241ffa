// Deploys the contracts: the factory on any chain, the factory and the coins on a local chain (`npm start`, tests).
// All addresses are constants (generated/addresses.ts); running it again changes nothing.
import { concat, JsonRpcProvider, type Signer, ZeroHash } from 'ethers';
import { DeploymentError, deployDeterministically } from './deterministic-deployer.ts';
import { CHECKOUT_FACTORY_ADDRESS, LOCAL_TOKEN_ADDRESSES } from './generated/addresses.ts';
import { checkoutFactoryCreationCode } from './generated/checkout-factory.ts';
import { localTokenDeployments } from './generated/local-tokens.ts';

type LocalToken = keyof typeof localTokenDeployments;

/** Which coins a local chain has, by chain id; `more`: second tokens of a coin. `fakeUsdt` has USDT's name, symbol and decimals, and must be rejected. */
const LOCAL_CHAIN_TOKENS: Readonly<
  Record<string, { usdt: LocalToken; usdc: LocalToken; fakeUsdt: LocalToken; more: readonly LocalToken[] }>
> = {
  31337: { usdt: 'usdt6', usdc: 'usdc6', fakeUsdt: 'fakeUsdt', more: ['usdt0', 'usdce'] },
  31338: { usdt: 'usdt18', usdc: 'usdc18', fakeUsdt: 'fakeUsdt', more: [] },
};

export interface LocalContracts {
  chainId: number;
  factory: string;
  usdt: string;
  usdc: string;
  fakeUsdt: string;
}

const expectAddress = (actual: string, expected: string): string => {
  if (actual !== expected)
    throw new DeploymentError(`Deployed at ${actual}, not at ${expected}: generated files are stale`);
  return actual;
};

/** Deploys the factory unless it is there. Any funded signer will do: the deployer gets no rights. Returns its address. */
export const deployCheckoutFactory = async (signer: Signer, onSent?: () => Promise<unknown>): Promise<string> =>
  expectAddress(
    await deployDeterministically(signer, ZeroHash, checkoutFactoryCreationCode, onSent),
    CHECKOUT_FACTORY_ADDRESS,
  );

const deployLocalToken = async (signer: Signer, token: LocalToken, onSent: () => Promise<unknown>): Promise<string> => {
  const { creationCode, constructorArguments, salt } = localTokenDeployments[token];
  const address = await deployDeterministically(signer, salt, concat([creationCode, constructorArguments]), onSent);
  return expectAddress(address, LOCAL_TOKEN_ADDRESSES[token]);
};

/**
 * Deploys the factory and the chain's coins on an anvil chain (id 31337: 6 decimals, 31338: 18), from its first unlocked
 * account. Throws a DeploymentError for any other chain id: coins that anyone may mint belong on no real chain.
 */
export const deployLocalContracts = async ({ rpcUrl }: { rpcUrl: string }): Promise<LocalContracts> => {
  // No cache: ethers would return the `getCode` result from before the deployment.
  const provider = new JsonRpcProvider(rpcUrl, undefined, { pollingInterval: 50, cacheTimeout: -1 });
  try {
    const chainId = Number((await provider.getNetwork()).chainId);
    const tokens = LOCAL_CHAIN_TOKENS[chainId];
    if (!tokens) throw new DeploymentError(`Chain ${chainId} is not a local chain (31337 or 31338)`);
    const signer = await provider.getSigner(0);
    // A chain that mines by the clock, or on demand only, is not waited for.
    const mineIfNeeded = async (): Promise<void> => {
      if (!(await provider.send('anvil_getAutomine', []))) await provider.send('evm_mine', []);
    };
    for (const token of tokens.more) await deployLocalToken(signer, token, mineIfNeeded);
    return {
      chainId,
      factory: await deployCheckoutFactory(signer, mineIfNeeded),
      usdt: await deployLocalToken(signer, tokens.usdt, mineIfNeeded),
      usdc: await deployLocalToken(signer, tokens.usdc, mineIfNeeded),
      fakeUsdt: await deployLocalToken(signer, tokens.fakeUsdt, mineIfNeeded),
    };
  } finally {
    provider.destroy();
  }
};
