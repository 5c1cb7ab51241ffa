// Watches confirmed refunds and settlements until their block is final. A confirmation by depth can be undone by a deeper
// reorganisation; then the event is searched for again. It is called removed only when the chain's own rule calls another block confirmed
// in that place (decisions 0076 and 0083).
import type { Hex } from '#domain/address.ts';
import type { EventBlock, EventPlace } from '#domain/chain-events.ts';
import type { Chain } from '#domain/chains.ts';
import { confirmationNeed } from '#domain/confirmations.ts';
import { unitsOf } from '#domain/money.ts';
import {
  type Header,
  type Log,
  type LogFilter,
  readHeader,
  readHeaders,
  readLogsInRange,
  readTags,
} from './block-reader.ts';
import { finalityBlocks } from './finality-pass.ts';
import { readReceipts } from './relayer-chain.ts';
import { RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';

/** What to search the chain for. */
export interface WatchedEvent<Event extends EventPlace> {
  /** The block of the event; null on records of an older release. */
  block: EventBlock | null;
  txHash: Hex | null;
  /** The first block that could have it when it was recorded, and the lowest one that can have it now. */
  fromBlock: bigint;
  lowest: bigint;
  filter: LogFilter;
  /** The event among logs that fit the filter; null without one. @param taken what other records count, as in `isTaken` */
  find(logs: readonly Log[], taken: ReadonlySet<string>): Event | null;
}

export type ConfirmedSight<Event extends EventPlace> =
  | { kind: 'stands' }
  /** Mined again, in another block, maybe by another transaction. */
  | { kind: 'moved'; event: Event }
  | { kind: 'removed' };

export interface FinalHeights {
  finalNumber: bigint;
  /** Of those of the asked blocks that the provider has. */
  hashes: ReadonlyMap<bigint, Hex>;
}

/** A reorganisation is not deeper: blocks that old are final. */
const DEEPEST_REORGANISATION = 256n;

/** The lowest block that can have an event which was in `block`, after any reorganisation. */
export const lowestAfter = (block: bigint): bigint =>
  block > DEEPEST_REORGANISATION ? block - DEEPEST_REORGANISATION : 0n;

/** The highest block that the chain's rule for its largest amounts calls confirmed; null where the provider does not serve the tag. */
export const deepestConfirmed = async (provider: RpcProvider, chain: Chain, head: Header): Promise<Header | null> => {
  const amount = unitsOf(10n ** 60n);
  const [need] = confirmationNeed(chain.confirmation, amount, null);
  if (!need) return null;
  const number =
    need.kind === 'tag' ? (await readTags(provider, [need.tag]))[need.tag] : head.number - BigInt(need.blocks) + 1n;
  if (number === null || number < 0n) return null;
  const [header] = await readHeaders(provider, [number]);
  if (!header) throw new RpcError('rpc_lagging', provider.name, `does not have block ${number}`);
  return header;
};

/**
 * One look at many events: most of them stand where they were. A local chain can be reset to any block, whatever it calls final.
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

/** What those heights say of an event in that block: `lost` when it must be searched for. */
export const sightByHeights = (
  block: EventBlock | null,
  { finalNumber, hashes }: FinalHeights,
): 'stands' | 'final' | 'lost' => {
  if (!block) return 'lost';
  const hash = hashes.get(block.number);
  if (hash === undefined) return 'stands';
  if (hash !== block.hash) return 'lost';
  return block.number <= finalNumber ? 'final' : 'stands';
};

const NONE: ReadonlySet<string> = new Set();

/** Searches for an event whose block is not in the chain. Reads one provider. Throws RpcError. */
export const searchConfirmed = async <Event extends EventPlace>(
  provider: RpcProvider,
  chain: Chain,
  { block, txHash, fromBlock, lowest, filter, find }: WatchedEvent<Event>,
  taken: ReadonlySet<string>,
): Promise<ConfirmedSight<Event>> => {
  if (block) {
    const [header] = await readHeaders(provider, [block.number]);
    if (!header || header.hash === block.hash) return { kind: 'stands' };
  }
  const head = await readHeader(provider, 'latest');
  const deep = await deepestConfirmed(provider, chain, head);
  // A node that is behind, or a reorganisation that is not over yet.
  if (!deep || deep.number < (block?.number ?? fromBlock) || head.number < fromBlock) return { kind: 'stands' };
  const logs = await readLogsInRange(provider, lowest, head.number, filter);
  const event = find(logs, taken);
  if (event) return { kind: 'moved', event };
  if (txHash === null) return { kind: 'removed' };
  const [receipt] = await readReceipts(provider, [txHash]);
  // The receipt has it and the logs do not: a provider that hides logs.
  const isHidden =
    receipt &&
    find(
      receipt.logs.filter((log) => fits(log, filter)),
      NONE,
    ) &&
    !find(logs, NONE);
  return { kind: isHidden ? 'stands' : 'removed' };
};

const fits = ({ address, topics }: Log, filter: LogFilter): boolean =>
  isOneOf(filter.address, address) &&
  filter.topics.every((wanted, index) => wanted === null || isOneOf(wanted, topics[index]));

const isOneOf = (wanted: Hex | readonly Hex[], value: Hex | undefined): boolean =>
  [wanted].flat().some((one) => one.toLowerCase() === value?.toLowerCase());
