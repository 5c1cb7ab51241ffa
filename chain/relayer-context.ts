// The relayer's settings, and the context that its parts share.

import type { Wallet } from 'ethers';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { Wei } from '#domain/money.ts';
import type { RelayerLease, SettledNews, SettlementRetry, StoredTransaction } from '#domain/settlements.ts';
import type { GasMemory } from './gas-market.ts';
import type { RpcPool } from './rpc-pool.ts';
import type { SettlementLedger } from './settlement-ledger.ts';

export interface RelayerOptions {
  /** Nothing is sent for more, in wei: EIP-1559's `maxFeePerGas`. */
  maxFeePerGasCap: Wei;
  /** A transaction that is not mined for this long is replaced at a higher price. */
  stuckAfterMs: number;
  /** A used nonce without a receipt for this long was used by another transaction. */
  lostAfterMs: number;
  leaseMs: number;
  pollMs: number;
  /** Within which a settlement is promised; 0: at once, and nothing waits for company. */
  settleWithinMs: number;
  /** How old a price of gas may be that decides whether a batch waits. */
  pricesKeptMs: number;
  retry: SettlementRetry;
}

export interface RelayerContext {
  chain: Chain;
  pool: RpcPool;
  ledger: SettlementLedger;
  /** Null: the key was taken away. What it has sent is followed to its end, and cannot be replaced. */
  wallet: Wallet | null;
  relayer: Address;
  options: RelayerOptions;
  market: GasMemory;
  onSettled?: ((news: SettledNews) => void) | undefined;
}

/** What a key has in flight. */
export interface OpenTransactions {
  /** Nonces without a concluded result. */
  count: number;
  /** The latest attempts of those that are not mined. */
  unmined: readonly StoredTransaction[];
}

/** One key at work: its lease, what it has in flight, and why its last step failed. */
export interface RelayerLine {
  context: RelayerContext;
  lease: RelayerLease;
  /** As in `follow`. */
  lostSince: Map<bigint, number>;
  open: OpenTransactions;
  /** Null: it did not fail. */
  failure: unknown;
}

export const lineOf = (context: RelayerContext, lease: RelayerLease): RelayerLine => ({
  ...{ context, lease, lostSince: new Map(), failure: null },
  open: { count: 0, unmined: [] },
});

export const defaultRelayerOptions = (chain: Chain): RelayerOptions => {
  const blockMs = chain.blockSeconds * 1000;
  return {
    maxFeePerGasCap: chain.gasPriceCap,
    stuckAfterMs: Math.max(30_000, 5 * blockMs),
    lostAfterMs: Math.max(60_000, 20 * blockMs),
    leaseMs: 15_000,
    settleWithinMs: chain.settleWithinMinutes * 60_000,
    pricesKeptMs: Math.max(blockMs, 10_000),
    pollMs: Math.min(Math.max(blockMs / 2, 500), 5_000),
    retry: { baseMs: 15_000, attemptsUntilTrouble: 10 },
  };
};

/** Why the relayer cannot pay, as a message for the operator. Shown as trouble and retried. */
export class RelayerTroubleError extends Error {
  override name = 'RelayerTroubleError';
  readonly code = 'relayer_trouble';
}
