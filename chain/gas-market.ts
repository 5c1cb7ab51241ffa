// The price of gas as the relayer of one network remembers it: the price of the moment, read again when it is old, and samples of it in
// the ledger, for what is usual.
import type { Wei } from '#domain/money.ts';
import { priceOf, readFees } from './gas-fees.ts';
import type { RpcPool } from './rpc-pool.ts';
import type { SettlementLedger } from './settlement-ledger.ts';

interface GasPrices {
  gasPrice: Wei;
  /** Null while the ledger has too few samples. */
  usualGasPrice: Wei | null;
}

export interface GasMemory {
  /** What it costs now, and usually. Throws RpcError. */
  prices(): Promise<GasPrices>;
  /** Stores a sample when the last one is old. */
  sample(): Promise<void>;
}

const SAMPLE_MS = 10 * 60_000;

/** @param keptMs how old a price may be */
export const createGasMemory = (
  { chainId, pool, ledger }: { chainId: number; pool: RpcPool; ledger: SettlementLedger },
  keptMs: number,
): GasMemory => {
  let kept: (GasPrices & { at: number }) | undefined;
  let sampledAt: number | undefined;

  const read = async (): Promise<GasPrices> => {
    const gasPrice = priceOf(await pool.use(readFees));
    kept = { gasPrice, usualGasPrice: await ledger.usualGasPrice(chainId), at: performance.now() };
    return kept;
  };
  return {
    prices: async () => (kept && performance.now() - kept.at < keptMs ? kept : await read()),
    async sample() {
      if (sampledAt !== undefined && performance.now() - sampledAt < SAMPLE_MS) return;
      await ledger.noteGasPrice(chainId, (await read()).gasPrice);
      sampledAt = performance.now();
    },
  };
};
