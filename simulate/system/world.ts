// What one run knows by itself: the orders that clients were told of, and what they saw.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { createRandom, type Random } from '../random.ts';
import type { Wallets } from './payers.ts';
import type { Shop } from './shops.ts';
import type { ChainId, SystemStack } from './stack.ts';

export interface Order {
  number: number;
  shop: Shop;
  id: IntentId;
  checkoutUrl: string;
  priceCents: number;
  coins: readonly (1 | 2)[];
  /** As the client saw them, without repetitions. */
  statuses: number[];
  phases: string[];
  /** A shopper or merchant still does something with it. */
  isBusy: boolean;
}

export interface SentRefund {
  intentId: string;
  chainId: ChainId;
  /** `deposit`: by a release order, which the contract may reject when the money was settled a moment before. */
  source: 'deposit' | 'wallet' | 'external';
  txHash: Hex;
  /** Paid elsewhere, and not accepted as a refund. */
  isRejected: boolean;
}

export interface Refunding {
  /** What wallets sent as refunds. */
  readonly sent: readonly SentRefund[];
  readonly requests: { made: number; failed: number };
  /** One or two refunds of the order, by the seed. */
  refund(world: World, order: Order): Promise<void>;
  /** Wallets send again what no block has, and owners send what they signed and did not send. */
  goOn(world: World): Promise<void>;
  close(): Promise<void>;
}

export interface World {
  seed: number;
  stack: SystemStack;
  wallets: Wallets;
  shops: readonly Shop[];
  refunding: Refunding;
  orders: Order[];
  /** Wrong things that drivers saw on the way. */
  seen: { invariant: number; message: string }[];
  counts: {
    creates: number;
    createsAgain: number;
    requests: number;
    failedRequests: number;
    claims: number;
    cancels: number;
  };
  /** When the drivers stop to begin something new, as `performance.now()`. */
  endsAt: number;
  log(line: string): void;
}

/** Its own sequence for each driver: what one does must not depend on when another one acts. */
export const randomFor = (seed: number, driver: string, number = 0): Random => {
  let mixed = seed;
  for (const letter of `${driver}:${number}`) mixed = (Math.imul(mixed, 31) + letter.charCodeAt(0)) | 0;
  return createRandom(mixed >>> 0);
};

export const secondsLeft = ({ endsAt }: World): number => (endsAt - performance.now()) / 1000;

/** Keeps what a client saw when it differs from what it saw last. */
export const note = <T>(list: T[], value: T): void => {
  if (list.at(-1) !== value) list.push(value);
};
