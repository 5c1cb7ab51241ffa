// What gas costs on a network, from what blocks paid lately (decision 0100).
import { type Wei, weiOf, ZERO } from '#domain/money.ts';
import { hexNumber, quantity, readHeader } from './block-reader.ts';
import { malformed, RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';

export interface Fees {
  /** Of the next block; zero on networks without one. */
  baseFeePerGas: Wei;
  /** What blocks of the last minutes took beside it. On networks without a base fee, the whole price. */
  maxPriorityFeePerGas: Wei;
  /** Without a base fee: transactions of type 0, with a single price. */
  isLegacy: boolean;
}

/** Two minutes of Ethereum; every node keeps more. */
const HISTORY_BLOCKS = 20;
/** Of a block's gas, this share paid less: enough for the next blocks, and not what the most hurried one paid. */
const TIP_PERCENTILE = 60;

/** Throws RpcError. */
export const readFees = async (provider: RpcProvider): Promise<Fees> => {
  const [head, history] = await Promise.all([readHeader(provider, 'latest'), readFeeHistory(provider)]);
  if (head.baseFeePerGas === null) {
    const price = await ask(provider, 'eth_gasPrice');
    return { baseFeePerGas: ZERO, maxPriorityFeePerGas: price, isLegacy: true };
  }
  return {
    baseFeePerGas: history?.nextBaseFee ?? head.baseFeePerGas,
    maxPriorityFeePerGas: history?.tip ?? (await ask(provider, 'eth_maxPriorityFeePerGas')),
    isLegacy: false,
  };
};

/** What the next transaction pays for a unit of gas, roughly. */
export const priceOf = ({
  baseFeePerGas,
  maxPriorityFeePerGas,
}: Pick<Fees, 'baseFeePerGas' | 'maxPriorityFeePerGas'>): Wei => weiOf(baseFeePerGas + maxPriorityFeePerGas);

interface FeeHistory {
  nextBaseFee: Wei;
  /** Null when none of the blocks had a transaction. */
  tip: Wei | null;
}

/** Null from a node without the method. */
const readFeeHistory = async (provider: RpcProvider): Promise<FeeHistory | null> => {
  let response: unknown;
  try {
    response = await provider.call('eth_feeHistory', [hexNumber(HISTORY_BLOCKS), 'latest', [TIP_PERCENTILE]]);
  } catch (error) {
    if (error instanceof RpcError && error.code === 'rpc_refused') return null;
    throw error;
  }
  return feeHistoryOf(provider.name, response);
};

/** Exported for tests. Null where the network has no base fee. Throws RpcError when it contradicts itself. */
export const feeHistoryOf = (provider: string, response: unknown): FeeHistory | null => {
  const { baseFeePerGas, gasUsedRatio, reward } = (response ?? {}) as Record<string, unknown>;
  if (!Array.isArray(baseFeePerGas) || baseFeePerGas.length === 0) return null;
  const nextBaseFee = weiOf(quantity(provider, baseFeePerGas.at(-1), 'base fee of the next block'));
  if (!Array.isArray(reward) || !Array.isArray(gasUsedRatio)) return { nextBaseFee, tip: null };
  if (reward.length !== gasUsedRatio.length) throw malformed(provider, 'the fee history has lists of two lengths');
  // An empty block paid nobody: its zero says nothing about the price.
  const tips = reward
    .filter((_, index) => Number(gasUsedRatio[index]) > 0)
    .map((row) => quantity(provider, Array.isArray(row) ? row[0] : undefined, 'a tip'))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = tips[Math.floor(tips.length / 2)];
  return { nextBaseFee, tip: middle === undefined ? null : weiOf(middle) };
};

const ask = async (provider: RpcProvider, method: string): Promise<Wei> =>
  weiOf(quantity(provider.name, await provider.call(method, []), method));
