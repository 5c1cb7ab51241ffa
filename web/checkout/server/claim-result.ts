// The results of "I already sent it". Everything in them may be shown to a shopper; amounts are decimal strings of coin. Pages use
// `kind` to show them in their language.
import type { CoinSymbol } from '#domain/coins.ts';

interface Amount {
  amount: string;
  coin: CoinSymbol;
  network: string;
}

export type ClaimFinding =
  /** Not a transaction hash. */
  | { kind: 'badHash' }
  /** Too many requests. */
  | { kind: 'tooOften'; retryAfterSeconds: number }
  /** On none of the networks that responded. `silent` are those that did not. */
  | { kind: 'notFound'; looked: string[]; silent: string[] }
  /** No network responded. */
  | { kind: 'networksSilent'; silent: string[] }
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

export type ClaimResult = ClaimFinding & { message: string };

const list = (names: readonly string[]): string => new Intl.ListFormat('en').format(names);
const sum = ({ amount, coin, network }: Amount): string => `${amount} ${coin} on ${network}`;

export const messageOf = (finding: ClaimFinding): string => {
  switch (finding.kind) {
    case 'badHash':
      return 'This is not a transaction hash. It begins with 0x and has 64 letters and digits after it; your wallet or exchange shows it with the payment.';
    case 'tooOften':
      return `Please wait ${finding.retryAfterSeconds} seconds before you check again.`;
    case 'notFound': {
      const silent = finding.silent.length > 0 ? ` ${list(finding.silent)} did not respond, so it may be there.` : '';
      return `There is no such transaction on ${list(finding.looked)}.${silent} If you have just sent it, it may not be mined yet: check again in a minute. If you sent it on another network, contact the store.`;
    }
    case 'networksSilent':
      return 'The networks do not respond at the moment, so nothing could be checked. Nothing is lost: what you sent is found automatically. Please check again in a minute.';
    case 'notMined':
      return `The transaction is known on ${finding.network}, but not mined yet. You need not do anything: it counts once it is in a block.`;
    case 'reverted':
      return `The transaction failed on ${finding.network}: no coins were moved, only the network fee was paid.`;
    case 'otherToken':
      return `The transaction sent another token (contract ${finding.contract} on ${finding.network}), which is not accepted. A token can carry any name: compare the contract. Please contact the store.`;
    case 'nativeCoin':
      return `The transaction sent ${finding.symbol} on ${finding.network}, which is not accepted here. Please contact the store.`;
    case 'otherRecipient':
      return `The transaction paid ${finding.recipient} on ${finding.network}, which is not the address of this checkout.`;
    case 'noPayment':
      return `The transaction on ${finding.network} sent no coin to this checkout.`;
    case 'wrongNetwork':
      return `We found ${sum(finding)}, a network that this store does not accept. A person decides what happens to it.`;
    case 'wrongCoin':
      return `We found ${sum(finding)}, a coin that this store does not accept. A person decides what happens to it.`;
    case 'late':
      return `We found ${sum(finding)}. It arrived after the checkout had ended, so a person decides what happens to it.`;
    case 'secondPayment':
      return `We found ${sum(finding)}. The order was paid already, so a person decides what happens to it.`;
    case 'inReview':
      return `We found ${sum(finding)}. It is in review.`;
    case 'short':
      return `We have received ${finding.received} ${finding.coin} in all; ${finding.due} ${finding.coin} are missing.`;
    case 'confirming':
      return finding.confirmations
        ? `We found ${sum(finding)}. It has ${finding.confirmations.seen} of ${finding.confirmations.needed} confirmations.`
        : `We found ${sum(finding)}. It counts once the network has made it final.`;
    case 'counted':
      return `We found ${sum(finding)}. It has been counted.`;
    case 'notReadYet':
      return finding.stopped
        ? `We found ${sum(finding)}. We are behind on this network at the moment; it will be counted automatically.`
        : `We found ${sum(finding)}. It will be counted automatically in a moment.`;
    case 'beingAdded':
      return `We found ${sum(finding)}. It was missing in our record and is being added; this page shows it in a moment.`;
  }
};

export const resultOf = (finding: ClaimFinding): ClaimResult => ({ ...finding, message: messageOf(finding) });
