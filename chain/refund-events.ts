// Finds refunds on a chain: the factory's `Released` event with the order's digest, or a token's `Transfer` out of the merchant's
// wallet. Searches for the event and not for the transaction's hash, because a wallet that speeds a transaction up changes the hash.

import { addressFromWord, uintFromResult, wordsOf } from '#domain/abi.ts';
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { confirmationNeed } from '#domain/confirmations.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { type BaseUnits, baseUnitsOf, unitsOf, ZERO } from '#domain/money.ts';
import { type ExpectedRefund, eventKey } from '#domain/refunds.ts';
import { type Header, type Log, readHeader, readHeaders, readLogsInRange, readTags } from './block-reader.ts';
import { readReceipts } from './relayer-chain.ts';
import { RpcError } from './rpc-errors.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { RELEASED_TOPIC, topicOfContractId } from './settlement-batch.ts';

/** The event of a refund, and its block. */
export interface RefundEvent {
  txHash: Hex;
  logIndex: number;
  feeBaseUnits: BaseUnits;
  block: { number: bigint; hash: Hex };
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

/** A reorganisation is not deeper: blocks that old are final. */
const DEEPEST_REORGANISATION = 256n;

/**
 * The first block that may have the event. A reorganisation that took blocks from before the refund can mine it again below its first
 * block. For a transfer of the wallet that was never mined the search begins there: an older one of the same amount looks the same.
 */
export const searchedFrom = ({ source, fromBlock, removedAt }: ExpectedRefund, wasIn: bigint | null = null): bigint => {
  if (source === 'wallet' && removedAt === null && wasIn === null) return fromBlock;
  const lowest = (wasIn !== null && wasIn < fromBlock ? wasIn : fromBlock) - DEEPEST_REORGANISATION;
  return lowest > 0n ? lowest : 0n;
};

/** Until when it can still come, epoch ms. What a reorganisation removed gets the time of a new transfer. */
const lastMoment = ({ source, deadline, removedAt }: ExpectedRefund): number =>
  source === 'deposit' ? deadline.getTime() : Math.max(deadline.getTime(), removedAt?.getTime() ?? 0) + WALLET_GRACE_MS;

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

/** A refund that was paid elsewhere may come from any address. */
export const filterOf = ({ source, contractId, factory, token, receiver, toAddress }: ExpectedRefund) =>
  source === 'deposit'
    ? { address: factory, topics: [RELEASED_TOPIC, topicOfContractId(contractId)] }
    : {
        address: token,
        topics: [TRANSFER_TOPIC, source === 'wallet' ? topicOfAddress(receiver) : null, topicOfAddress(toAddress)],
      };

/** The first of the logs that is this refund; its own transaction before others. */
export const findMatch = (
  expected: ExpectedRefund,
  logs: readonly Log[],
  taken: ReadonlySet<string>,
): RefundEvent | null => {
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
    const isFree = !taken.has(txHash) && !taken.has(eventKey(event));
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
