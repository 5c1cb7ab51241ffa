// Finds refunds on a chain: the factory's `Released` event with the order's digest, or a token's `Transfer` out of the merchant's
// wallet. Searches for the event and not for the transaction's hash, because a wallet that speeds a transaction up changes the hash.

import { addressFromWord, uintFromResult, wordsOf } from '#domain/abi.ts';
import type { Hex } from '#domain/address.ts';
import { type EventBlock, type EventPlace, isTaken } from '#domain/chain-events.ts';
import type { Chain } from '#domain/chains.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { type BaseUnits, baseUnitsOf, ZERO } from '#domain/money.ts';
import type { ExpectedRefund } from '#domain/refunds.ts';
import { type Log, type LogFilter, readHeader, readLogsInRange } from './block-reader.ts';
import { deepestConfirmed, lowestAfter, type WatchedEvent } from './confirmed-events.ts';
import { readReceipts } from './relayer-chain.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { RELEASED_TOPIC, topicOfContractId } from './settlement-batch.ts';

/** The event of a refund, and its block. */
export interface RefundEvent extends EventPlace {
  feeBaseUnits: BaseUnits;
}

export type RefundSight =
  | ({ kind: 'confirmed' } & RefundEvent)
  /** In a block that is not deep enough. */
  | { kind: 'mined'; txHash: Hex; logIndex: number }
  | { kind: 'waiting' }
  /** The wallet's transfer was mined and failed. Its nonce is used, so it cannot succeed later. */
  | { kind: 'reverted' }
  /** The chain is past the deadline without the event. */
  | { kind: 'expired' };

/** A plain transfer has no deadline of its own. One that is not found for this long is given up. */
const WALLET_GRACE_MS = 24 * 60 * 60 * 1000;

/** Reads one provider. `taken` are the events of other refunds: `eventKey`, or a whole transaction. Throws RpcError. */
export const readRefund = async (
  provider: RpcProvider,
  chain: Chain,
  expected: ExpectedRefund,
  taken: ReadonlySet<string>,
): Promise<RefundSight> => {
  const head = await readHeader(provider, 'latest');
  const deep = await deepestConfirmed(provider, chain, head);
  if (head.number < expected.fromBlock) return { kind: 'waiting' };
  const logs = await readLogsInRange(provider, searchedFrom(expected), head.number, filterOf(expected));
  const match = findMatch(expected, logs, taken);
  if (match) {
    const { txHash, logIndex, block } = match;
    return deep && block.number <= deep.number ? { kind: 'confirmed', ...match } : { kind: 'mined', txHash, logIndex };
  }
  const { source, txHash: announced } = expected;
  if (source === 'wallet' && announced !== null && deep) {
    const [receipt] = await readReceipts(provider, [announced]);
    if (receipt?.reverted && receipt.blockNumber <= deep.number) return { kind: 'reverted' };
  }
  if (!deep || deep.time <= lastMoment(expected) || deep.number < expected.fromBlock) return { kind: 'waiting' };
  // A wallet's transfer that still waits for a better price may be mined at any time.
  const isPending =
    source !== 'deposit' &&
    announced !== null &&
    (await provider.call('eth_getTransactionByHash', [announced])) !== null;
  return { kind: isPending ? 'waiting' : 'expired' };
};

/**
 * The first block that may have the event. A reorganisation that took blocks from before the refund can mine it again below its first
 * block. For a transfer of the wallet that was never mined the search begins there: an older one of the same amount looks the same.
 */
const searchedFrom = ({ source, fromBlock, removedAt }: ExpectedRefund, wasIn: bigint | null = null): bigint => {
  if (source === 'wallet' && removedAt === null && wasIn === null) return fromBlock;
  return lowestAfter(wasIn !== null && wasIn < fromBlock ? wasIn : fromBlock);
};

/** Until when it can still come, epoch ms. What a reorganisation removed gets the time of a new transfer. */
const lastMoment = ({ source, deadline, removedAt }: ExpectedRefund): number =>
  source === 'deposit' ? deadline.getTime() : Math.max(deadline.getTime(), removedAt?.getTime() ?? 0) + WALLET_GRACE_MS;

/** A refund that was paid elsewhere may come from any address. */
const filterOf = ({ source, contractId, factory, token, receiver, toAddress }: ExpectedRefund): LogFilter =>
  source === 'deposit'
    ? { address: factory, topics: [RELEASED_TOPIC, topicOfContractId(contractId)] }
    : {
        address: token,
        topics: [TRANSFER_TOPIC, source === 'wallet' ? topicOfAddress(receiver) : null, topicOfAddress(toAddress)],
      };

/** A refund that was confirmed, as it is watched until its block is final. */
export const watchedRefund = (expected: ExpectedRefund, block: EventBlock | null): WatchedEvent<RefundEvent> => ({
  block,
  txHash: expected.txHash,
  fromBlock: expected.fromBlock,
  lowest: searchedFrom(expected, block?.number ?? expected.fromBlock),
  filter: filterOf(expected),
  find: (logs, taken) => findMatch(expected, logs, taken),
});

/** The first of the logs that is this refund; its own transaction before others. */
const findMatch = (expected: ExpectedRefund, logs: readonly Log[], taken: ReadonlySet<string>): RefundEvent | null => {
  const found = logs.flatMap((log) => matchOf(expected, log, taken) ?? []);
  return found.find(({ txHash }) => txHash === expected.txHash) ?? found[0] ?? null;
};

const matchOf = (
  expected: ExpectedRefund,
  { data, txHash, logIndex, blockNumber, blockHash }: Log,
  taken: ReadonlySet<string>,
): RefundEvent | null => {
  const event = { txHash, logIndex, block: { number: blockNumber, hash: blockHash } };
  if (expected.source !== 'deposit') {
    const isFree = !isTaken(taken, event);
    const isNamed = expected.source === 'wallet' || txHash === expected.txHash;
    const isIt = isFree && isNamed && uintFromResult(data) === expected.amountBaseUnits;
    return isIt ? { ...event, feeBaseUnits: ZERO } : null;
  }
  // deposit, token, to, paid, fee, digest
  const [, token, to, paid, fee, digest] = wordsOf(data);
  if (!token || !to || !paid || !fee || `0x${digest}` !== expected.orderDigest?.toLowerCase()) return null;
  const feeBaseUnits = baseUnitsOf(`0x${fee}`);
  const isIt =
    addressFromWord(token) === expected.token &&
    addressFromWord(to) === expected.toAddress &&
    BigInt(`0x${paid}`) <= expected.amountBaseUnits;
  return isIt ? { ...event, feeBaseUnits } : null;
};
