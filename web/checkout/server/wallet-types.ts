// What the server tells a page that pays by a browser or mobile wallet: plain JSON, amounts as decimal strings.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinSymbol } from '#domain/coins.ts';

/** A network in the words of `wallet_addEthereumChain` (EIP-3085). */
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
  /** Of the coin, exact to the token's last digit. */
  amount: string;
  transaction: UnsignedTransaction;
  /** About what the network takes, in its native coin; null when it could not be estimated. */
  fee: string | null;
  /** Whether balance and gas were looked at. False: no provider answered in time, and the wallet has to say it. */
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
  /** A wallet has sent a transaction for this checkout that no block has shown yet. */
  | { kind: 'alreadySent'; txHash: Hex }
  /** Screening refuses the account. The checkout ends. */
  | { kind: 'payerRefused' }
  /** Screening has no answer just now. */
  | { kind: 'screeningAway' }
  /** Asked too often in a short time. */
  | { kind: 'tooOften'; seconds: number };

export interface WalletRequest {
  payer: string;
  coin: string;
  network: string;
  /** The shopper knows of an announced transaction and wants to pay all the same. */
  again: boolean;
}

/** What the page needs before it can list wallets. */
export interface WalletOptions {
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId: string | null;
  /** Address of the development wallet's script; null outside development. */
  developmentWalletScript: string | null;
  /** A transaction that a wallet announced and no block has shown yet. */
  sentTxHash: Hex | null;
}
