// Transfers of the accepted tokens in given blocks, checked against the headers' `logsBloom` (docs/chains.md section 5): a log
// outside it, or a hit without a log that the receipts do not explain, is a provider that lags or lies.
import type { Hex } from '#domain/address.ts';
import type { Chain, Token } from '#domain/chains.ts';
import { parseTransferLogUnspelled, TRANSFER_TOPIC } from '#domain/erc20.ts';
import { fromBaseUnits } from '#domain/money.ts';
import { type ScannedTransfer, type TransferFacts, transferKey } from '#domain/observed-blocks.ts';
import { type Header, type Log, readLogsByHash, readLogsInRange, readReceiptLogs } from './block-reader.ts';
import { bloomOfLogs, bloomProbe } from './logs-bloom.ts';
import { providerLies } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';

export interface TransferScanner {
  /**
   * At the tip, with headers of the same provider: logs by block hash, for which a node without the block returns an error. Blocks
   * whose proven filter has none of the tokens are not asked for.
   */
  scanBlocks(provider: RpcProvider, headers: readonly Header[]): Promise<ScannedTransfer[]>;
  /**
   * At the tip, with proven headers of another source. The last block is asked for by hash whatever its filter says, which shows that
   * the provider has it and so all of them; of those before it, one range.
   */
  scanAnnounced(provider: RpcProvider, headers: readonly Header[]): Promise<ScannedTransfer[]>;
  /** Far below it: one range for consecutive headers, halved when rejected; nothing when no proven filter has a token. */
  scanRange(provider: RpcProvider, headers: readonly Header[]): Promise<ScannedTransfer[]>;
  /** The logs of a range, to be checked by `transfersOf`. */
  readLogs(provider: RpcProvider, from: bigint, to: bigint): Promise<Log[]>;
  /** The logs of each block, by hash; not checked. */
  readBlockLogs(provider: RpcProvider, hashes: readonly Hex[]): Promise<Log[][]>;
  /** What a log says; undefined for other events and tokens. */
  factsOf(log: Log): TransferFacts | undefined;
  /** The transfers of these blocks among logs of a range, checked against their headers. */
  transfersOf(provider: RpcProvider, headers: readonly Header[], logs: readonly Log[]): Promise<ScannedTransfer[]>;
}

const inBloomOfTransfers = bloomProbe(TRANSFER_TOPIC);

export const createTransferScanner = (chain: Chain): TransferScanner => {
  const tokens = new Map(chain.tokens.map((token) => [token.address.toLowerCase() as Hex, token]));
  const probes = new Map([...tokens.keys()].map((address) => [address, bloomProbe(address)]));
  const filter = { address: [...tokens.keys()], topics: [TRANSFER_TOPIC] };

  const hintsAt = ({ logsBloom }: Header, address: Hex): boolean =>
    inBloomOfTransfers(logsBloom) && (probes.get(address)?.(logsBloom) ?? false);
  const addresses = [...probes.keys()];
  const mayHaveTransfers = (header: Header): boolean =>
    !header.isProven || addresses.some((address) => hintsAt(header, address));

  /** The logs of one block, or, where the filter hints at some that are missing, those of its receipts. */
  const verified = async (provider: RpcProvider, header: Header, logs: readonly Log[]): Promise<readonly Log[]> => {
    if (logs.some(({ address }) => !hintsAt(header, address))) {
      throw providerLies(provider.name, `logs of block ${header.number} are not in its header's filter`);
    }
    const isMissing = (token: Hex): boolean => hintsAt(header, token) && !logs.some(({ address }) => address === token);
    if (!addresses.some(isMissing)) return logs;
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
    return inChainOrder(provider, transfers);
  };

  const byHash = async (provider: RpcProvider, headers: readonly Header[]): Promise<ScannedTransfer[]> => {
    const hashes = headers.map(({ hash }) => hash);
    return await scanned(provider, headers, await readLogsByHash(provider, hashes, filter));
  };

  const scanner: TransferScanner = {
    scanBlocks: (provider, headers) => byHash(provider, headers.filter(mayHaveTransfers)),
    async scanAnnounced(provider, headers) {
      const last = await byHash(provider, headers.slice(-1));
      const before = headers.slice(0, -1);
      const asked = before.filter(mayHaveTransfers);
      return [
        ...(asked.length > 1 ? await scanner.scanRange(provider, before) : await byHash(provider, asked)),
        ...last,
      ];
    },
    async scanRange(provider, headers) {
      const first = headers[0];
      const last = headers.at(-1);
      if (!first || !last || !headers.some(mayHaveTransfers)) return [];
      const logs = await scanner.readLogs(provider, first.number, last.number);
      const known = new Set(headers.map(({ hash }) => hash));
      if (logs.some(({ blockHash }) => !known.has(blockHash))) {
        throw providerLies(provider.name, 'returned logs of blocks that are not those of its headers');
      }
      return await scanner.transfersOf(provider, headers, logs);
    },
    readLogs: (provider, from, to) => readLogsInRange(provider, from, to, filter),
    readBlockLogs: (provider, hashes) => readLogsByHash(provider, hashes, filter),
    factsOf(log) {
      const token = tokens.get(log.address)?.address;
      const transfer = token && parseTransferLogUnspelled(log);
      const { blockHash, txHash, logIndex } = log;
      return transfer && { blockHash, txHash, logIndex, token, ...transfer };
    },
    async transfersOf(provider, headers, logs) {
      const byBlock = Map.groupBy(logs, ({ blockHash }) => blockHash);
      return await scanned(
        provider,
        headers,
        headers.map(({ hash }) => byBlock.get(hash) ?? []),
      );
    },
  };
  return scanner;
};

const byPlace = (a: ScannedTransfer, b: ScannedTransfer): number =>
  Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex;

/** Duplicates are dropped and the order is the chain's, whatever the provider's. Throws RpcError when a log is there twice and says two things. */
const inChainOrder = (provider: RpcProvider, transfers: ScannedTransfer[]): ScannedTransfer[] => {
  const isInOrder = transfers.every((transfer, index) => {
    const before = transfers[index - 1];
    return !before || byPlace(before, transfer) < 0;
  });
  if (isInOrder) return transfers;
  const unique = new Map(transfers.map((transfer) => [transferKey(transfer), transfer]));
  const ordered = [...unique.values()].sort(byPlace);
  const isTwofold = ordered.some((transfer, index) => {
    const before = ordered[index - 1];
    return before && byPlace(before, transfer) === 0;
  });
  if (isTwofold) throw providerLies(provider.name, 'returned one log with two contents');
  return ordered;
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
