// How much gas the relayer's keys still have on each chain, read once a minute by the leader. Reading here and not at a scrape keeps a slow
// provider from holding up the metrics.
import { Wallet } from 'ethers';
import type { Logger } from 'pino';
import { priceOf, readFees } from '#chain/gas-fees.ts';
import { readNativeBalance } from '#chain/relayer-chain.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Address } from '#domain/address.ts';
import { settlementsPaidBy } from '#domain/settlements.ts';

/** An older reading says nothing about now. */
const KEPT_MS = 5 * 60_000;
const WEI_PER_COIN = 1e18;

interface Balance {
  /** Of the chain's own coin. */
  coins: number;
  /** Settlements that it pays at the present price of gas; null while gas costs nothing. */
  settlementsLeft: number | null;
}

/** Of all keys together, and of each. */
export interface GasReading extends Balance {
  chainId: number;
  keys: readonly (Balance & { relayer: Address })[];
}

export interface RelayerGas {
  /** Reads all chains. A chain that does not respond is left out: chain_trouble tells of it. */
  pass(): Promise<void>;
  /** What is younger than five minutes. */
  readings(): GasReading[];
}

export interface RelayerGasDeps {
  pools: ReadonlyMap<number, RpcPool>;
  /** None: this system settles nothing. */
  relayerKeys: readonly string[];
  logger: Pick<Logger, 'warn'>;
}

export const createRelayerGas = ({ pools, relayerKeys, logger }: RelayerGasDeps): RelayerGas => {
  const relayers = relayerKeys.map((key) => new Wallet(key).address as Address);
  const kept = new Map<number, GasReading & { at: number }>();

  const read = async (chainId: number, pool: RpcPool): Promise<void> => {
    try {
      const [balances, fees] = await pool.use((provider) =>
        Promise.all([Promise.all(relayers.map((relayer) => readNativeBalance(provider, relayer))), readFees(provider)]),
      );
      const price = priceOf(fees);
      const keys = relayers.map((relayer, index) => {
        const wei = balances[index] ?? 0n;
        return { relayer, coins: Number(wei) / WEI_PER_COIN, settlementsLeft: settlementsPaidBy(wei, price) };
      });
      const coins = keys.reduce((sum, key) => sum + key.coins, 0);
      const left = keys.map(({ settlementsLeft }) => settlementsLeft);
      const settlementsLeft = left.includes(null) ? null : left.reduce((sum: number, one) => sum + (one ?? 0), 0);
      kept.set(chainId, { chainId, coins, settlementsLeft, keys, at: Date.now() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ chainId, reason }, "the relayer's balance could not be read");
    }
  };

  return {
    async pass() {
      if (relayers.length === 0) return;
      await Promise.all([...pools].map(([chainId, pool]) => read(chainId, pool)));
    },
    readings: () => [...kept.values()].filter(({ at }) => Date.now() - at < KEPT_MS),
  };
};
