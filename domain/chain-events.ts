// Names of events on a chain, and the blocks that they are in.
import type { Address, Hex } from './address.ts';
import type { BaseUnits } from './money.ts';

export interface EventBlock {
  number: bigint;
  hash: Hex;
}

/** Where an event is. The block and the position in it can change until the block is final. */
export interface EventPlace {
  txHash: Hex;
  logIndex: number;
  block: EventBlock;
}

/** A transfer that left a wallet. */
export interface SentMoney extends EventPlace {
  token: Address;
  from: Address;
  to: Address;
  amountBaseUnits: BaseUnits;
}

/** Names one event of a chain, so that no two records count the same one. */
export const eventKey = ({ txHash, logIndex }: Pick<EventPlace, 'txHash' | 'logIndex'>): string =>
  `${txHash}:${logIndex}`;

/** Whether another record counts the event. @param taken events (`eventKey`) and hashes of whole transactions */
export const isTaken = (taken: ReadonlySet<string>, event: Pick<EventPlace, 'txHash' | 'logIndex'>): boolean =>
  taken.has(event.txHash) || taken.has(eventKey(event));
