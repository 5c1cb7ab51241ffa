// How much gas the relayer still has on each chain, read once a minute by the leader. Reading here and not at a scrape keeps a slow
// provider from holding up the metrics.
import { Wallet } from 'ethers';
import type { Logger } from 'pino';
import { readFees, readNativeBalance } from '#chain/relayer-chain.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Address } from '#domain/address.ts';
import { settlementsPaidBy } from '#domain/settlements.ts';

/** An older reading says nothing about now. */
const KEPT_MS = 5 * 60_000;
const WEI_PER_COIN = 1e18;

export interface GasReading {
  chainId: number;
  /** Of the chain's own coin. */
  coins: number;
  /** Settlements that it pays at the present price of gas; null while gas costs nothing. */
  settlementsLeft: number | null;
}

export interface RelayerGas {
  /** Reads all chains. A chain that does not respond is left out: chain_trouble tells of it. */
  pass(): Promise<void>;
  /** What is younger than five minutes. */
  readings(): GasReading[];
}

export interface RelayerGasDeps {
  pools: ReadonlyMap<number, RpcPool>;
  /** Null: this system settles nothing. */
  relayerKey: string | null;
  logger: Pick<Logger, 'warn'>;
}

export const createRelayerGas = ({ pools, relayerKey, logger }: RelayerGasDeps): RelayerGas => {
  const relayer = relayerKey === null ? null : (new Wallet(relayerKey).address as Address);
  const kept = new Map<number, GasReading & { at: number }>();

  const read = async (chainId: number, pool: RpcPool, account: Address): Promise<void> => {
    try {
      const [wei, fees] = await pool.use((provider) =>
        Promise.all([readNativeBalance(provider, account), readFees(provider)]),
      );
      const price = fees.baseFeePerGas + fees.maxPriorityFeePerGas;
      const settlementsLeft = settlementsPaidBy(wei, price);
      kept.set(chainId, { chainId, coins: Number(wei) / WEI_PER_COIN, settlementsLeft, at: Date.now() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ chainId, reason }, "the relayer's balance could not be read");
    }
  };

  return {
    async pass() {
      if (relayer === null) return;
      await Promise.all([...pools].map(([chainId, pool]) => read(chainId, pool, relayer)));
    },
    readings: () => [...kept.values()].filter(({ at }) => Date.now() - at < KEPT_MS),
  };
};
