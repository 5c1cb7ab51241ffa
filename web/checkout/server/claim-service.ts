// "I already sent it": checks a transaction that a shopper names, and says which check fails. It writes one thing: a request to
// read a block again. Only the watcher writes transfers, so a claim cannot add one that is not on the chain.

import { readClaimedIntent, requestRecheck } from '#db/intents/payment-claims.ts';
import type { Orm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { type CheckoutLimits, createCheckoutLimiter } from './checkout-limits.ts';
import type { ClaimResult } from './claim-result.ts';
import { judgeByChain, judgeByLedger } from './claim-verdict.ts';
import { findTransaction, type TransactionSearch } from './find-transaction.ts';
import { parseTxHash } from './tx-hash.ts';

export interface Claim {
  intentId: IntentId;
  /** As pasted: a hash, or an explorer's URL with one. */
  text: string;
  /** Of the shopper's browser, for the rate limit. */
  clientAddress: string;
}

export const CLAIM_LIMITS: CheckoutLimits = { perIntent: { perMinute: 10 }, perAddress: { perMinute: 30 } };

export interface ClaimDeps {
  orm: Orm;
  pools: ChainPools;
  limits?: CheckoutLimits;
}

/** Null when there is no such intent. */
export type CheckClaim = (claim: Claim) => Promise<ClaimResult | null>;

export const createClaimCheck = ({ orm, pools, limits = CLAIM_LIMITS }: ClaimDeps): CheckClaim => {
  const waitFor = createCheckoutLimiter(orm, 'claim', limits);

  return async (claim) => {
    const em = orm.em.fork();
    const claimed = await readClaimedIntent(em, claim.intentId);
    if (!claimed) return null;
    const txHash = parseTxHash(claim.text);
    if (!txHash) return { kind: 'badHash' };
    const wait = await waitFor(claim);
    if (wait !== null) return { kind: 'tooOften', retryAfterSeconds: wait };

    const rows = claimed.transfers.filter((transfer) => transfer.txHash === txHash);
    if (rows.length > 0) return judgeByLedger(claimed, rows);

    const search = await findTransaction(pools, txHash);
    const judged = search.mined.map((transaction) => ({ transaction, ...judgeByChain(claimed, transaction) }));
    // The same hash can exist on several chains: the one that pays this checkout counts.
    const best = judged.find(({ finding }) => 'amount' in finding) ?? judged[0];
    if (!best) return absence(search);
    if (best.recheck) {
      await requestRecheck(em, best.transaction.chain.id, txHash, best.transaction.blockNumber);
    }
    return best.finding;
  };
};

const absence = ({ pending, unknown, silent }: TransactionSearch): ClaimResult => {
  const names = (chains: readonly { name: string }[]): string[] => chains.map(({ name }) => name).sort();
  if (pending[0]) return { kind: 'notMined', network: pending[0].name };
  if (unknown.length === 0) return { kind: 'networksSilent', silent: names(silent) };
  return { kind: 'notFound', looked: names(unknown), silent: names(silent) };
};
