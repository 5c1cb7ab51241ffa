// The watcher's check of its tokens: at its start (every hour, as it runs), daily, and every few seconds while one does not fit.
// Transfers of such a token are held, not credited and not forgotten: they are read again when it fits.
import type { Address } from '#domain/address.ts';
import { tokenTrouble } from '#domain/token-check.ts';
import { isRpcError } from './rpc-errors.ts';
import { checkTokens } from './token-check.ts';
import type { WatchSession } from './watch-session.ts';

const DAY_MS = 86_400_000;
const AFTER_FAILURE_MS = 60_000;
const WHILE_REJECTED_MS = 5_000;

/** Checks the chain's tokens when that is due. A provider that does not respond changes nothing. */
export const checkTokensWhenDue = async (session: WatchSession): Promise<void> => {
  const { deps, log, state } = session;
  if (performance.now() < state.tokens.dueAt) return;
  const chainId = deps.chain.id;
  try {
    const results = await checkTokens(deps.pool, deps.chain);
    const before = await deps.ledger.saveTokenChecks(chainId, results);
    for (const { token, trouble, symbol } of results) {
      const last = before.get(token);
      if (trouble) log.error({ chainId, token, trouble }, 'token is not credited: its contract is not what we know');
      else if (last && last.symbol !== symbol) {
        log.error({ chainId, token, was: last.symbol, symbol }, 'token has a new symbol: check its entry');
      }
    }
    const troubles = results.flatMap(({ trouble }) => trouble ?? []);
    state.tokens = {
      rejected: new Set(results.flatMap(({ token, trouble }) => (trouble ? [token] : []))),
      trouble: tokenTrouble(troubles),
      dueAt: performance.now() + (troubles.length > 0 ? WHILE_REJECTED_MS : DAY_MS),
    };
  } catch (error) {
    if (!isRpcError(error)) throw error;
    state.tokens.dueAt = performance.now() + AFTER_FAILURE_MS;
    log.warn({ chainId, err: error }, 'tokens could not be checked');
  }
};

export const isRejected = ({ state }: WatchSession, token: Address): boolean => state.tokens.rejected.has(token);
