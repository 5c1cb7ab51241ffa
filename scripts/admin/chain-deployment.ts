// `chain deploy`: the contracts that a network needs, put up one after another. Each step looks at the network first, so a run that was
// cut continues, and two runs do no harm (decision 0087).
import { concat, getCreateAddress, Transaction, Wallet } from 'ethers';
import { hasCode } from '#chain/check-chain.ts';
import { readFees } from '#chain/gas-fees.ts';
import { estimateGas, readNativeBalance, readNonce, readReceipts, sendRaw } from '#chain/relayer-chain.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { LOCAL_TOKEN_ADDRESSES } from '#contracts/generated/addresses.ts';
import { checkoutFactoryCreationCode } from '#contracts/generated/checkout-factory.ts';
import { localTokenDeployments } from '#contracts/generated/local-tokens.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { DEPLOYER_ADDRESS, FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { UserError } from '#domain/errors.ts';
import { smaller, type Wei, weiOf, ZERO } from '#domain/money.ts';
import { waitFor } from '../lib/wait-for.ts';

/**
 * The public transaction that creates the deterministic deployer on every chain: without a chain id, and signed with a made-up signature,
 * so that nobody has its key (github.com/Arachnid/deterministic-deployment-proxy). What it does is checked before it is used.
 */
const DEPLOYER_TRANSACTION =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222';

/** Reserved where the deployer is not there yet, so that nothing can be estimated. Above 200 gas for each byte of code, calldata and constructor. */
const GAS_WITHOUT_ESTIMATE = { factory: 2_900_000n, token: 1_100_000n } as const;
const TRANSFER_GAS = 21_000n;
const MINED_WITHIN_MS = 600_000;

export interface DeploymentStep {
  /** "deployer", "factory", "test token USDT". */
  what: string;
  address: Address;
  isThere: boolean;
  /** 0 when it is there. */
  gas: bigint;
  /** Native coin that is sent along. */
  value: Wei;
}

export interface DeploymentPlan {
  chain: Chain;
  payer: Address;
  balance: Wei;
  /** The most that is paid for a unit of gas. */
  gasPrice: Wei;
  steps: DeploymentStep[];
  /** The most that all steps can cost. */
  cost: Wei;
}

interface Creation {
  what: string;
  address: Address;
  kind: keyof typeof GAS_WITHOUT_ESTIMATE;
  /** Calldata of the deployer: the salt, then the creation code. */
  data: Hex;
}

const ZERO_SALT = `0x${'00'.repeat(32)}` as const;

/** The deployer's transaction. Its signature was made up, but its signer's first contract is at the deployer's address. */
const deployerTransaction = (): { raw: Hex; signer: Address; cost: Wei; gasPrice: Wei } => {
  const transaction = Transaction.from(DEPLOYER_TRANSACTION);
  const { from, gasLimit, gasPrice } = transaction;
  if (from === null || gasPrice === null || getCreateAddress({ from, nonce: 0 }) !== DEPLOYER_ADDRESS)
    throw new Error('The transaction of the deterministic deployer creates something else: it is damaged');
  const price = weiOf(gasPrice);
  return { raw: DEPLOYER_TRANSACTION, signer: from as Address, cost: weiOf(price * gasLimit), gasPrice: price };
};

/** The factory, and on a test network those of its tokens that are our own. */
const creationsOf = (chain: Chain): Creation[] => {
  const ours = Object.entries(LOCAL_TOKEN_ADDRESSES) as [keyof typeof localTokenDeployments, Address][];
  const tokens = (chain.isTest ? chain.tokens : []).flatMap(({ address, name }) => {
    const key = ours.find(([, known]) => known === address)?.[0];
    if (!key) return [];
    const { creationCode, constructorArguments, salt } = localTokenDeployments[key];
    const data = concat([salt, creationCode, constructorArguments]) as Hex;
    return [{ what: `test token ${name}`, address, kind: 'token' as const, data }];
  });
  const factory = concat([ZERO_SALT, checkoutFactoryCreationCode]) as Hex;
  return [{ what: 'factory', address: FACTORY_ADDRESS, kind: 'factory', data: factory }, ...tokens];
};

/**
 * Reads what is there and what the rest costs. Sends nothing. First waits for transactions of an earlier run that was cut: what they
 * deploy is neither estimated nor paid for again.
 */
export const planDeployment = async (pool: RpcPool, chain: Chain, payer: Address): Promise<DeploymentPlan> => {
  await freeNonce(pool, payer);
  return await pool.use(async (provider) => {
    const [fees, balance, hasDeployer] = await Promise.all([
      readFees(provider),
      readNativeBalance(provider, payer),
      hasCode(provider, DEPLOYER_ADDRESS),
    ]);
    // The base fee may double while the steps run.
    const gasPrice = weiOf(2n * fees.baseFeePerGas + fees.maxPriorityFeePerGas);
    const steps: DeploymentStep[] = [];
    const deployer = deployerTransaction();
    const missing = hasDeployer ? 0n : deployer.cost - (await readNativeBalance(provider, deployer.signer));
    steps.push({
      ...{ what: 'deployer', address: DEPLOYER_ADDRESS, isThere: hasDeployer },
      gas: missing > 0n ? TRANSFER_GAS : 0n,
      value: missing > 0n ? weiOf(missing) : ZERO,
    });
    for (const { what, address, kind, data } of creationsOf(chain)) {
      const isThere = await hasCode(provider, address);
      const gas = isThere ? 0n : await gasOf(provider, { kind, data, payer, hasDeployer });
      steps.push({ what, address, isThere, gas, value: ZERO });
    }
    const cost = weiOf(steps.reduce((sum, { gas, value }) => sum + gas * gasPrice + value, 0n));
    return { chain, payer, balance: weiOf(balance), gasPrice, steps, cost };
  });
};

const gasOf = async (
  provider: Parameters<typeof estimateGas>[0],
  { kind, data, payer, hasDeployer }: Pick<Creation, 'kind' | 'data'> & { payer: Address; hasDeployer: boolean },
): Promise<bigint> => {
  if (!hasDeployer) return GAS_WITHOUT_ESTIMATE[kind];
  const estimate = await estimateGas(provider, { from: payer, to: DEPLOYER_ADDRESS, data });
  if ('denial' in estimate)
    throw new UserError('not_deployable', `The ${kind} cannot be deployed now: ${estimate.denial}`);
  return (estimate.gas * 12n) / 10n;
};

export interface DeploymentRun {
  pool: RpcPool;
  plan: DeploymentPlan;
  privateKey: string;
  /** Told of each step as it is sent, and when it is there. */
  onProgress: (line: string) => void;
}

/** Carries a plan out. Throws UserError when a step fails; what was done stays, and another run continues. */
export const runDeployment = async ({ pool, plan, privateKey, onProgress }: DeploymentRun): Promise<void> => {
  const wallet = new Wallet(privateKey);
  const send = (to: Address, what: string, fields: { data?: Hex; value?: Wei; gas: bigint }): Promise<string | null> =>
    sendAndWait({ pool, plan, wallet, onProgress }, to, what, fields);
  if (!(await pool.use((provider) => hasCode(provider, DEPLOYER_ADDRESS)))) await deployDeployer(pool, send);
  for (const { what, address, kind, data } of creationsOf(plan.chain)) {
    if (await pool.use((provider) => hasCode(provider, address))) continue;
    const gas = await pool.use((provider) => gasOf(provider, { kind, data, payer: plan.payer, hasDeployer: true }));
    const failure = await send(DEPLOYER_ADDRESS, what, { data, gas });
    await codeArrives(pool, address, what, failure);
    onProgress(`${what}: at ${address}`);
  }
};

const deployDeployer = async (
  pool: RpcPool,
  send: (to: Address, what: string, fields: { value: Wei; gas: bigint }) => Promise<unknown>,
): Promise<void> => {
  const { raw, signer, cost, gasPrice } = deployerTransaction();
  const { baseFeePerGas, maxPriorityFeePerGas, isLegacy } = await pool.use(readFees);
  const needed = isLegacy ? maxPriorityFeePerGas : baseFeePerGas;
  if (needed > gasPrice)
    throw new UserError(
      'gas_too_dear',
      `The deployer's transaction pays ${gasPrice} wei for gas, which costs ${needed}`,
    );
  const missing = cost - (await pool.use((provider) => readNativeBalance(provider, signer)));
  if (missing > 0n) await send(signer, "the deployer's signer", { value: weiOf(missing), gas: TRANSFER_GAS });
  const denial = await pool.use((provider) => sendRaw(provider, raw));
  await codeArrives(pool, DEPLOYER_ADDRESS, 'deployer', denial);
};

const codeArrives = async (
  pool: RpcPool,
  address: Address,
  what: string,
  denial: string | null = null,
): Promise<void> => {
  try {
    await waitFor(() => pool.use((provider) => hasCode(provider, address)), {
      what: `${what} at ${address}`,
      // A node that refused it may know it already, or never will.
      timeoutMs: denial === null ? MINED_WITHIN_MS : 30_000,
      intervalMs: 500,
    });
  } catch (cause) {
    const why = denial === null ? '' : `: ${denial}`;
    throw new UserError('not_deployed', `${what} is not at ${address}${why}. Run the command again to continue.`, {
      cause,
    });
  }
};

/** @returns why it failed on the chain, or null */
const sendAndWait = async (
  { pool, plan, wallet, onProgress }: Omit<DeploymentRun, 'privateKey'> & { wallet: Wallet },
  to: Address,
  what: string,
  { data = '0x', value = ZERO, gas }: { data?: Hex; value?: Wei; gas: bigint },
): Promise<string | null> => {
  const nonce = await freeNonce(pool, plan.payer);
  const { maxPriorityFeePerGas, isLegacy } = await pool.use(readFees);
  const price = isLegacy
    ? { type: 0, gasPrice: plan.gasPrice }
    : {
        type: 2,
        maxFeePerGas: plan.gasPrice,
        maxPriorityFeePerGas: smaller(maxPriorityFeePerGas, plan.gasPrice),
      };
  const raw = (await wallet.signTransaction({
    ...{ chainId: plan.chain.id, nonce: Number(nonce), to, data, value, gasLimit: gas },
    ...price,
  })) as Hex;
  const hash = Transaction.from(raw).hash as Hex;
  onProgress(`${what}: transaction ${hash}`);
  const denial = await pool.use((provider) => sendRaw(provider, raw));
  try {
    const receipt = await waitFor(async () => (await pool.use((provider) => readReceipts(provider, [hash])))[0], {
      what: `transaction ${hash}`,
      timeoutMs: denial === null ? MINED_WITHIN_MS : 30_000,
      intervalMs: 500,
    });
    // Another run may have been first.
    return receipt.reverted ? `transaction ${hash} failed` : null;
  } catch (cause) {
    const why = denial === null ? 'is not mined yet' : `was refused: ${denial}`;
    throw new UserError('not_mined', `${what}: transaction ${hash} ${why}. Run the command again to continue.`, {
      cause,
    });
  }
};

/** The account's next nonce, once none of its transactions waits. */
const freeNonce = async (pool: RpcPool, payer: Address): Promise<bigint> => {
  const nonces = () =>
    pool.use(async (provider) => ({
      mined: await readNonce(provider, payer),
      sent: BigInt(String(await provider.call('eth_getTransactionCount', [payer, 'pending']))),
    }));
  try {
    const { mined } = await waitFor(
      async () => {
        const read = await nonces();
        return read.sent <= read.mined ? read : undefined;
      },
      { what: `transactions of ${payer}`, timeoutMs: MINED_WITHIN_MS, intervalMs: 500 },
    );
    return mined;
  } catch (cause) {
    throw new UserError('not_mined', `Earlier transactions of ${payer} are not mined yet. Run the command again.`, {
      cause,
    });
  }
};
