// The life of the relayer's transactions: signed, stored, sent, replaced when stuck, concluded when deep enough. A crash loses
// nothing: the next run follows the stored transactions by what the chain shows.

import { Transaction } from 'ethers';
import type { Hex } from '#domain/address.ts';
import { add, larger, multiply, smaller, type Wei, weiOf } from '#domain/money.ts';
import type { NewTransaction, RelayerLease, StoredTransaction } from '#domain/settlements.ts';
import { type Fees, readFees } from './gas-fees.ts';
import { isDeepEnough, isKnown, type Receipt, readNonce, readReceipts, sendRaw } from './relayer-chain.ts';
import { type OpenTransactions, type RelayerContext, RelayerTroubleError } from './relayer-context.ts';
import { readBatchLogs } from './settlement-batch.ts';

interface Unsigned {
  nonce: bigint;
  attempt: number;
  to: string;
  data: string;
  gasLimit: bigint;
  maxFeePerGas: Wei;
  maxPriorityFeePerGas: Wei;
  /** Of type 0: `maxFeePerGas` is its price. */
  isLegacy: boolean;
}

export const sign = async (
  { wallet, relayer, chain }: RelayerContext,
  { nonce, attempt, to, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas, isLegacy }: Unsigned,
): Promise<NewTransaction> => {
  if (wallet === null)
    throw new RelayerTroubleError(
      `A transaction of ${relayer} on ${chain.name} is stuck, and its key is not in RELAYER_KEY any more: put it back`,
    );
  const price = isLegacy ? { type: 0, gasPrice: maxFeePerGas } : { type: 2, maxFeePerGas, maxPriorityFeePerGas };
  const call = { to, data, gasLimit, chainId: chain.id, nonce: Number(nonce) };
  const rawTx = (await wallet.signTransaction({ ...call, ...price })) as Hex;
  return { nonce, attempt, rawTx, txHash: Transaction.from(rawTx).hash as Hex, maxFeePerGas };
};

/** The highest price of a replacement, as a multiple of the market's. Above it, something other than the price is the problem. */
const MARKET_MULTIPLE = 10n;

/**
 * Twice the base fee lasts six full blocks; never above the cap. `limit` is what a replacement may rise to: ten times the market's
 * price, within the cap. Without a base fee, the price as it is. Throws RelayerTroubleError when even the next block is above the cap.
 */
export const pricedWithin = (
  { options, chain }: RelayerContext,
  { baseFeePerGas, maxPriorityFeePerGas, isLegacy }: Fees,
): { maxFeePerGas: Wei; maxPriorityFeePerGas: Wei; isLegacy: boolean; limit: Wei } => {
  const cap = options.maxFeePerGasCap;
  const price = add(baseFeePerGas, maxPriorityFeePerGas);
  if (price > cap) {
    throw new RelayerTroubleError(`Gas on ${chain.name} costs ${price} wei, above the cap of ${cap}: settlements wait`);
  }
  const wanted = add(price, baseFeePerGas);
  const limit = multiply(price, MARKET_MULTIPLE);
  return { maxFeePerGas: smaller(wanted, cap), maxPriorityFeePerGas, isLegacy, limit: smaller(limit, cap) };
};

/** Sends the stored transaction and records the node's response. */
export const send = async (
  { pool, ledger }: RelayerContext,
  lease: RelayerLease,
  { txHash, rawTx }: NewTransaction,
): Promise<void> => {
  const denial = await pool.use(async (provider) => {
    const message = await sendRaw(provider, rawTx);
    return message !== null && !(await isKnown(provider, txHash)) ? message : null;
  });
  await ledger.noteSent(lease, txHash, denial);
};

/**
 * Looks after everything in flight, the lowest nonce first, and tells what still is.
 * @param lostSince memory of nonces that are used without a receipt, kept by the caller between calls
 */
export const follow = async (
  context: RelayerContext,
  lease: RelayerLease,
  lostSince: Map<bigint, number>,
): Promise<OpenTransactions> => {
  const { pool, ledger, relayer } = context;
  const stored = await ledger.inFlight(lease);
  const byNonce = [...Map.groupBy(stored, ({ nonce }) => nonce)];
  const lowest = byNonce[0]?.[0];
  if (lowest === undefined) return { count: 0, unmined: [] };
  const used = await pool.use((provider) => readNonce(provider, relayer));
  if (used < lowest) await sendForgotten(context, lease, used, lowest);

  let count = 0;
  const unmined: StoredTransaction[] = [];
  for (const [nonce, attempts] of byNonce) {
    const receipt = await pool.use(
      async (provider) =>
        (
          await readReceipts(
            provider,
            attempts.map(({ txHash }) => txHash),
          )
        )[0],
    );
    if (receipt) {
      lostSince.delete(nonce);
      if (!(await concludeWhenDeep(context, lease, nonce, attempts, receipt))) count += 1;
      continue;
    }
    count += 1;
    unmined.push(...attempts.slice(-1));
    for (const { txHash, blockNumber } of attempts)
      if (blockNumber !== null) await ledger.noteBlock(lease, txHash, null);
    if (used > nonce) await concludeWhenLost(context, lease, nonce, lostSince);
    else await push(context, lease, attempts, nonce === used);
  }
  return { count, unmined };
};

/**
 * The chain knows fewer transactions than were concluded: a deep reorganisation, or a local chain that was reset. They are sent
 * again, so that no gap in the nonces holds up what follows.
 * @param used the account's next nonce on the chain
 * @param lowest the lowest nonce that is not concluded
 */
export const sendForgotten = async (
  { ledger, pool, chain }: RelayerContext,
  lease: RelayerLease,
  used: bigint,
  lowest: bigint,
): Promise<void> => {
  const forgotten = (await ledger.minedFrom(lease, used)).filter(({ nonce }) => nonce < lowest);
  for (const { rawTx } of forgotten) await pool.use((provider) => sendRaw(provider, rawTx));
  if (forgotten[0]?.nonce === used) return;
  if (chain.local && (await ledger.nextNonce(lease)) === lowest) return await ledger.setNextNonce(lease, used);
  throw new RelayerTroubleError(
    `${chain.name} has ${used} transactions of the relayer, the ledger goes on at ${lowest}: the node lags, or a transaction is lost`,
  );
};

const concludeWhenDeep = async (
  { chain, pool, ledger, options, onSettled }: RelayerContext,
  lease: RelayerLease,
  nonce: bigint,
  attempts: readonly StoredTransaction[],
  { txHash, blockNumber, reverted, gasUsed, feeWei, logs }: Receipt,
): Promise<boolean> => {
  const stored = attempts.find((attempt) => attempt.txHash === txHash);
  if (!(await pool.use((provider) => isDeepEnough(provider, chain, blockNumber)))) {
    if (stored?.blockNumber !== blockNumber) await ledger.noteBlock(lease, txHash, blockNumber);
    return false;
  }
  const to = Transaction.from(stored?.rawTx ?? '0x').to;
  const { paid, skipped } = readBatchLogs(logs, to as Hex);
  const result = { nonce, txHash, blockNumber, reverted, gasUsed, feeWei, paid, skipped };
  const settled = await ledger.conclude(lease, result, options.retry);
  for (const news of settled) onSettled?.(news);
  return true;
};

/** The nonce was used by a transaction that is not stored: somebody else has the same key. That must not happen, and must not block. */
const concludeWhenLost = async (
  { ledger, options }: RelayerContext,
  lease: RelayerLease,
  nonce: bigint,
  lostSince: Map<bigint, number>,
): Promise<void> => {
  const since = lostSince.get(nonce) ?? performance.now();
  lostSince.set(nonce, since);
  if (performance.now() - since < options.lostAfterMs) return;
  await ledger.concludeLost(
    lease,
    nonce,
    `nonce ${nonce} was used by a transaction that is not the relayer's`,
    options.retry,
  );
  lostSince.delete(nonce);
};

/** What these may cost at most. */
export const mostCost = (transactions: readonly StoredTransaction[]): bigint =>
  transactions.reduce((sum, { rawTx, maxFeePerGas }) => sum + Transaction.from(rawTx).gasLimit * maxFeePerGas, 0n);

/** Sends again what the node does not know, and replaces what has waited too long. Only the next nonce can be stuck. */
const push = async (
  context: RelayerContext,
  lease: RelayerLease,
  attempts: readonly StoredTransaction[],
  isNext: boolean,
): Promise<void> => {
  const { pool, options, ledger } = context;
  const latest = attempts.at(-1);
  if (!latest) return;
  const isStuck = isNext && latest.sentAt !== null && Date.now() - latest.sentAt > options.stuckAfterMs;
  if (!isStuck) {
    if (latest.sentAt === null || !(await pool.use((provider) => isKnown(provider, latest.txHash)))) {
      await send(context, lease, latest);
    }
    return;
  }
  const replacement = await replacementOf(context, latest);
  await ledger.storeReplacement(lease, replacement);
  await send(context, lease, replacement);
};

/** Nodes require at least 10 % more of both fees. Offers 12.5 % more, or the market's price when that is higher. */
const raised = (fee: bigint): Wei => weiOf((fee * 9n) / 8n + 1n);

const replacementOf = async (context: RelayerContext, stuck: StoredTransaction): Promise<NewTransaction> => {
  const { pool, chain } = context;
  const { to, data, gasLimit, maxPriorityFeePerGas, type } = Transaction.from(stuck.rawTx);
  const market = pricedWithin(context, await pool.use(readFees));
  const maxFeePerGas = larger(raised(stuck.maxFeePerGas), market.maxFeePerGas);
  if (maxFeePerGas > market.limit) {
    throw new RelayerTroubleError(
      `A settlement on ${chain.name} is stuck, and its replacement would pay more than ${market.limit} wei (ten times the market's price, or the cap)`,
    );
  }
  return await sign(context, {
    nonce: stuck.nonce,
    attempt: stuck.attempt + 1,
    to: to ?? '',
    data,
    gasLimit,
    maxFeePerGas,
    maxPriorityFeePerGas: larger(raised(maxPriorityFeePerGas ?? 0n), market.maxPriorityFeePerGas),
    isLegacy: type === 0,
  });
};
