// Finds a transaction on the enabled chains: one request for each chain, in parallel, each with a deadline. Responses are
// validated. A chain that did not respond is kept apart from one that does not know the transaction.

import { z } from 'zod';
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { type Chain, chainById, type Token } from '#domain/chains.ts';
import { parseTransferLog } from '#domain/erc20.ts';
import type { BaseUnits } from '#domain/money.ts';
import { within } from '#domain/within.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';

/** An ERC-20 `Transfer` of a mined transaction. */
export interface LoggedTransfer {
  contract: Address;
  /** Null for a contract that is none of the chain's coins. */
  token: Token | null;
  from: Address;
  to: Address;
  amountBaseUnits: BaseUnits;
}

export interface MinedTransaction {
  chain: Chain;
  blockNumber: bigint;
  /** Epoch milliseconds; null when the provider did not return it. */
  blockTime: number | null;
  succeeded: boolean;
  transfers: LoggedTransfer[];
  sender: Address | null;
  /** The recipient of native coin, when the transaction sent any. */
  nativeTo: Address | null;
  /** It calls no contract, so `nativeTo` is where its money went. */
  isPlain: boolean;
}

export interface TransactionSearch {
  mined: MinedTransaction[];
  /** Chains where it waits to be mined. */
  pending: Chain[];
  /** Chains that do not know it. */
  unknown: Chain[];
  /** Chains that did not respond. */
  silent: Chain[];
}

/** For all providers of a chain together: a failed request goes to the next one. */
const DEADLINE_MS = 9_000;

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/);
const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt);
const transactionSchema = z.object({ from: hex.nullish(), to: hex.nullish(), value: quantity, input: hex.nullish() });
const blockSchema = z.object({ timestamp: quantity });
const receiptSchema = z.object({
  transactionHash: hex,
  blockNumber: quantity,
  blockHash: hex,
  status: quantity,
  logs: z.array(z.object({ address: hex, topics: z.array(hex), data: hex })),
});
type Receipt = z.infer<typeof receiptSchema>;

type Look = { kind: 'mined'; transaction: MinedTransaction } | { kind: 'pending' | 'unknown' | 'silent' };

export const findTransaction = async (pools: ChainPools, txHash: Hex): Promise<TransactionSearch> => {
  const search: TransactionSearch = { mined: [], pending: [], unknown: [], silent: [] };
  await Promise.all(
    [...pools].map(async ([chainId, pool]) => {
      const chain = chainById(chainId);
      const look = await within(DEADLINE_MS, lookOn(chain, pool, txHash), { kind: 'silent' as const });
      if (look.kind === 'mined') search.mined.push(look.transaction);
      else search[look.kind].push(chain);
    }),
  );
  return search;
};

const lookOn = async (chain: Chain, pool: RpcPool, txHash: Hex): Promise<Look> => {
  try {
    return await pool.use(async (provider) => {
      const [receiptResponse, transactionResponse] = await provider.batch([
        { method: 'eth_getTransactionReceipt', params: [txHash] },
        { method: 'eth_getTransactionByHash', params: [txHash] },
      ]);
      for (const response of [receiptResponse, transactionResponse]) if (isRpcError(response)) throw response;
      if (!receiptResponse) return { kind: transactionResponse ? 'pending' : 'unknown' };
      const receipt = receiptSchema.parse(receiptResponse);
      if (receipt.transactionHash.toLowerCase() !== txHash) return { kind: 'silent' };
      // A second request, only on the chain that has it: receipts do not hold the time.
      const block = blockSchema.safeParse(await provider.call('eth_getBlockByHash', [receipt.blockHash, false]));
      const transaction = transactionSchema.safeParse(transactionResponse);
      const { from, to, value = 0n, input } = transaction.data ?? {};
      return {
        kind: 'mined',
        transaction: {
          chain,
          blockNumber: receipt.blockNumber,
          blockTime: block.success ? Number(block.data.timestamp) * 1000 : null,
          succeeded: receipt.status === 1n,
          transfers: receipt.logs.flatMap((log) => transferOf(chain, log)),
          sender: from ? toChecksumAddress(from) : null,
          nativeTo: value > 0n && to ? toChecksumAddress(to) : null,
          isPlain: (input ?? '0x') === '0x',
        },
      };
    });
  } catch (error) {
    // The provider failed or returned an invalid response.
    if (isRpcError(error) || error instanceof z.ZodError) return { kind: 'silent' };
    throw error;
  }
};

const transferOf = (chain: Chain, { address, topics, data }: Receipt['logs'][number]): LoggedTransfer[] => {
  const transfer = parseTransferLog({ topics, data });
  if (!transfer) return [];
  const contract = toChecksumAddress(address);
  const token = chain.tokens.find((known) => known.address === contract) ?? null;
  return [{ contract, token, from: transfer.from, to: transfer.to, amountBaseUnits: transfer.amountBaseUnits }];
};
