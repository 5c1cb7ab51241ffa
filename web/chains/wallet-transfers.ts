// The transfers of one token from one address to another since a block. The range is halved each time that the provider rejects it.
import { isRpcError, malformed } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Address, Hex } from '#domain/address.ts';
import { parseTransferLog, TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import type { BaseUnits } from '#domain/money.ts';
import { quantityOf } from './quantity.ts';

export interface WalletTransfer {
  txHash: Hex;
  logIndex: number;
  amountBaseUnits: BaseUnits;
}

interface RawLog {
  address: Hex;
  topics: Hex[];
  data: Hex;
  transactionHash: Hex;
  logIndex: Hex;
}

/** Enough for a day of the fastest chain where a provider allows 10,000 blocks. A person waits for it. */
const MAX_REQUESTS = 128;

/** Throws RpcError. */
export const readWalletTransfers = (
  pool: RpcPool,
  { token, from, to, fromBlock }: { token: Address; from: Address; to: Address; fromBlock: bigint },
): Promise<WalletTransfer[]> =>
  pool.use(async (provider) => {
    const head = quantityOf(await provider.call('eth_blockNumber', []));
    if (head === undefined) throw malformed(provider.name, 'the head is not a number');
    const filter = { address: token, topics: [TRANSFER_TOPIC, topicOfAddress(from), topicOfAddress(to)] };
    let requests = 0;
    const read = async (first: bigint, last: bigint): Promise<RawLog[]> => {
      if (first > last) return [];
      requests += 1;
      try {
        const range = { fromBlock: `0x${first.toString(16)}`, toBlock: `0x${last.toString(16)}` };
        const logs = await provider.call('eth_getLogs', [{ ...range, ...filter }]);
        if (!Array.isArray(logs)) throw malformed(provider.name, 'logs are not a list');
        return logs as RawLog[];
      } catch (error) {
        if (!isRpcError(error) || error.code !== 'rpc_refused' || first === last || requests >= MAX_REQUESTS)
          throw error;
        const middle = (first + last) / 2n;
        return [...(await read(first, middle)), ...(await read(middle + 1n, last))];
      }
    };
    const logs = await read(fromBlock, head);
    return logs.flatMap((log) => {
      const transfer = parseTransferLog(log);
      if (transfer?.from !== from || transfer.to !== to) return [];
      return [
        { txHash: log.transactionHash, logIndex: Number(log.logIndex), amountBaseUnits: transfer.amountBaseUnits },
      ];
    });
  });
