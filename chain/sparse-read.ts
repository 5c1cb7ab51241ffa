// Chains with several blocks a second, by polling: a header of each block would be four calls a second and more. One look takes all blocks
// since the last: the head, the cursor's hash again, and one range of logs; headers only of the head and of blocks with our transfers.
// Filters of the blocks between are not seen. In their place the last 6 s of blocks are read again by the next look, which is each block at
// the usual pace; after a slow response a look takes more, and most of its blocks are read once. All are read again when they are final, from
// another provider if there is one.
import type { Address } from '#domain/address.ts';
import { parseTransferLogUnspelled } from '#domain/erc20.ts';
import { type ScannedTransfer, transferKey } from '#domain/observed-blocks.ts';
import { type Header, readHeaders } from './block-reader.ts';
import { isFastChain, LONGEST_FAST_LOOK_MS } from './poll-phase.ts';
import { providerLies, RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { spelledAddress } from './spelled-address.ts';
import type { Look, ReadDeps } from './watch-look.ts';

/** More blocks than that since the last look are read with their headers, in steps. */
const SPARSE_BLOCKS = 256n;
/** What a look reads again, in seconds: the blocks of the look before, if that came in time. */
const AGAIN_SECONDS = LONGEST_FAST_LOOK_MS / 1_000 + 1;

export interface SparseScan {
  /** Of every transfer to a deposit address in the blocks, by `transferKey`. */
  found: ReadonlySet<string>;
  /** Of the blocks with transfers that were not known, and those given; ascending. */
  headers: Header[];
  /** The transfers of those blocks. */
  transfers: ScannedTransfer[];
}

/**
 * Transfers to deposit addresses in a stretch of blocks. Throws RpcError.
 * @param known keys of transfers whose blocks need no header
 * @param given headers whose blocks are checked in any case
 */
export const scanSparsely = async (
  { chain, ledger, scanner }: ReadDeps,
  provider: RpcProvider,
  { from, to, known, given }: { from: bigint; to: bigint; known: ReadonlySet<string>; given: readonly Header[] },
): Promise<SparseScan> => {
  const logs = await scanner.readLogs(provider, from, to);
  const paid = logs.flatMap((log) => {
    const transfer = parseTransferLogUnspelled(log);
    if (!transfer) return [];
    const key = transferKey({ ...log, ...transfer, token: log.address as Address });
    return [{ log, key, recipient: spelledAddress(transfer.to) }];
  });
  const recipients = [...new Set(paid.map(({ recipient }) => recipient))];
  const deposits = await ledger.depositsAmong(chain.id, recipients);
  const ours = paid.filter(({ recipient }) => deposits.has(recipient));
  const unknown = ours.filter(({ key }) => !known.has(key)).map(({ log }) => log);
  const numbers = [...new Set(unknown.map(({ blockNumber }) => blockNumber))].filter(
    (number) => !given.some((header) => header.number === number),
  );
  const read = await readHeaders(provider, numbers, true);
  const headers = [...given, ...read.flatMap((header) => header ?? [])].sort((a, b) => Number(a.number - b.number));
  const hashes = new Map(headers.map(({ number, hash }) => [number, hash]));
  for (const log of unknown) {
    if (hashes.get(log.blockNumber) !== log.blockHash)
      throw providerLies(provider.name, `returned logs of another block ${log.blockNumber} than its header's`);
  }
  return {
    found: new Set(ours.map(({ key }) => key)),
    headers,
    transfers: await scanner.transfersOf(provider, headers, logs),
  };
};

/**
 * One look at a fast chain. Undefined where it does not apply: another chain, too many blocks, or a cursor that is gone, which is read
 * with all headers. Throws RpcError.
 */
export const lookSparsely = async (
  deps: ReadDeps,
  provider: RpcProvider,
  { cursor, finalNumber }: Look,
  head: Header,
): Promise<SparseScan | undefined> => {
  const { chain, ledger } = deps;
  if (!isFastChain(chain) || head.number <= cursor.number || head.number - cursor.number > SPARSE_BLOCKS)
    return undefined;
  const [ours] = await readHeaders(provider, [cursor.number]);
  if (ours?.hash !== cursor.hash) return undefined;
  const again = BigInt(Math.ceil(AGAIN_SECONDS / chain.blockSeconds));
  const from = greater(cursor.number + 1n - again, finalNumber + 1n);
  const stored = from > cursor.number ? [] : await ledger.liveTransfers(chain.id, from, cursor.number);
  const known = new Set(stored.map(transferKey));
  const scan = await scanSparsely(deps, provider, { from, to: head.number, known, given: [head] });
  // Their blocks are still there, as the cursor's hash says.
  const lost = stored.find((transfer) => !scan.found.has(transferKey(transfer)));
  if (lost) throw new RpcError('rpc_lagging', provider.name, `does not return the transfer ${lost.txHash} as it did`);
  return scan;
};

const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other);
