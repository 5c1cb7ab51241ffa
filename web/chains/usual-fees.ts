// What a token transfer usually costs on each network now, to pick one for a shopper. Read in the background at most once a minute:
// no page waits for it, and a network that does not respond has no known fee.
import { isRpcError } from '#chain/rpc-errors.ts';
import type { Chain } from '#domain/chains.ts';
import { usdCents } from '#domain/native-prices.ts';
import type { ChainPools } from './chain-pools.ts';
import { quantityOf } from './quantity.ts';
import { asServer } from './visitor-reads.ts';

const FRESH_MS = 60_000;
/** A fee that could not be read again is not used for longer. */
const STALE_MS = 10 * 60_000;

interface Reading {
  cents: number | null;
  readAt: number;
  askedAt: number;
}

/** @returns US cents, rounded up; null when the fee is not known. Without the small charge that OP-stack networks take for data. */
export const createUsualFees = (pools: ChainPools, now = Date.now): ((chain: Chain) => number | null) => {
  const readings = new Map<number, Reading>();
  const read = async (chain: Chain, reading: Reading): Promise<void> => {
    try {
      const pool = pools.get(chain.id);
      const gasPrice = quantityOf(await pool?.use((provider) => provider.call('eth_gasPrice', [])));
      if (gasPrice === undefined) return;
      Object.assign(reading, { cents: Number(usdCents(chain, chain.transferGas * gasPrice)), readAt: now() });
    } catch (error) {
      if (!isRpcError(error)) throw error;
    }
  };
  return (chain) => {
    const reading = readings.get(chain.id) ?? { cents: null, readAt: 0, askedAt: 0 };
    readings.set(chain.id, reading);
    if (now() - reading.askedAt >= FRESH_MS) {
      reading.askedAt = now();
      void asServer(() => read(chain, reading));
    }
    return now() - reading.readAt < STALE_MS ? reading.cents : null;
  };
};
