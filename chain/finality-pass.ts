// The second pass: reads the transfers of final blocks again, from another provider if there is one. Adds what the first pass missed.
// A transfer that only the first pass saw stops the final cursor until a person decides.
import { type ScannedTransfer, transferKey, type WatchPosition } from '#domain/observed-blocks.ts';
import { CATCH_UP_BLOCKS, type ReadDeps, readLinked } from './watch-read.ts';

/** The providers do not agree about what is final. Nothing is changed. */
export class FinalityConflictError extends Error {
  override name = 'FinalityConflictError';
  readonly code = 'finality_conflict';
}

/** Finality where the provider does not serve the tag. Only for the second pass; never for confirmations by tag. */
const FINALITY_BLOCKS_WITHOUT_TAG = 256n;

export interface FinalityPass {
  /** Everything at or below is read twice when this has been committed. */
  finalNumber: bigint;
  transfers: ScannedTransfer[];
}

/**
 * Reads what became final, at most a range of it. Undefined when nothing did. Throws FinalityConflictError, RpcError.
 * @param firstReader the provider of the first pass; another one is preferred
 */
export const readFinal = async (
  { chain, pool, ledger, scanner }: ReadDeps,
  { cursor, finalNumber }: WatchPosition,
  heights: { head: bigint; finalized: bigint | null },
  firstReader: string,
): Promise<FinalityPass | undefined> => {
  const reached = heights.finalized ?? heights.head - FINALITY_BLOCKS_WITHOUT_TAG;
  const to = [reached, cursor.number, finalNumber + CATCH_UP_BLOCKS].reduce((least, value) =>
    value < least ? value : least,
  );
  const from = finalNumber + 1n;
  if (to < from) return undefined;

  const transfers = await pool.use(async (provider) => {
    const headers = await readLinked(provider, from, to);
    const last = headers.at(-1);
    const [ours] = await ledger.blocksDownFrom(chain.id, to, 1);
    if (last && ours?.number === to && ours.hash !== last.hash) {
      throw new FinalityConflictError(`Block ${to} is final; ${provider.name} has another one than was read before`);
    }
    return await scanner.scanRange(provider, headers);
  }, firstReader);

  const found = new Set(transfers.map(transferKey));
  const lost = (await ledger.liveTransfers(chain.id, from, to)).filter((transfer) => !found.has(transferKey(transfer)));
  if (lost[0]) {
    throw new FinalityConflictError(
      `${lost.length} transfer(s) of the ledger are not in the final blocks ${from} to ${to}; the first is ${lost[0].txHash}`,
    );
  }
  return { finalNumber: to, transfers };
};
