// Watches confirmed refunds until their block is final. A confirmation by depth can be undone by a deeper reorganisation; then the refund
// is searched for again. It is called removed only when the chain's own rule calls another block confirmed in that place (decision 0076).
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { ExpectedRefund } from '#domain/refunds.ts';
import { readHeader, readHeaders, readLogsInRange, readTags } from './block-reader.ts';
import { finalityBlocks } from './finality-pass.ts';
import { deepestConfirmed, filterOf, findMatch, type RefundEvent, searchedFrom } from './refund-events.ts';
import { readReceipts } from './relayer-chain.ts';
import type { RpcProvider } from './rpc-provider.ts';

export interface ConfirmedRefund extends ExpectedRefund {
  /** The block of its event; null on refunds that an older release confirmed. */
  block: { number: bigint; hash: Hex } | null;
}

export type ConfirmedSight =
  | { kind: 'stands' }
  /** Mined again, in another block, maybe by another transaction. */
  | { kind: 'moved'; event: RefundEvent }
  | { kind: 'removed' };

export interface FinalHeights {
  finalNumber: bigint;
  /** Of those of the asked blocks that the provider has. */
  hashes: ReadonlyMap<bigint, Hex>;
}

/**
 * One look at many refunds: most of them stand where they were. A local chain can be reset to any block, whatever it calls final.
 * Throws RpcError.
 */
export const readFinalHeights = async (
  provider: RpcProvider,
  chain: Chain,
  numbers: readonly bigint[],
): Promise<FinalHeights> => {
  const head = await readHeader(provider, 'latest');
  const { finalized } = chain.local ? { finalized: null } : await readTags(provider, ['finalized']);
  const headers = numbers.length === 0 ? [] : await readHeaders(provider, numbers);
  return {
    finalNumber: finalized ?? head.number - finalityBlocks(chain),
    hashes: new Map(headers.flatMap((header) => (header ? [[header.number, header.hash] as const] : []))),
  };
};

/** What those heights say of a refund; null when it must be searched for. */
export const sightByHeights = (
  { block }: Pick<ConfirmedRefund, 'block'>,
  { finalNumber, hashes }: FinalHeights,
): { kind: 'stands' | 'final' } | null => {
  if (!block) return null;
  const hash = hashes.get(block.number);
  if (hash === undefined) return { kind: 'stands' };
  if (hash !== block.hash) return null;
  return block.number <= finalNumber ? { kind: 'final' } : { kind: 'stands' };
};

/** Searches for a refund whose block is not in the chain. Reads one provider; `taken` as in `readRefund`. Throws RpcError. */
export const searchConfirmedRefund = async (
  provider: RpcProvider,
  chain: Chain,
  expected: ConfirmedRefund,
  taken: ReadonlySet<string>,
): Promise<ConfirmedSight> => {
  const { block, fromBlock, txHash } = expected;
  if (block) {
    const [header] = await readHeaders(provider, [block.number]);
    if (!header || header.hash === block.hash) return { kind: 'stands' };
  }
  const head = await readHeader(provider, 'latest');
  const deep = await deepestConfirmed(provider, chain, head);
  // A node that is behind, or a reorganisation that is not over yet.
  if (!deep || deep.number < (block?.number ?? fromBlock) || head.number < fromBlock) return { kind: 'stands' };
  const lowest = searchedFrom(expected, block?.number ?? fromBlock);
  const logs = await readLogsInRange(provider, lowest, head.number, filterOf(expected));
  const event = findMatch(expected, logs, taken);
  if (event) return { kind: 'moved', event };
  if (txHash === null) return { kind: 'removed' };
  const [receipt] = await readReceipts(provider, [txHash]);
  // A receipt without the logs is a provider that hides them, unless another refund counts that event.
  const isHidden = receipt && !receipt.reverted && findMatch(expected, logs, new Set()) === null;
  return { kind: isHidden ? 'stands' : 'removed' };
};
