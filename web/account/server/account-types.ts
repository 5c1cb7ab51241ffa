// What account pages and the checkout's AllScale Pay get from the server: plain data, amounts as decimal strings.
// Browsers import these types too, so nothing here may pull a module in.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId, CoinSymbol } from '#domain/coins.ts';

export interface AccountSession {
  /** The session's own id, to tell it from the others. */
  sessionId: string;
  userId: string;
  email: string;
  role: string;
  twoFactorEnabled: boolean;
  /** The person has shown that the mailbox is theirs. */
  emailVerified: boolean;
  /** Logged in a short while ago: what changes how one logs in needs it. */
  fresh: boolean;
}

export interface SealedKeyView {
  id: string;
  kind: 'passkey' | 'password';
  credentialId: string | null;
  /** JSON; see web/account/keys/sealed-key.ts. */
  blob: string;
}

export interface WalletView {
  address: Address;
  phraseChecked: boolean;
  keys: SealedKeyView[];
}

export interface CoinBalance {
  coin: CoinId;
  symbol: CoinSymbol;
  /** Decimal string, exact. */
  amount: string;
}

export interface ChainBalances {
  chainId: number;
  name: string;
  mark: string;
  nativeSymbol: string;
  local: boolean;
  /** Null when no provider of the chain answered. */
  balances: { native: string; coins: CoinBalance[] } | null;
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

/** A transfer to be reviewed by a person and signed in the browser: what is shown is what the browser checks and signs. */
export interface ReviewedTransfer {
  transaction: UnsignedTransaction;
  chainId: number;
  network: string;
  coin: CoinId;
  symbol: CoinSymbol;
  token: Address;
  from: Address;
  recipient: Address;
  /** Decimal string of coin. */
  amount: string;
  amountBaseUnits: string;
  fee: FeeEstimate;
}

export interface FeeEstimate {
  /** Decimal string of the chain's native coin, and its symbol. An estimate: the chain takes what the block asks. */
  native: string;
  symbol: string;
  /** About so many US dollars, `"0.02"`; null when no price is known for the coin. */
  usd: string | null;
}

export type PayObstacle = 'balance' | 'gas' | 'unreachable' | 'trouble';

/** One way to pay an intent from a wallet: a row of the checkout's network list. */
export interface PayOption {
  chainId: number;
  network: string;
  mark: string;
  coin: CoinId;
  symbol: CoinSymbol;
  /** Null when the chain did not answer. */
  balance: string | null;
  /** What must be sent on this chain, exact to the token's last digit. */
  due: string;
  /** Both the coin and the gas suffice, and the network is well. */
  enough: boolean;
  obstacle: PayObstacle | null;
  /** The obstacle in words: "4.10 USDT, needs 25.00 USDT". */
  reason: string | null;
  fee: FeeEstimate | null;
  /** What the wallet must hold of the chain's native coin for the transfer to be taken; null when the chain did not answer. */
  gasNeeded: string | null;
  /** A chain of this machine, which the development faucet can fill. */
  local: boolean;
  /** About how long a payment takes to be confirmed; null when the chain's finality decides. */
  secondsToConfirm: number | null;
}

/** What the checkout's AllScale Pay shows first. `sentTxHash`: a transaction that was announced and no block has shown yet. */
export type PayState = { sentTxHash: Hex | null } & (
  | { kind: 'loggedOut' }
  | { kind: 'noWallet'; email: string }
  /** Everything that is due is on its way from a wallet of ours. */
  | { kind: 'sent'; email: string }
  /** Paid, expired or canceled: the page will say which. */
  | { kind: 'notPayable'; email: string }
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
  symbol: CoinSymbol;
  amount: string;
  counterparty: Address;
  txHash: Hex;
  explorerUrl: string | null;
  /** ISO-8601; null when only the block is known. */
  at: string | null;
  state: 'sent' | 'mined' | 'failed';
  /** The checkout that it paid. */
  intentId: string | null;
}
