// What the factory paid out of one deposit address in one token: `Settled`, by any caller, or `Released` by an order of the receiver.
// Anyone can emit an event with an intent's id, but not from its deposit address, which hashes the terms.
import type { Address, Hex } from '#domain/address.ts';
import { type EventBlock, type EventPlace, isTaken } from '#domain/chain-events.ts';
import type { ContractId } from '#domain/ids.ts';
import type { PaymentByOthers } from '#domain/settlements.ts';
import { type Log, type LogFilter, readLogsInRange } from './block-reader.ts';
import { lowestAfter, type WatchedEvent } from './confirmed-events.ts';
import type { RpcProvider } from './rpc-provider.ts';
import { digestOf, paidOutOf, RELEASED_TOPIC, SETTLED_TOPIC, topicOfContractId } from './settlement-batch.ts';

export interface PaidAccount {
  contractId: ContractId;
  factory: Address;
  depositAddress: Address;
  token: Address;
  /** Digests of the intent's refunds from this address: their events are refunds, and no settlement. */
  refundDigests: ReadonlySet<Hex>;
}

export interface PayoutEvent extends EventPlace, PaymentByOthers {}

const filterOf = ({ factory, contractId }: PaidAccount): LogFilter => ({
  address: factory,
  topics: [[SETTLED_TOPIC, RELEASED_TOPIC], topicOfContractId(contractId)],
});

/** In chain order. @param taken payouts that the ledger has, as in `isTaken` */
export const payoutsIn = (
  logs: readonly Log[],
  { depositAddress, token, refundDigests }: PaidAccount,
  taken: ReadonlySet<string>,
): PayoutEvent[] =>
  logs
    .filter(({ data }) => `0x${data.slice(26, 66)}` === depositAddress.toLowerCase())
    .filter((log) => !refundDigests.has(digestOf(log)) && !isTaken(taken, log))
    .flatMap((log): PayoutEvent[] => {
      const payment = paidOutOf(log);
      if (payment?.paid.token !== token) return [];
      const { txHash, logIndex, blockNumber: number, blockHash: hash } = log;
      return [{ ...payment, txHash, logIndex, block: { number, hash } }];
    });

/** Reads one provider. Throws RpcError. */
export const readPayouts = async (
  provider: RpcProvider,
  account: PaidAccount,
  { from, to, taken }: { from: bigint; to: bigint; taken: ReadonlySet<string> },
): Promise<PayoutEvent[]> => payoutsIn(await readLogsInRange(provider, from, to, filterOf(account)), account, taken);

/**
 * A settlement, as it is watched until its block is final. Another transaction may have paid the address out instead of its own.
 * @param firstBlock of the first transfer to the address: it was settled later
 */
export const watchedSettlement = (
  account: PaidAccount,
  { block, txHash, firstBlock }: { block: EventBlock | null; txHash: Hex | null; firstBlock: bigint },
): WatchedEvent<PayoutEvent> => ({
  ...{ block, txHash, filter: filterOf(account) },
  fromBlock: block?.number ?? firstBlock,
  lowest: lowestAfter(block && block.number < firstBlock ? block.number : firstBlock),
  find(logs, taken) {
    const payouts = payoutsIn(logs, account, taken);
    return payouts.find((payout) => payout.txHash === txHash) ?? payouts[0] ?? null;
  },
});
