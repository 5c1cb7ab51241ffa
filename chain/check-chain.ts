// What a chain says about its entry (domain/chain-entry.ts): chain id of each provider, tags of the confirmation rule, tokens, deployer,
// factory, the relayer's balance. A worker asks at its start, `admin -- chain check` on request (decision 0087).
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { DEPLOYER_ADDRESS, FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { formatDecimal } from '#domain/money.ts';
import { NATIVE_DECIMALS } from '#domain/native-prices.ts';
import { settlementsPaidBy } from '#domain/settlements.ts';
import { readHeader, readTags } from './block-reader.ts';
import { priceOf, readFees } from './gas-fees.ts';
import { createHeadSocket } from './head-socket.ts';
import { readNativeBalance } from './relayer-chain.ts';
import { isRpcError } from './rpc-errors.ts';
import { createRpcPool, type RpcPool } from './rpc-pool.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { checkTokens } from './token-check.ts';

/** `wrong`: the entry and the chain contradict each other. `missing`: it can be deployed. `unknown`: nobody responded, or of the past. */
export type FindingState = 'ok' | 'wrong' | 'missing' | 'unknown';

export interface ChainFinding {
  /** "provider 1 (node.example)", "tag safe", "factory", "USDC". */
  what: string;
  /** The member of the entry that it is about. */
  field: string;
  state: FindingState;
  /** For people. Never a provider's URL, which may hold a key. */
  detail: string;
}

export interface ChainCheckOptions {
  /** Whose balance is read; null: this system settles nothing. */
  /** Accounts that pay gas there. */
  relayers: readonly Address[];
  /** Also subscribes to new heads, which takes some blocks. */
  sockets: boolean;
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const SOCKET_MS = 10_000;
const OLD_HEAD_SECONDS = 120;

/** All findings, in the order in which they are read. A provider that does not respond is a finding, not an error. */
export const checkChain = async (
  { chain, rpcUrls, wsUrls = [] }: EnabledChain,
  { relayers, sockets, timeoutMs = TIMEOUT_MS }: ChainCheckOptions,
): Promise<ChainFinding[]> => {
  const providers = await Promise.all(rpcUrls.map((url, index) => checkProvider(chain, url, index, timeoutMs)));
  const good = rpcUrls.filter((_, index) => providers[index]?.responds);
  const found = providers.map(({ responds: _, ...provider }) => provider);
  const announcing = sockets ? await Promise.all(wsUrls.map((url, index) => checkSocket(chain, url, index))) : [];
  if (good.length === 0) return [...found, ...announcing];
  const pool = createRpcPool({ chainId: chain.id, urls: good, timeoutMs });
  try {
    const rest = await Promise.all([
      checkTags(chain, pool),
      checkCode(pool, 'deployer', DEPLOYER_ADDRESS),
      checkCode(pool, 'factory', FACTORY_ADDRESS),
      checkEachToken(chain, pool),
      checkGas(chain, pool, relayers),
    ]);
    return [...found, ...announcing, ...rest.flat()];
  } finally {
    await pool.close();
  }
};

const finding = (what: string, field: string, state: FindingState, detail: string): ChainFinding => ({
  what,
  field,
  state,
  detail,
});

/** The work's findings, or `unknown` when no provider responds. */
const asked = async (
  what: string,
  field: string,
  work: () => Promise<ChainFinding | ChainFinding[]>,
): Promise<ChainFinding[]> => {
  try {
    return [await work()].flat();
  } catch (error) {
    if (!isRpcError(error)) throw error;
    return [finding(what, field, 'unknown', error.message)];
  }
};

/** A provider that is behind responds, and what it has is read all the same. */
const checkProvider = async (
  chain: Chain,
  url: string,
  index: number,
  timeoutMs: number,
): Promise<ChainFinding & { responds: boolean }> => {
  const what = `provider ${index + 1} (${new URL(url).host})`;
  const field = `rpcUrls[${index}]`;
  const pool = createRpcPool({ chainId: chain.id, urls: [url], timeoutMs });
  try {
    const began = performance.now();
    const head = await pool.use((provider) => readHeader(provider, 'latest'));
    const took = Math.round(performance.now() - began);
    const age = Math.round((Date.now() - head.time) / 1000);
    // A local chain makes blocks when it is asked to.
    const isLate = !chain.local && age > Math.max(OLD_HEAD_SECONDS, 20 * chain.blockSeconds);
    const late = isLate ? `, which is ${age} s old: it is behind, or the chain stands still` : '';
    const detail = `chain ${chain.id}, block ${head.number}${late}, ${took} ms`;
    return { ...finding(what, field, isLate ? 'unknown' : 'ok', detail), responds: true };
  } catch (error) {
    if (!isRpcError(error)) throw error;
    return {
      ...finding(what, field, error.code === 'provider_lies' ? 'wrong' : 'unknown', error.message),
      responds: false,
    };
  } finally {
    await pool.close();
  }
};

const checkSocket = async (chain: Chain, url: string, index: number): Promise<ChainFinding> => {
  const what = `socket ${index + 1} (${new URL(url).host})`;
  const field = `wsUrls[${index}]`;
  const { promise, resolve } = Promise.withResolvers<ChainFinding>();
  const socket = createHeadSocket({
    url,
    ...{ name: what, chainId: chain.id, silentMs: SOCKET_MS + 3_000 * chain.blockSeconds },
    onHead({ number }) {
      resolve(finding(what, field, 'ok', `announces heads, the last is ${number}`));
      return true;
    },
    onCall() {},
    onEnd(reason) {
      resolve(finding(what, field, 'unknown', `announced no head: ${reason}`));
    },
  });
  try {
    return await promise;
  } finally {
    await socket.close();
  }
};

const checkTags = (chain: Chain, pool: RpcPool): Promise<ChainFinding[]> =>
  asked('tags', 'confirmation', async () => {
    const tiers = chain.confirmation.tiers.flatMap(({ need }, index) =>
      need.kind === 'tag' ? [{ tag: need.tag, index }] : [],
    );
    const tags = [...new Set(tiers.map(({ tag }) => tag))];
    if (tags.length === 0) return [];
    const read = await pool.askAll((provider) => readTags(provider, tags));
    return tiers.map(({ tag, index }) => {
      const best = read.map(({ response }) => response[tag]).find((number) => number !== null);
      const field = `confirmation[${index}].tag`;
      return best === undefined
        ? finding(`tag ${tag}`, field, read.length > 0 ? 'wrong' : 'unknown', 'no provider serves it')
        : finding(`tag ${tag}`, field, 'ok', `block ${best}`);
    });
  });

const checkCode = (pool: RpcPool, what: 'deployer' | 'factory', address: Address): Promise<ChainFinding[]> =>
  asked(what, what, async () => {
    const isThere = await pool.use((provider) => hasCode(provider, address));
    return finding(what, what, isThere ? 'ok' : 'missing', isThere ? address : `nothing is deployed at ${address}`);
  });

export const hasCode = async (provider: RpcProvider, address: Address): Promise<boolean> => {
  const code = await provider.call('eth_getCode', [address, 'latest']);
  return typeof code === 'string' && code !== '0x';
};

const checkEachToken = (chain: Chain, pool: RpcPool): Promise<ChainFinding[]> =>
  asked('tokens', 'tokens', async () => {
    // As a chain that is not local: an absent contract is a finding.
    const results = await checkTokens(pool, { ...chain, local: false });
    return results.map(({ trouble, decimals, symbol }, index) => {
      const token = chain.tokens[index];
      const what = token?.name ?? '';
      const isAbsent = decimals === null && symbol === null;
      const member = isAbsent ? 'address' : decimals === token?.decimals ? 'coin' : 'decimals';
      const field = `tokens[${index}].${member}`;
      if (trouble) return finding(what, field, isAbsent ? 'missing' : 'wrong', trouble);
      return finding(what, field, 'ok', `${token?.address} "${symbol}", ${decimals} decimals`);
    });
  });

const checkGas = (chain: Chain, pool: RpcPool, relayers: readonly Address[]): Promise<ChainFinding[]> =>
  asked('relayer', 'gasPriceCapGwei', async () => {
    const { fees, balances } = await pool.use(async (provider) => ({
      fees: await readFees(provider),
      balances: await Promise.all(
        relayers.map(async (relayer) => ({ relayer, balance: await readNativeBalance(provider, relayer) })),
      ),
    }));
    const price = priceOf(fees);
    const gas =
      price > chain.gasPriceCap
        ? finding('gas price', 'gasPriceCapGwei', 'wrong', `${price} wei, above the cap of ${chain.gasPriceCap} wei`)
        : finding('gas price', 'gasPriceCapGwei', 'ok', `${price} wei, the cap is ${chain.gasPriceCap} wei`);
    const ofRelayers = balances.map(({ relayer, balance }) => {
      const coins = `${formatDecimal(balance, NATIVE_DECIMALS, 4)} ${chain.nativeSymbol}`;
      const settlements = settlementsPaidBy(balance, price);
      const left = settlements === null ? '' : `, about ${settlements} settlements`;
      const state = settlements === 0 || balance === 0n ? 'missing' : 'ok';
      return finding('relayer', 'native', state, `${relayer} has ${coins}${left}`);
    });
    return [gas, ...ofRelayers];
  });
