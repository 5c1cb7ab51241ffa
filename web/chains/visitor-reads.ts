// Chain reads that a page's visitor causes: every read is counted in all, and by client address when the page counts nothing itself. The
// pools count, not the pages, so a new page cannot forget it. Visitors with an account have budgets by account (chain-read-budget.ts).
import { AsyncLocalStorage } from 'node:async_hooks';
import { RpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { ChainPools } from './chain-pools.ts';

interface PageRequest {
  clientAddress: string;
  /** What was counted for it so far. */
  counted: 'nothing' | 'address' | 'account';
}

const requests = new AsyncLocalStorage<PageRequest>();

/** Runs a page's work: the chain reads in it are its visitor's. */
export const asVisitor = <T>(clientAddress: string, work: () => T): T =>
  requests.run({ clientAddress, counted: 'nothing' }, work);

/** Runs work that a request only starts, such as reading again what all pages share. */
export const asServer = <T>(work: () => T): T => requests.exit(work);

/** The page has counted this request by client address, or by account. */
export const noteCounted = (by: 'address' | 'account'): void => {
  const request = requests.getStore();
  if (request && request.counted !== 'account') request.counted = by;
};

export interface VisitorBudget {
  /** Both return null, or milliseconds until the next read may be. */
  takeByAddress(clientAddress: string): Promise<number | null>;
  takeInAll(): Promise<number | null>;
  /** The budget in all is used up. */
  onUsedUp(): void;
}

const usedUp = (chainId: number, retryAfterMs: number): RpcError =>
  new RpcError('rpc_rate_limited', `chain ${chainId}`, "the budget of visitors' reads is used up", { retryAfterMs });

/** The same pools, whose reads throw RpcError `rpc_rate_limited` when a budget is used up: pages show the chain as one that does not respond. */
export const countVisitorReads = (pools: ChainPools, budget: VisitorBudget): ChainPools => {
  const count = async (chainId: number): Promise<void> => {
    const request = requests.getStore();
    if (!request || request.counted === 'account') return;
    if (request.counted === 'nothing') {
      const wait = await budget.takeByAddress(request.clientAddress);
      if (wait !== null) throw usedUp(chainId, wait);
      noteCounted('address');
    }
    const wait = await budget.takeInAll();
    if (wait === null) return;
    budget.onUsedUp();
    throw usedUp(chainId, wait);
  };
  const counting = (pool: RpcPool): RpcPool => ({
    ...pool,
    async use(work, avoid) {
      await count(pool.chainId);
      return await pool.use(work, avoid);
    },
    async askAll(work, choice) {
      await count(pool.chainId);
      return await pool.askAll(work, choice);
    },
  });
  return new Map([...pools].map(([chainId, pool]) => [chainId, counting(pool)]));
};
