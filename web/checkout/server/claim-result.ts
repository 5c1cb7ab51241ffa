// The results of "I already sent it". Everything in them may be shown to a shopper; amounts are decimal strings of coin. Pages
// show them in their language (parts/claim-messages.ts).
import type { CoinSymbol } from '#domain/coins.ts';

interface Amount {
  amount: string;
  /** The token's name: "USDT", or "USDT0" where it is not the coin's primary token. */
  coin: string;
  network: string;
}

export type ClaimResult =
  /** Another browser opened the checkout first. */
  | { kind: 'elsewhere' }
  /** Not a transaction hash. */
  | { kind: 'badHash' }
  /** Too many requests. `kept`, here and below: it is checked later, without the page. */
  | { kind: 'tooOften'; retryAfterSeconds: number; kept: boolean }
  /** On none of the networks that responded. `silent` are those that did not. */
  | { kind: 'notFound'; looked: string[]; silent: string[]; kept: boolean }
  /** No network responded. */
  | { kind: 'networksSilent'; silent: string[]; kept: boolean }
  | { kind: 'notMined'; network: string }
  | { kind: 'reverted'; network: string }
  /** It pays this checkout in an unsupported token. */
  | { kind: 'otherToken'; network: string; contract: string }
  /** It sends the network's own coin. */
  | { kind: 'nativeCoin'; network: string; symbol: string }
  /** It pays another address. */
  | { kind: 'otherRecipient'; network: string; recipient: string }
  /** It sends no coin at all. */
  | { kind: 'noPayment'; network: string }
  /** Arrived, but this store does not take this network or coin: a person decides. */
  | ({ kind: 'wrongNetwork' | 'wrongCoin' } & Amount)
  /** Arrived after the checkout had ended: a person decides. */
  | ({ kind: 'late' } & Amount)
  /** Arrived after the payment was complete: a person decides. */
  | ({ kind: 'secondPayment' } & Amount)
  /** Arrived, and the store has decided: it sent it back, or left it where it is. */
  | ({ kind: 'returned' | 'left' } & Amount)
  /** Arrived, and in review. */
  | ({ kind: 'inReview' } & Amount)
  /** Arrived, but less than the price: the total received and the amount due. */
  | { kind: 'short'; received: string; due: string; coin: CoinSymbol }
  /** Seen; null when the network's finality decides. */
  | ({ kind: 'confirming'; confirmations: { seen: number; needed: number } | null } & Amount)
  | ({ kind: 'counted' } & Amount)
  /** Mined, but the watcher has not read its block yet; `stopped`: the watcher is failing. */
  | ({ kind: 'notReadYet'; stopped: boolean } & Amount)
  /** Mined, but missing in the ledger: its block is read again. */
  | ({ kind: 'beingAdded' } & Amount);
