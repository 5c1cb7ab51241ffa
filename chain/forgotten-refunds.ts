// Refunds that the database has forgotten, because it was restored from before them (decision 0102): what the factory released by an order
// that no record has, and what a merchant's wallet sent to an address of which a refund was asked for.
import { addressFromWord, uintFromResult, wordsOf } from '#domain/abi.ts';
import type { Address } from '#domain/address.ts';
import { type EventPlace, isTaken, type SentMoney } from '#domain/chain-events.ts';
import type { Chain } from '#domain/chains.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { type BaseUnits, baseUnitsOf } from '#domain/money.ts';
import type { ReleasedMoney } from '#domain/release-order.ts';
import { type Header, readHeader, readHeaders, readLogsInRange } from './block-reader.ts';
import { deepestConfirmed } from './confirmed-events.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { contractIdOfTopic, digestOf, RELEASED_TOPIC } from './settlement-batch.ts';

/** A transfer that would fulfil a request. */
export interface SoughtTransfer {
  token: Address;
  from: Address;
  to: Address;
  amountBaseUnits: BaseUnits;
}

/** A part of the chain that is read. Blocks from `next` on must be read again, because they are not confirmed. */
export interface ReadRange {
  from: bigint;
  to: bigint;
  next: bigint;
}

/** The blocks to read: from `from`, or from the first one of that time; null when there is none yet. Throws RpcError. */
export const rangeSince = async (
  provider: RpcProvider,
  chain: Chain,
  { from, since }: { from: bigint | undefined; since: Date },
): Promise<ReadRange | null> => {
  const head = await readHeader(provider, 'latest');
  const first = from ?? (await firstBlockSince(provider, head, since.getTime()));
  if (first === null || first > head.number) return null;
  const deep = await deepestConfirmed(provider, chain, head);
  return { from: first, to: head.number, next: deep && deep.number >= first ? deep.number + 1n : first };
};

/** Halves the chain: about thirty headers. */
const firstBlockSince = async (provider: RpcProvider, head: Header, since: number): Promise<bigint | null> => {
  if (head.time < since) return null;
  let [low, high] = [0n, head.number];
  while (low < high) {
    const middle = (low + high) / 2n;
    const [header] = await readHeaders(provider, [middle]);
    // A node that keeps no old blocks: what is wanted is above.
    if (!header || header.time < since) low = middle + 1n;
    else high = middle;
  }
  return low;
};

/** In chain order, of all orders. Anyone can emit an event, so the factories are named. Throws RpcError. */
export const readReleases = async (
  provider: RpcProvider,
  { from, to }: ReadRange,
  factories: readonly Address[],
): Promise<ReleasedMoney[]> => {
  const logs = await readLogsInRange(provider, from, to, { address: [...factories], topics: [RELEASED_TOPIC] });
  return logs.flatMap((log): ReleasedMoney[] => {
    // deposit, token, to, paid, fee, digest
    const [deposit, token, recipient, paid, fee] = wordsOf(log.data);
    if (!deposit || !token || !recipient || !paid || !fee) return [];
    const feeBaseUnits = baseUnitsOf(`0x${fee}`);
    return [
      {
        contractId: contractIdOfTopic(log.topics[1]),
        depositAddress: addressFromWord(deposit),
        token: addressFromWord(token),
        toAddress: addressFromWord(recipient),
        amountBaseUnits: baseUnitsOf(BigInt(`0x${paid}`) + feeBaseUnits),
        feeBaseUnits,
        digest: digestOf(log),
        ...{ txHash: log.txHash, logIndex: log.logIndex },
        block: { number: log.blockNumber, hash: log.blockHash },
      },
    ];
  });
};

/** The first transfer of exactly this amount that no refund counts as its own. @param taken as in `isTaken`. Throws RpcError. */
export const findTransfer = async (
  provider: RpcProvider,
  range: ReadRange,
  { token, from, to, amountBaseUnits }: SoughtTransfer,
  taken: ReadonlySet<string>,
): Promise<EventPlace | null> => {
  const topics = [TRANSFER_TOPIC, topicOfAddress(from), topicOfAddress(to)];
  const logs = await readLogsInRange(provider, range.from, range.to, { address: token, topics });
  const found = logs.find((log) => !isTaken(taken, log) && uintFromResult(log.data) === amountBaseUnits);
  return found
    ? { txHash: found.txHash, logIndex: found.logIndex, block: { number: found.blockNumber, hash: found.blockHash } }
    : null;
};

/** As many senders as providers take in one filter. */
const SENDERS_AT_ONCE = 200;

/** Transfers of these tokens from these wallets, of blocks that are confirmed. Throws RpcError. */
export const readSentMoney = async (
  provider: RpcProvider,
  { from, next }: ReadRange,
  { tokens, senders }: { tokens: readonly Address[]; senders: readonly Address[] },
): Promise<SentMoney[]> => {
  const sent: SentMoney[] = [];
  for (let at = 0; next > from && at < senders.length; at += SENDERS_AT_ONCE) {
    const topics = [TRANSFER_TOPIC, senders.slice(at, at + SENDERS_AT_ONCE).map(topicOfAddress)];
    for (const log of await readLogsInRange(provider, from, next - 1n, { address: [...tokens], topics })) {
      const [, sender, recipient] = log.topics;
      const amount = uintFromResult(log.data);
      if (!sender || !recipient || amount === undefined || amount === 0n) continue;
      sent.push({
        ...{ token: addressFromWord(log.address), from: addressFromWord(sender), to: addressFromWord(recipient) },
        ...{ amountBaseUnits: baseUnitsOf(amount), txHash: log.txHash, logIndex: log.logIndex },
        block: { number: log.blockNumber, hash: log.blockHash },
      });
    }
  }
  return sent;
};
