// Transfers of the accepted tokens in given blocks, checked against the headers' `logsBloom` (docs/chains.md section 5): a log
// outside it, or a hit without a log that the receipts do not explain, is a provider that lags or lies.
import type { Hex } from '#domain/address.ts';
import type { Chain, Token } from '#domain/chains.ts';
import { parseTransferLogUnspelled, TRANSFER_TOPIC } from '#domain/erc20.ts';
import { fromBaseUnits } from '#domain/money.ts';
import { type ScannedTransfer, transferKey } from '#domain/observed-blocks.ts';
import { type Header, type Log, readLogsByHash, readLogsInRange, readReceiptLogs } from './block-reader.ts';
import { bloomOfLogs, bloomProbe } from './logs-bloom.ts';
import { providerLies } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';

export interface TransferScanner {
  /** At the tip: logs by block hash, for which a node without the block returns an error. */
  scanBlocks(provider: RpcProvider, headers: readonly Header[]): Promise<ScannedTransfer[]>;
  /** Far below it: one range for consecutive headers, halved when rejected. */
  scanRange(provider: RpcProvider, headers: readonly Header[]): Promise<ScannedTransfer[]>;
}

const inBloomOfTransfers = bloomProbe(TRANSFER_TOPIC);

export const createTransferScanner = (chain: Chain): TransferScanner => {
  const tokens = new Map(chain.tokens.map((token) => [token.address.toLowerCase() as Hex, token]));
  const probes = new Map([...tokens.keys()].map((address) => [address, bloomProbe(address)]));
  const filter = { address: [...tokens.keys()], topics: [TRANSFER_TOPIC] };

  /** The logs of one block, or, where the filter hints at some that are missing, those of its receipts. */
  const verified = async (provider: RpcProvider, header: Header, logs: readonly Log[]): Promise<readonly Log[]> => {
    const hinted = [...probes].filter(
      ([, inBloom]) => inBloom(header.logsBloom) && inBloomOfTransfers(header.logsBloom),
    );
    const responded = new Set(logs.map(({ address }) => address));
    if ([...responded].some((address) => !hinted.some(([token]) => token === address))) {
      throw providerLies(provider.name, `logs of block ${header.number} are not in its header's filter`);
    }
    if (hinted.every(([token]) => responded.has(token))) return logs;
    const all = await readReceiptLogs(provider, header.hash);
    if (!equal(bloomOfLogs(all), header.logsBloom)) {
      throw providerLies(provider.name, `receipts of block ${header.number} are not those of its header`);
    }
    return all.filter(({ address, topics }) => tokens.has(address) && topics[0] === TRANSFER_TOPIC);
  };

  const scanned = async (
    provider: RpcProvider,
    headers: readonly Header[],
    logs: readonly (readonly Log[])[],
  ): Promise<ScannedTransfer[]> => {
    const transfers: ScannedTransfer[] = [];
    for (const [index, header] of headers.entries()) {
      for (const log of await verified(provider, header, logs[index] ?? [])) {
        const token = tokens.get(log.address);
        if (!token || log.blockNumber !== header.number)
          throw providerLies(provider.name, 'returned logs that were not requested');
        const transfer = toTransfer(log, token, header);
        if (transfer) transfers.push(transfer);
      }
    }
    // Duplicates are dropped and the order is the chain's, whatever the provider's.
    const unique = new Map(transfers.map((transfer) => [transferKey(transfer), transfer]));
    return [...unique.values()].sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex);
  };

  return {
    async scanBlocks(provider, headers) {
      const hashes = headers.map(({ hash }) => hash);
      return await scanned(provider, headers, await readLogsByHash(provider, hashes, filter));
    },
    async scanRange(provider, headers) {
      const first = headers[0];
      const last = headers.at(-1);
      if (!first || !last) return [];
      const logs = Map.groupBy(
        await readLogsInRange(provider, first.number, last.number, filter),
        ({ blockHash }) => blockHash,
      );
      const known = new Set(headers.map(({ hash }) => hash));
      if ([...logs.keys()].some((hash) => !known.has(hash))) {
        throw providerLies(provider.name, 'returned logs of blocks that are not those of its headers');
      }
      return await scanned(
        provider,
        headers,
        headers.map(({ hash }) => logs.get(hash) ?? []),
      );
    },
  };
};

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const toTransfer = (log: Log, token: Token, header: Header): ScannedTransfer | undefined => {
  const transfer = parseTransferLogUnspelled(log);
  return (
    transfer && {
      blockNumber: header.number,
      blockHash: header.hash,
      blockTime: header.time,
      txHash: log.txHash,
      logIndex: log.logIndex,
      token: token.address,
      coin: token.coin,
      ...transfer,
      amountUnits: fromBaseUnits(transfer.amountBaseUnits, token.decimals),
    }
  );
};
