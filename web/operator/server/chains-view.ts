// State of chains, watchers and relayers from the workers' rows, and of the providers as this process reaches them.

import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { readBooksCheckCounts } from '#db/books/books-checks.ts';
import { readDispatchBacklog } from '#db/dispatch/outbox.ts';
import { listStoreReceivers, type StoreReceiver } from '#db/merchants/receiver-codes.ts';
import type { Em } from '#db/orm.ts';
import { listRelayerStatus, type RelayerStatus } from '#db/settlements/relayer-status.ts';
import { type ChainStatus, listChainStatus } from '#db/watching/chain-status.ts';
import { listTokenChecks, type TokenCheckRow } from '#db/watching/token-checks.ts';
import { type Chain, networksFor, type Token } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { formatDecimal } from '#domain/money.ts';
import { NATIVE_DECIMALS } from '#domain/native-prices.ts';
import { receiverProblem, receiverProblemText } from '#domain/receiver-networks.ts';
import { settlementsPaidBy } from '#domain/settlements.ts';
import { within } from '#domain/within.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import type {
  ChainsPageView,
  ChainView,
  ProviderView,
  RelayerView,
  StoreWithoutChain,
  TokenView,
} from './operator-types.ts';

export const readChainsPage = async (
  em: Em,
  chains: readonly EnabledChain[],
  pools: ChainPools,
  workflowUrl: (workflowId: string) => string | null,
): Promise<Omit<ChainsPageView, 'temporal'>> => {
  const [rows, relayers, checks, dispatch, books, receivers] = await Promise.all([
    listChainStatus(em),
    listRelayerStatus(em),
    listTokenChecks(em.fork()),
    readDispatchBacklog(em),
    readBooksCheckCounts(em),
    listStoreReceivers(
      em,
      chains.map(({ chain }) => chain.id),
    ),
  ]);
  const views = chains.map(async ({ chain }): Promise<ChainView> => {
    const pool = pools.get(chain.id);
    const row = rows.find(({ chainId }) => chainId === chain.id);
    const [providers, relayerViews] = await Promise.all([
      pool ? probeProviders(pool) : [],
      readRelayers(relayers, chain, pool),
    ]);
    return {
      chainId: chain.id,
      network: chain.name,
      isTest: chain.isTest,
      storesWithout: storesWithout(
        chain,
        chains.map((enabled) => enabled.chain),
        receivers,
      ),
      watcher: row ? watcherView(row, chain) : null,
      tokens: chain.tokens.map((token) => tokenView(chain, token, checks)),
      providers,
      relayers: relayerViews,
      temporalUrl: workflowUrl(`chain-watcher-${chain.id}`),
    };
  });
  return {
    chains: await Promise.all(views),
    dispatch: { pending: dispatch.pending, oldestSeconds: Math.round(dispatch.oldestSeconds) },
    books: books
      ? {
          at: books.startedAt.toISOString(),
          explained: books.explained,
          unexplained: books.unexplained,
          unverified: books.unverified.length,
        }
      : null,
  };
};

const storesWithout = (
  chain: Chain,
  enabled: readonly Chain[],
  stores: readonly StoreReceiver[],
): StoreWithoutChain[] =>
  stores.flatMap(({ storeId, storeName: name, merchantId, isTest, acceptedChainIds, codes }) => {
    const accepts = networksFor({ isTest }, enabled).includes(chain) && (acceptedChainIds?.includes(chain.id) ?? true);
    const problem = accepts ? receiverProblem(codes, chain) : null;
    return problem ? [{ storeId, name, merchantId, problem: receiverProblemText(problem, chain.id) }] : [];
  });

const tokenView = (chain: Chain, { name, address }: Token, checks: readonly TokenCheckRow[]): TokenView => {
  const check = checks.find(({ chainId, token }) => chainId === chain.id && token === address);
  return {
    name,
    address,
    decimals: check?.decimals ?? null,
    symbol: check?.symbol ?? null,
    held: check?.held ?? 0,
    trouble: check?.trouble ?? null,
    checkedAt: check?.checkedAt.toISOString() ?? null,
  };
};

export const watcherView = (row: ChainStatus, chain: Chain): NonNullable<ChainView['watcher']> => {
  const lagBlocks = Number(row.headNumber > row.blockNumber ? row.headNumber - row.blockNumber : 0n);
  return {
    block: row.blockNumber.toString(),
    blockTime: row.blockTime.toISOString(),
    finalBlock: row.finalBlockNumber.toString(),
    head: row.headNumber.toString(),
    lagBlocks,
    lagSeconds: lagBlocks * chain.blockSeconds,
    silentSeconds: row.silentSeconds,
    leaseOwner: row.leaseOwner,
    leaseHeld: row.leaseHeld,
    trouble: row.trouble,
  };
};

/** Reads chain id and head from each provider. Messages never contain a provider's URL. */
const probeProviders = async (pool: RpcPool): Promise<ProviderView[]> => {
  const responses = await pool.askAll(async (provider) => {
    const began = performance.now();
    const head = BigInt(String(await provider.call('eth_blockNumber', [])));
    return { head, latencyMs: Math.round(performance.now() - began) };
  });
  const [best = 0n] = responses.map(({ response }) => response.head).sort((a, b) => (a > b ? -1 : 1));
  return pool.health().map(({ name, lastError }) => {
    const response = responses.find(({ provider }) => provider === name)?.response;
    const behind =
      response && best > response.head + 2n ? `${best - response.head} blocks behind the best provider` : null;
    return {
      name,
      ok: Boolean(response) && behind === null,
      latencyMs: response?.latencyMs ?? null,
      head: response?.head.toString() ?? null,
      trouble: response ? behind : (lastError ?? 'no response'),
    };
  });
};

interface Gas {
  balance: bigint;
  price: bigint;
}

/**
 * The keys that are at work on a network, with their gas. Keys that were taken away are left out, once nothing of theirs is in flight.
 * @param ms how long to wait for a balance; none: as long as it takes
 */
export const readRelayers = async (
  rows: readonly RelayerStatus[],
  chain: Chain,
  pool: RpcPool | undefined,
  ms?: number,
): Promise<RelayerView[]> => {
  const known = rows.filter(({ chainId }) => chainId === chain.id);
  const atWork = known.filter(({ leaseHeld, inFlight }) => leaseHeld || inFlight > 0);
  return await Promise.all(
    (atWork.length > 0 ? atWork : known).map(async (row) => {
      const gas = pool ? readGas(pool, row.address) : Promise.resolve(null);
      return relayerView(row, chain, await (ms === undefined ? gas : within(ms, gas, null)));
    }),
  );
};

const readGas = async (pool: RpcPool, address: string): Promise<Gas | null> => {
  try {
    return await pool.use(async (provider) => {
      const [balance, price] = await provider.batch([
        { method: 'eth_getBalance', params: [address, 'latest'] },
        { method: 'eth_gasPrice', params: [] },
      ]);
      for (const response of [balance, price]) if (isRpcError(response)) throw response;
      return { balance: BigInt(String(balance)), price: BigInt(String(price)) };
    });
  } catch (error) {
    if (isRpcError(error)) return null;
    throw error;
  }
};

const relayerView = (row: RelayerStatus, chain: Chain, gas: Gas | null): RelayerView => ({
  address: row.address,
  balance: gas && formatDecimal(gas.balance - (gas.balance % 10n ** 12n), NATIVE_DECIMALS, 4),
  symbol: chain.nativeSymbol,
  lasts: gas && settlementsPaidBy(gas.balance, gas.price),
  nextNonce: row.nextNonce.toString(),
  inFlight: row.inFlight,
  lowestNonce: row.lowestNonce?.toString() ?? null,
  oldestSeconds: row.oldestSeconds,
  waiting: row.waiting,
  leaseHeld: row.leaseHeld,
  leaseOwner: row.leaseOwner,
  trouble: row.trouble,
});
