// What lies at a deposit address besides our coins: native coin on every enabled chain, and tokens that a transaction names.
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import {
  balanceFromResult,
  balanceOfCalldata,
  DECIMALS_CALLDATA,
  decimalsFromResult,
  SYMBOL_CALLDATA,
  textFromResult,
} from '#domain/erc20.ts';
import { type BaseUnits, baseUnitsOf } from '#domain/money.ts';
import { type FoundStray, isWorthShowing, NATIVE_TOKEN, safeSymbol } from '#domain/stray-money.ts';
import type { ChainPools } from './chain-pools.ts';
import { quantityOf } from './quantity.ts';

export interface NativeArrival {
  /** Wei at the address now. */
  held: bigint;
  /** What the block of the transaction brought; null when the provider has no state of that block. */
  arrived: bigint | null;
}

export interface ForeignToken {
  contract: Address;
  symbol: string | null;
  decimals: number | null;
  /** What the address holds; null when the contract returned no balance. */
  held: BaseUnits | null;
}

const CALLS_OF_A_TOKEN = 3;

/** Both in one batch. Null when no provider responds. */
export const readStrays = async (
  pool: RpcPool,
  deposit: Address,
  blockNumber: bigint,
  contracts: readonly Address[],
): Promise<{ native: NativeArrival; tokens: ForeignToken[] } | null> => {
  const balanceAt = (block: bigint | 'latest') => ({
    method: 'eth_getBalance',
    params: [deposit, block === 'latest' ? block : `0x${block.toString(16)}`],
  });
  const ask = (contract: Address, data: string) => ({ method: 'eth_call', params: [{ to: contract, data }, 'latest'] });
  const calls = [
    balanceAt('latest'),
    balanceAt(blockNumber),
    balanceAt(blockNumber > 0n ? blockNumber - 1n : blockNumber),
    ...contracts.flatMap((contract) => [
      ask(contract, SYMBOL_CALLDATA),
      ask(contract, DECIMALS_CALLDATA),
      ask(contract, balanceOfCalldata(deposit)),
    ]),
  ];
  const responses = await pool.use((provider) => provider.batch(calls)).catch(nullIfSilent);
  if (!responses) return null;
  const [held, after, before] = responses.slice(0, 3).map(quantityOf);
  if (held === undefined) return null;
  return {
    native: { held, arrived: after === undefined || before === undefined ? null : after - before },
    tokens: contracts.map((contract, index) => {
      const [symbol, decimals, balance] = responses.slice(3 + index * CALLS_OF_A_TOKEN);
      return {
        contract,
        symbol: safeSymbol(textFromResult(symbol)),
        decimals: decimalsFromResult(decimals),
        held: balanceFromResult(balance) ?? null,
      };
    }),
  };
};

/** The native coin at a deposit address that is worth a row, on each chain that responds; the others are named. */
export const searchNative = async (
  pools: ChainPools,
  deposit: Address,
): Promise<{ found: FoundStray[]; silent: string[] }> => {
  const found: FoundStray[] = [];
  const silent: string[] = [];
  await Promise.all(
    [...pools].map(async ([chainId, pool]) => {
      const chain = chainById(chainId);
      const wei = await pool
        .use((provider) => provider.call('eth_getBalance', [deposit, 'latest']))
        .then(quantityOf, nullIfSilent);
      if (wei === undefined || wei === null) silent.push(chain.name);
      else if (isWorthShowing(chain, wei))
        found.push(nativeFind(chainId, wei, { sender: null, txHash: null, foundBy: 'page' }));
    }),
  );
  return { found, silent: silent.sort() };
};

export const nativeFind = (
  chainId: number,
  wei: bigint,
  how: Pick<FoundStray, 'sender' | 'txHash' | 'foundBy'>,
): FoundStray => ({
  chainId,
  token: NATIVE_TOKEN,
  symbol: chainById(chainId).nativeSymbol,
  decimals: 18,
  amountBaseUnits: baseUnitsOf(wei),
  ...how,
});

const nullIfSilent = (error: unknown): null => {
  if (isRpcError(error)) return null;
  throw error;
};
