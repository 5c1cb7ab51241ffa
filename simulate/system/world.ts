// What one run knows by itself: the orders that clients were told of, and what they saw.
import { createRandom, type Random } from '../random.ts';
import type { Wallets } from './payers.ts';
import type { Refunding } from './refunding.ts';
import type { Shop } from './shops.ts';
import type { SystemStack } from './stack.ts';

export interface Order {
  number: number;
  shop: Shop;
  id: string;
  checkoutUrl: string;
  priceCents: number;
  coins: readonly (1 | 2)[];
  /** As the client saw them, without repetitions. */
  statuses: number[];
  phases: string[];
  /** A shopper or merchant still does something with it. */
  isBusy: boolean;
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
