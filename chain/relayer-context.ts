// The relayer's settings, and the context that its parts share.

import type { Wallet } from 'ethers';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { Wei } from '#domain/money.ts';
import type { SettlementRetry } from '#domain/settlements.ts';
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
  retry: SettlementRetry;
}

export interface RelayerContext {
  chain: Chain;
  pool: RpcPool;
  ledger: SettlementLedger;
  wallet: Wallet;
  relayer: Address;
  options: RelayerOptions;
}

export const defaultRelayerOptions = (chain: Chain): RelayerOptions => {
  const blockMs = chain.blockSeconds * 1000;
  return {
    maxFeePerGasCap: chain.gasPriceCap,
    stuckAfterMs: Math.max(30_000, 5 * blockMs),
    lostAfterMs: Math.max(60_000, 20 * blockMs),
    leaseMs: 15_000,
    pollMs: Math.min(Math.max(blockMs / 2, 500), 5_000),
    retry: { baseMs: 15_000, attemptsUntilTrouble: 10 },
  };
};

/** Why the relayer cannot pay, as a message for the operator. Shown as trouble and retried. */
export class RelayerTroubleError extends Error {
  override name = 'RelayerTroubleError';
  readonly code = 'relayer_trouble';
}
