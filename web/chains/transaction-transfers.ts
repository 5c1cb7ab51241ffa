// The transfers of one token that a transaction made to one address: proof of a refund that was paid elsewhere.
import { malformed } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Address, Hex } from '#domain/address.ts';
import { parseTransferLog } from '#domain/erc20.ts';
import type { BaseUnits } from '#domain/money.ts';

export interface TransactionTransfers {
  blockNumber: bigint;
  transfers: { logIndex: number; from: Address; amountBaseUnits: BaseUnits }[];
}

interface RawReceipt {
  status?: unknown;
  blockNumber?: unknown;
  logs?: { address: Hex; topics: Hex[]; data: Hex; logIndex: Hex }[];
}

/** Null when the chain has no such transaction in a block, or it failed. Throws RpcError. */
export const readTransactionTransfers = (
  pool: RpcPool,
  txHash: Hex,
  { token, to }: { token: Address; to: Address },
): Promise<TransactionTransfers | null> =>
  pool.use(async (provider) => {
    const receipt = (await provider.call('eth_getTransactionReceipt', [txHash])) as RawReceipt | null;
    if (receipt === null || receipt.status !== '0x1') return null;
    if (typeof receipt.blockNumber !== 'string' || !Array.isArray(receipt.logs))
      throw malformed(provider.name, 'a receipt is incomplete');
    const transfers = receipt.logs.flatMap((log) => {
      if (log.address.toLowerCase() !== token.toLowerCase()) return [];
      const transfer = parseTransferLog(log);
      if (transfer?.to !== to) return [];
      return [{ logIndex: Number(log.logIndex), from: transfer.from, amountBaseUnits: transfer.amountBaseUnits }];
    });
    return { blockNumber: BigInt(receipt.blockNumber), transfers };
  });
