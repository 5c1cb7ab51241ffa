// Searches the deposit addresses of closed intents for native coin, which no log shows (docs/decisions/0056). All state is in Postgres;
// a pass costs one query while no intent has ended.
import type { Logger } from 'pino';
import { readNativeBalances } from '#chain/native-balances.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Em } from '#db/orm.ts';
import { recordStrayMoney } from '#db/stray-money/stray-money.ts';
import { type DueSearch, finishSearches, listDueSearches, postponeSearches } from '#db/stray-money/stray-searches.ts';
import { chainById } from '#domain/chains.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { type FoundStray, isWorthShowing, NATIVE_TOKEN } from '#domain/stray-money.ts';

const SEARCHES_PER_PASS = 500;
/** After that many failures, the order's page and claims still search. */
const MAX_ATTEMPTS = 24;
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 3_600_000;

export interface StraySearchOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: Pick<Logger, 'info' | 'warn'>;
}

export interface StraySearch {
  /** One pass. Addresses on a chain that does not respond are searched again later. @returns how many finds were new */
  pass(): Promise<number>;
}

export const createStraySearch = ({ em, pools, logger }: StraySearchOptions): StraySearch => {
  /** Finds on one chain, by intent; null when it does not respond. */
  const searchChain = async (chainId: number, pool: RpcPool, due: readonly DueSearch[]) => {
    try {
      const balances = await readNativeBalances(
        pool,
        due.map(({ depositAddress }) => depositAddress),
      );
      const chain = chainById(chainId);
      return due.flatMap(({ intentId }, index) => {
        const wei = balances[index] ?? 0n;
        return isWorthShowing(chain, wei) ? [{ intentId, stray: nativeFind(chainId, chain.nativeSymbol, wei) }] : [];
      });
    } catch (error) {
      logger.warn({ chainId, reason: (error as Error).message }, 'searching for native coin failed; retrying later');
      return null;
    }
  };

  return {
    async pass() {
      const due = await listDueSearches(em, SEARCHES_PER_PASS);
      if (due.length === 0) return 0;
      const found = await Promise.all([...pools].map(([chainId, pool]) => searchChain(chainId, pool, due)));
      let opened = 0;
      for (const { intentId, stray } of found.flatMap((finds) => finds ?? [])) {
        const isNew = (await recordStrayMoney(em.fork(), intentId, [stray])) > 0;
        if (isNew) logger.info({ intent: intentId, chainId: stray.chainId }, 'native coin found at a deposit address');
        opened += Number(isNew);
      }
      const isComplete = found.every((finds) => finds !== null);
      const again = isComplete ? [] : due.filter(({ attempts }) => attempts + 1 < MAX_ATTEMPTS);
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(...due.map(({ attempts }) => attempts)), MAX_PAUSE_MS);
      await postponeSearches(
        em,
        again.map(({ intentId }) => intentId),
        pause,
      );
      await finishSearches(
        em,
        due.filter((one) => !again.includes(one)).map(({ intentId }) => intentId),
      );
      return opened;
    },
  };
};

const nativeFind = (chainId: number, symbol: string, wei: bigint): FoundStray => ({
  chainId,
  token: NATIVE_TOKEN,
  symbol,
  decimals: 18,
  amountBaseUnits: baseUnitsOf(wei),
  sender: null,
  txHash: null,
  foundBy: 'closing',
});
