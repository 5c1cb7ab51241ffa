// What the server sends to a page that pays by a browser wallet: plain JSON, amounts as decimal strings.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinSymbol } from '#domain/coins.ts';

/** A network as `wallet_addEthereumChain` takes it (EIP-3085). */
export interface WalletNetwork {
  /** As wallets spell it: `"0x2105"`. */
  chainId: Hex;
  chainName: string;
  nativeCurrency: { name: string; symbol: string; decimals: 18 };
  rpcUrls: string[];
  blockExplorerUrls: string[];
}

/** The transaction as `eth_sendTransaction` takes it. The wallet chooses gas and fee itself. */
export interface UnsignedTransaction {
  from: Address;
  to: Address;
  value: '0x0';
  data: Hex;
}

/** One payment, unsigned and decoded: what the page shows is what the calldata says. */
export interface WalletOrder {
  chainId: number;
  network: WalletNetwork;
  coin: CoinSymbol;
  token: Address;
  recipient: Address;
  /** In the coin, exact to the token's last decimal place. */
  amount: string;
  transaction: UnsignedTransaction;
  /** The estimated network fee in the native coin; null when there is no estimate. */
  fee: string | null;
  /** Whether balance and gas were checked. False: no provider responded in time, and the wallet checks them. */
  checked: boolean;
}

export type WalletPreparation =
  | { kind: 'ready'; order: WalletOrder }
  | { kind: 'balanceTooSmall'; balance: string; needed: string; coin: CoinSymbol; network: string }
  | { kind: 'gasTooSmall'; balance: string; needed: string; symbol: string; network: string }
  /** This coin and network do not pay this checkout. */
  | { kind: 'chainNotAccepted' }
  /** Paid, expired, canceled, or money is already on its way. */
  | { kind: 'notPayable' }
  /** A wallet has sent a transaction for this checkout that is in no block yet. */
  | { kind: 'alreadySent'; txHash: Hex }
  /** Screening denies the account. The checkout ends. */
  | { kind: 'payerRefused' }
  /** Screening is unavailable. */
  | { kind: 'screeningAway' }
  /** Too many requests. */
  | { kind: 'tooOften'; seconds: number };

/** The coin and network that an account can pay with at the lowest cost, as the page's URL spells them. */
export interface WalletPick {
  coin: CoinSymbol;
  network: string;
}

export interface WalletRequest {
  /** From the browser that is bound to the checkout. */
  isOurs: boolean;
  payer: string;
  coin: string;
  network: string;
  /** The shopper knows of an announced transaction and wants to pay again. */
  again: boolean;
}

/** What the page needs before it can list wallets. */
export interface WalletOptions {
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId: string | null;
  /** URL of the development wallet's script; null outside development. */
  developmentWalletScript: string | null;
  /** A transaction that a wallet announced and that is in no block yet. */
  sentTxHash: Hex | null;
}
