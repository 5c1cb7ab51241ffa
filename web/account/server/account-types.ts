// What account pages and AllScale Pay on the checkout get from the server: plain data, amounts as decimal strings. Pages import
// these types too, so this file imports only types.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { QrCode } from '#web/checkout/server/view-types.ts';
import type { WalletNetwork } from '#web/checkout/server/wallet-types.ts';

export interface AccountSession {
  /** To tell this session from the account's others. */
  sessionId: string;
  userId: string;
  email: string;
  role: string;
  /** The account has an authenticator app. */
  twoFactorEnabled: boolean;
  /** This log-in took two factors: a passkey, or password and code. True on a server that exempts its accounts (PASSWORD_ALONE). */
  twoFactors: boolean;
  /** This log-in took a recovery code: it may add a passkey. */
  recoveryCode: boolean;
  /** The person has proven that the mailbox is theirs. */
  emailVerified: boolean;
  /** Logged in a short while ago: needed to change log-in methods. */
  fresh: boolean;
  /** ISO-8601. */
  loggedInAt: string;
}

/** From the browser: the log-in secrets of the present and of the new password. */
export interface PasswordChange {
  current: string;
  next: string;
  /** The wallet's key under the new sealing secret; null when the password opens no wallet. */
  sealedKey: string | null;
}

export interface SealedKeyView {
  id: string;
  kind: 'passkey' | 'password';
  credentialId: string | null;
  /** JSON; see web/account/keys/sealed-key.ts. */
  blob: string;
}

/** What a new wallet's proof is about (domain/wallet-proof.ts). */
export interface WalletChallenge {
  accountId: string;
  issuedAt: string;
}

export interface WalletView {
  address: Address;
  phraseChecked: boolean;
  keys: SealedKeyView[];
}

/** Two tokens of one coin are two balances: each is paid from by itself. */
export interface TokenBalance {
  token: Address;
  /** As people call it: "USDT", "USDT0". */
  symbol: string;
  /** The one of its coin that QR codes and documents name. */
  isPrimary: boolean;
  /** Decimal string, exact. */
  amount: string;
}

export interface ChainBalances {
  chainId: number;
  name: string;
  mark: string;
  nativeSymbol: string;
  local: boolean;
  /** Null when no provider of the chain responded. */
  balances: { native: string; tokens: TokenBalance[] } | null;
}

/** An unsigned EIP-1559 transaction; quantities are decimal strings of base units. */
export interface UnsignedTransaction {
  type: 2;
  chainId: number;
  nonce: number;
  to: Address;
  data: Hex;
  value: '0';
  gasLimit: string;
  maxFeePerGas: string;
  maxPriorityFeePerGas: string;
}

/**
 * A transfer to review and sign. Only the transaction: the browser reads everything that it shows from there
 * (web/account/keys/transfer-facts.ts).
 */
export interface ReviewedTransfer {
  transaction: UnsignedTransaction;
}

export interface FeeEstimate {
  /** Decimal string of the chain's native coin, and its symbol. An estimate: the block sets the fee. */
  native: string;
  symbol: string;
  /** Approximate US dollars, `"0.02"`; null when no price is known for the coin. */
  usd: string | null;
}

export type PayObstacle = 'balance' | 'gas' | 'unreachable' | 'trouble';

/** One way to pay an intent from a wallet: a row of the checkout's network list. */
export interface PayOption {
  chainId: number;
  network: string;
  mark: string;
  coin: CoinId;
  token: Address;
  /** As people call it: "USDT", "USDT0". */
  symbol: string;
  /** Null when the chain did not respond. */
  balance: string | null;
  /** The amount to send on this chain, exact to the token's last digit. */
  due: string;
  /** Coin and gas suffice, and the network shows payments in time. */
  enough: boolean;
  obstacle: PayObstacle | null;
  /** The obstacle as text: "4.10 USDT, needs 25.00 USDT". */
  reason: string | null;
  fee: FeeEstimate | null;
  /** Native coin that the wallet must hold for the transfer to be accepted; null when the chain did not respond. */
  gasNeeded: string | null;
  /** A local chain, which the development faucet can fill. */
  local: boolean;
  /** About how long a payment takes to be confirmed; null when the chain's finality decides. */
  secondsToConfirm: number | null;
}

/** What the wallet lacks for a payment. */
export interface TopUp {
  /** The wallet's, with its QR code. */
  address: Address;
  qr: QrCode;
  network: WalletNetwork;
  /** Of the coin, of the native coin for the fee, or of both. Empty: nothing is missing. */
  transfers: {
    /** Decimal string, exact. */
    amount: string;
    symbol: string;
    /** EIP-681, for wallet apps. */
    uri: string;
    /** As `eth_sendTransaction` takes it, without the sender. */
    transaction: { to: Address; value: Hex; data: Hex };
  }[];
}

/** What AllScale Pay on the checkout shows first. `sentTxHash`: an announced transaction that is in no block yet. */
export type PayState = { sentTxHash: Hex | null } & (
  | { kind: 'loggedOut' }
  | { kind: 'noWallet'; email: string }
  /** Everything due is on its way from account wallets. */
  | { kind: 'sent'; email: string; phraseChecked: boolean }
  /** Paid, expired or canceled: the page shows which. */
  | { kind: 'notPayable'; email: string; phraseChecked: boolean }
  | {
      kind: 'ready';
      email: string;
      wallet: WalletView;
      options: PayOption[];
      /** Local chains can be filled with test coins: development only. */
      faucet: boolean;
    }
);

export interface HistoryEntry {
  direction: 'out' | 'in';
  chainId: number;
  network: string;
  symbol: string;
  amount: string;
  counterparty: Address;
  txHash: Hex;
  explorerUrl: string | null;
  /** ISO-8601; null when only the block is known. */
  at: string | null;
  state: 'sent' | 'mined' | 'failed';
  /** The intent that it paid. */
  intentId: string | null;
}
