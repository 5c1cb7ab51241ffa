// What can happen in a run, as plain data: a history is a list of these, and one with some of them removed is a history too. Numbers
// that name something that is not there make an operation do nothing.
import type { CoinId } from '#domain/coins.ts';
import type { Lie } from './chain/node.ts';

/** One of the two chains of a run. */
export type ChainIndex = 0 | 1;

export type Operation =
  /** A merchant's server creates an order. `order` is the name by which other operations know it. */
  | {
      kind: 'create';
      order: number;
      priceCents: number;
      coins: CoinId[];
      chains: ChainIndex[];
      toleranceBps: number;
      feeBps: number;
      minutes: number;
      extensionMinutes: number;
      /** Whether tokens bridged by others than their issuer count. */
      bridged: boolean;
    }
  /** The same request again, with its idempotency key. */
  | { kind: 'create_again'; order: number }
  /** The checkout is opened and shows the address. */
  | { kind: 'open'; order: number }
  /** Somebody sends `share` thousandths of the price, and `extra` of the token's smallest units. */
  | {
      kind: 'pay';
      order: number;
      chain: ChainIndex;
      coin: CoinId;
      /** The coin's bridged token, where the chain has one. */
      bridged: boolean;
      payer: number;
      share: number;
      extra: number;
    }
  | { kind: 'cancel'; order: number }
  /** Screening denies a payer before anything is sent. */
  | { kind: 'deny'; order: number; payer: number }
  /** A shopper says: I already paid. */
  | { kind: 'claim'; order: number }
  /** A person decides on one of the open reviews. */
  | { kind: 'decide'; review: number; outcome: 'accepted' | 'closed' | 'sent_back' }
  /** The merchant refunds `share` thousandths of one of the offers. */
  | {
      kind: 'refund';
      order: number;
      offer: number;
      share: number;
      isMined: boolean;
      /** Prepared as a transfer from the wallet, wherever the money is. */
      fromWallet?: true;
    }
  /** Somebody withdraws one of the transfers that were prepared and not sent. */
  | { kind: 'withdraw'; prepared: number }
  /** A wallet or a Safe that still has one of them open sends it, withdrawn or not. */
  | { kind: 'send_prepared'; prepared: number }
  /** A wallet sends one again that a reorganisation removed. */
  | { kind: 'send_again'; prepared: number }
  | { kind: 'mine'; chain: ChainIndex; blocks: number }
  | { kind: 'wait'; seconds: number }
  /** The workers' clocks are wrong by this much from now on. */
  | { kind: 'skew'; seconds: number }
  | { kind: 'watch'; chain: ChainIndex; steps: number }
  /** Workflows get their signals and timers; every `leave`-th signal waits (0: none). */
  | { kind: 'work'; leave: number }
  | { kind: 'relay'; chain: ChainIndex }
  | { kind: 'follow_refunds' }
  /** Somebody else calls the contract's `settle`. */
  | { kind: 'settle'; order: number; chain: ChainIndex; coin: CoinId }
  /** `fates`: two bits for each removed transaction that can vanish: payments and refunds, and with `settlements` all of them. */
  | { kind: 'reorganise'; chain: ChainIndex; depth: number; fates: number; settlements?: true }
  | { kind: 'lie'; chain: ChainIndex; node: 0 | 1; lie: Lie | null }
  /** The store asks for more confirmations. */
  | { kind: 'confirmations'; chain: ChainIndex; blocks: number }
  | { kind: 'time_zone'; zone: string }
  /** The figures of the days that have ended are read, and must be the same at the end. */
  | { kind: 'report' };

export interface History {
  seed: number;
  /** Ids of the two chains. */
  chainIds: readonly [number, number];
  /** Epoch milliseconds. */
  startAt: number;
  timeZone: string;
  operations: readonly Operation[];
}
