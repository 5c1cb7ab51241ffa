// What the relayer needs of the ledger. Implemented over Postgres in db/settlements/settlement-ledger.ts; chain/ has no access to the database.
// Every method that takes a lease throws LeaseLostError when another relayer holds it now.
import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Wei } from '#domain/money.ts';
import type {
  ConcludedTransaction,
  DueSettlement,
  NewTransaction,
  PaymentByOthers,
  RelayerLease,
  SettledNews,
  SettlementRetry,
  StoredTransaction,
} from '#domain/settlements.ts';

export interface SettlementLedger {
  /** Takes the lease when it is free, expired or already this owner's. */
  acquireLease(chainId: number, relayer: Address, owner: string, ttlMs: number): Promise<RelayerLease | undefined>;
  renewLease(lease: RelayerLease, ttlMs: number): Promise<void>;
  releaseLease(lease: RelayerLease): Promise<void>;
  setTrouble(lease: RelayerLease, message: string | null): Promise<void>;

  nextNonce(lease: RelayerLease): Promise<bigint>;
  /** Only while nothing is in flight. */
  setNextNonce(lease: RelayerLease, nonce: bigint): Promise<void>;

  /** Transactions without a concluded result, all attempts, by nonce and attempt. */
  inFlight(lease: RelayerLease): Promise<StoredTransaction[]>;
  /** Concluded, mined transactions from a nonce on: to be sent again when the chain has forgotten them. */
  minedFrom(lease: RelayerLease, nonce: bigint): Promise<StoredTransaction[]>;
  /** Relayers of the chain that have transactions in flight. */
  accountsInFlight(chainId: number): Promise<Address[]>;
  /** Stores what gas costs now, once in ten minutes. */
  noteGasPrice(chainId: number, price: Wei): Promise<void>;
  /** The median of the last day's samples; null while there are too few. */
  usualGasPrice(chainId: number): Promise<Wei | null>;
  /** Pending settlements that are due, the oldest first. */
  due(chainId: number, limit: number): Promise<DueSettlement[]>;
  /**
   * Payouts of this intent in this token that are recorded already, as in `isTaken`: the events of final ones, the whole transactions of
   * others, whose events may have moved. With our transactions in flight, whose results are not read yet.
   */
  recordedPayouts(chainId: number, of: { intentId: IntentId; token: Address }): Promise<Set<string>>;

  /** Digests of the intent's refunds from its deposit: their events are no settlement. */
  refundDigests(intentId: IntentId): Promise<Set<Hex>>;

  /**
   * Stores a signed transaction, before it is sent, takes its nonce, and marks what it carries as sending. False, and nothing is stored,
   * when another key has taken one of the settlements.
   */
  storeTransaction(
    lease: RelayerLease,
    transaction: NewTransaction,
    settlementIds: readonly string[],
  ): Promise<boolean>;
  /** Stores a signed transaction that replaces another of the same nonce. */
  storeReplacement(lease: RelayerLease, transaction: NewTransaction): Promise<void>;
  /** @param error the node's message when it rejected the transaction; null when it accepted it */
  noteSent(lease: RelayerLease, txHash: Hex, error: string | null): Promise<void>;
  /** @param blockNumber where it was seen mined; null when it is not mined any more */
  noteBlock(lease: RelayerLease, txHash: Hex, blockNumber: bigint | null): Promise<void>;

  /**
   * A transaction is mined as deep as the chain's rule asks: what the contract paid is settled, with a timeline event each;
   * what it skipped goes back, with the reason, to be tried again. Returns what is settled.
   */
  conclude(lease: RelayerLease, result: ConcludedTransaction, retry: SettlementRetry): Promise<SettledNews[]>;
  /** The nonce was used by a transaction that is not ours: what it carried goes back. */
  concludeLost(lease: RelayerLease, nonce: bigint, message: string, retry: SettlementRetry): Promise<void>;
  /** Somebody else caused the payment: the first of these, at least one, settles the row; further parts are rows of their own. */
  recordPaid(lease: RelayerLease, settlementId: string, payments: readonly PaymentByOthers[]): Promise<void>;
  /** Why settlements with at least this many attempts are still not paid, as a message; null when there are none. */
  stuckMessage(chainId: number, attempts: number): Promise<string | null>;
  /** Keeps pending settlements for later, with a message. Those that another key sends meanwhile stay as they are. */
  postpone(
    lease: RelayerLease,
    settlementIds: readonly string[],
    message: string,
    retry: SettlementRetry,
  ): Promise<void>;
}
