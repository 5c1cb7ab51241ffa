// The relayer's reads from a node: receipts, nonces, balances. One function for each, with validated responses.

import type { Address, Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { type ChainHeights, confirmationNeed, isConfirmed } from '#domain/confirmations.ts';
import { balanceFromResult, balanceOfCalldata } from '#domain/erc20.ts';
import { type Wei, weiOf, ZERO } from '#domain/money.ts';
import { type Log, parseLogs, quantity, readHeader, readTags } from './block-reader.ts';
import { malformed, RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';

export interface Receipt {
  txHash: Hex;
  blockNumber: bigint;
  reverted: boolean;
  gasUsed: bigint;
  /** What was paid for all of it, with the fee for data on Ethereum (OP stack). Null: the node does not say. */
  feeWei: Wei | null;
  logs: Log[];
}

const ask = async (provider: RpcProvider, method: string, params: readonly unknown[]): Promise<bigint> =>
  quantity(provider.name, await provider.call(method, params), method);

/** The receipts of those transactions that are mined. */
export const readReceipts = async (provider: RpcProvider, hashes: readonly Hex[]): Promise<Receipt[]> => {
  const responses = await provider.batch(
    hashes.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
  );
  return responses.flatMap((response, index) => {
    if (response instanceof RpcError) throw response;
    const txHash = hashes[index];
    if (response === null || !txHash) return [];
    const receipt = response as Record<string, unknown>;
    if (receipt.transactionHash !== txHash) throw malformed(provider.name, 'a receipt of another transaction');
    const gasUsed = quantity(provider.name, receipt.gasUsed, 'gas used');
    return [
      {
        ...{ txHash, gasUsed, feeWei: feeOf(provider.name, gasUsed, receipt) },
        blockNumber: quantity(provider.name, receipt.blockNumber, 'block number'),
        reverted: quantity(provider.name, receipt.status, 'status') === 0n,
        logs: parseLogs(provider.name, receipt.logs),
      },
    ];
  });
};

const feeOf = (
  provider: string,
  gasUsed: bigint,
  { effectiveGasPrice, l1Fee }: Record<string, unknown>,
): Wei | null => {
  if (effectiveGasPrice == null) return null;
  const dataFee = l1Fee == null ? 0n : quantity(provider, l1Fee, 'fee for data');
  return weiOf(gasUsed * quantity(provider, effectiveGasPrice, 'gas price') + dataFee);
};

export const isKnown = async (provider: RpcProvider, hash: Hex): Promise<boolean> =>
  (await provider.call('eth_getTransactionByHash', [hash])) !== null;

/** The number of the account's mined transactions: its next nonce. */
export const readNonce = (provider: RpcProvider, account: Address): Promise<bigint> =>
  ask(provider, 'eth_getTransactionCount', [account, 'latest']);

export const readNativeBalance = (provider: RpcProvider, account: Address): Promise<bigint> =>
  ask(provider, 'eth_getBalance', [account, 'latest']);

/** Balances of each owner in each token, in the order requested; null when the token returns no balance. */
export const readTokenBalances = async (
  provider: RpcProvider,
  questions: readonly { token: Address; owner: Address }[],
): Promise<(bigint | null)[]> => {
  const responses = await provider.batch(
    questions.map(({ token, owner }) => ({
      method: 'eth_call',
      params: [{ to: token, data: balanceOfCalldata(owner) }, 'latest'],
    })),
  );
  return responses.map((response) => balanceFromResult(response) ?? null);
};

/** The gas that a call needs, or the node's message why it would fail. */
export const estimateGas = async (
  provider: RpcProvider,
  call: { from: Address; to: Address; data: Hex },
): Promise<{ gas: bigint } | { denial: string }> => {
  try {
    return { gas: await ask(provider, 'eth_estimateGas', [call]) };
  } catch (error) {
    return { denial: rejectionOf(error) };
  }
};

/** Whether a block is as deep as the chain's rule requires for the smallest amounts. */
export const isDeepEnough = async (provider: RpcProvider, chain: Chain, blockNumber: bigint): Promise<boolean> => {
  const needs = confirmationNeed(chain.confirmation, ZERO, null);
  const { number: head } = await readHeader(provider, 'latest');
  const tags = needs.flatMap((need) => (need.kind === 'tag' ? [need.tag] : []));
  const read: Partial<ChainHeights> = await readTags(provider, tags);
  return isConfirmed(needs, blockNumber, { head, safe: null, finalized: null, ...read });
};

/** Sends a signed transaction. Null when the node accepted it, else its message: the node may already know it, which is no failure. */
export const sendRaw = async (provider: RpcProvider, rawTx: Hex): Promise<string | null> => {
  try {
    await provider.call('eth_sendRawTransaction', [rawTx]);
    return null;
  } catch (error) {
    return rejectionOf(error);
  }
};

/** The message of a node that rejected a call. Other errors are thrown, so that another provider is tried. */
const rejectionOf = (error: unknown): string => {
  if (error instanceof RpcError && (error.code === 'rpc_refused' || error.code === 'rpc_reverted'))
    return error.message;
  throw error;
};
