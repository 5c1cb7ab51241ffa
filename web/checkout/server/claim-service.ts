// "I already sent it": checks a transaction that a shopper names, and says which check fails. It writes two things: a request to
// read a block again, and money that is none of our coins, as the chain shows it. Only the watcher writes transfers, so a claim
// cannot add one that is not on the chain. A claim that cannot be checked now is kept, and checked later (checkKeptClaims).

import { finishKeptClaim, keepClaim, takeKeptClaims } from '#db/intents/kept-claims.ts';
import { type ClaimedIntent, readClaimedIntent, requestRecheck } from '#db/intents/payment-claims.ts';
import type { Em, Orm } from '#db/orm.ts';
import { recordStrayMoney } from '#db/stray-money/stray-money.ts';
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { ZERO } from '#domain/money.ts';
import { type FoundStray, isWorthShowing, MAX_STRAY_TOKENS } from '#domain/stray-money.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { type NativeArrival, nativeFind, readStrays } from '#web/chains/stray-reads.ts';
import { type CheckoutLimits, createCheckoutLimiter, limitsOfDoor } from './checkout-limits.ts';
import type { ClaimResult } from './claim-result.ts';
import { judgeByChain, judgeByLedger } from './claim-verdict.ts';
import { findTransaction, type MinedTransaction, type TransactionSearch } from './find-transaction.ts';

export interface Claim {
  intentId: IntentId;
  /** As pasted: a hash, or an explorer's URL with one. */
  text: string;
  /** Of the shopper's browser, for the rate limit. */
  clientAddress: string;
}

export interface ClaimDeps {
  orm: Orm;
  pools: ChainPools;
  limits?: CheckoutLimits;
}

/** Null when there is no such intent. */
export type CheckClaim = (claim: Claim) => Promise<ClaimResult | null>;

export const createClaimCheck = ({ orm, pools, limits = limitsOfDoor('claim') }: ClaimDeps): CheckClaim => {
  const waitFor = createCheckoutLimiter(orm, 'claim', limits);

  return async (claim) => {
    const em = orm.em.fork();
    const claimed = await readClaimedIntent(em, claim.intentId);
    if (!claimed) return null;
    const txHash = parseTxHash(claim.text);
    if (!txHash) return { kind: 'badHash' };
    const wait = await waitFor(claim);
    if (wait !== null) {
      return { kind: 'tooOften', retryAfterSeconds: wait, kept: await keepClaim(em, claim.intentId, txHash) };
    }
    const result = await checkClaim({ orm, pools }, claimed, txHash);
    // The networks that did not respond may have it.
    if ('silent' in result && result.silent.length > 0) {
      return { ...result, kept: await keepClaim(em, claim.intentId, txHash) };
    }
    return result;
  };
};

/** Kept claims that one web server checks at once. */
const KEPT_AT_ONCE = 5;

/** Checks kept claims whose time has come. @returns how many there were */
export const checkKeptClaims = async ({ orm, pools }: Omit<ClaimDeps, 'limits'>): Promise<number> => {
  const kept = await takeKeptClaims(orm.em.fork(), KEPT_AT_ONCE);
  for (const row of kept) {
    const em = orm.em.fork();
    const claimed = await readClaimedIntent(em, row.intentId);
    const result = claimed && (await checkClaim({ orm, pools }, claimed, row.txHash));
    if (!result || !MAY_CHANGE.has(result.kind)) await finishKeptClaim(em, row);
  }
  return kept.length;
};

/** Results that another look may change. For the others, the ledger and its watchers have what they need. */
const MAY_CHANGE: ReadonlySet<ClaimResult['kind']> = new Set(['notFound', 'networksSilent', 'notMined', 'notReadYet']);

const checkClaim = async (
  { orm, pools }: Omit<ClaimDeps, 'limits'>,
  claimed: ClaimedIntent,
  txHash: Hex,
): Promise<ClaimResult> => {
  const rows = claimed.transfers.filter((transfer) => transfer.txHash === txHash);
  if (rows.length > 0) return judgeByLedger(claimed, rows);

  const search = await findTransaction(pools, txHash);
  const judged = await Promise.all(
    search.mined.map(async (transaction) => {
      const native = await noteStrays({ em: orm.em.fork(), pools, claimed, txHash }, transaction);
      return { transaction, ...judgeByChain(claimed, transaction, native) };
    }),
  );
  // The same hash can exist on several chains: the one that pays this checkout counts.
  const best = judged.find(({ finding }) => 'amount' in finding) ?? judged[0];
  if (!best) return absence(search);
  if (best.recheck) {
    await requestRecheck(orm.em.fork(), best.transaction.chain.id, txHash, best.transaction.blockNumber);
  }
  return best.finding;
};

interface StrayNote {
  em: Em;
  pools: ChainPools;
  claimed: ClaimedIntent;
  txHash: Hex;
}

/**
 * What a transaction brought that is none of our coins: its tokens, and native coin. It is recorded for a person, at most once for each
 * chain and token. @returns the native coin; null when the transaction pays in our coins, failed, or no provider responded
 */
const noteStrays = async (
  { em, pools, claimed, txHash }: StrayNote,
  { chain, blockNumber, succeeded, transfers, sender, nativeTo }: MinedTransaction,
): Promise<NativeArrival | null> => {
  const { id: intentId, depositAddress } = claimed.intent;
  const toUs = transfers.filter(({ to }) => to === depositAddress);
  const pool = pools.get(chain.id);
  if (!succeeded || !pool || toUs.some(({ token }) => token !== null)) return null;
  const contracts = [...new Set(toUs.map(({ contract }) => contract))].slice(0, MAX_STRAY_TOKENS);
  const strays = await readStrays(pool, depositAddress, blockNumber, contracts);
  if (!strays) return null;
  const { native, tokens } = strays;
  const how = { txHash, foundBy: 'claim' } as const;
  const found: FoundStray[] = tokens.map(({ contract, symbol, decimals, held }) => {
    const transfer = toUs.find((one) => one.contract === contract);
    const amountBaseUnits = held || transfer?.amountBaseUnits || ZERO;
    return {
      chainId: chain.id,
      token: contract,
      symbol,
      decimals,
      amountBaseUnits,
      sender: transfer?.from ?? null,
      ...how,
    };
  });
  const isIts = nativeTo === depositAddress || (native.arrived ?? 0n) > 0n;
  if (isWorthShowing(chain, native.held)) {
    const known = isIts ? { sender, ...how } : { sender: null, txHash: null, foundBy: how.foundBy };
    found.push(nativeFind(chain.id, native.held, known));
  }
  await recordStrayMoney(em, intentId, found);
  return native;
};

const absence = ({ pending, unknown, silent }: TransactionSearch): ClaimResult => {
  const names = (chains: readonly { name: string }[]): string[] => chains.map(({ name }) => name).sort();
  if (pending[0]) return { kind: 'notMined', network: pending[0].name };
  if (unknown.length === 0) return { kind: 'networksSilent', silent: names(silent), kept: false };
  return { kind: 'notFound', looked: names(unknown), silent: names(silent), kept: false };
};
