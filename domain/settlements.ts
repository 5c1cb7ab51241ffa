// Settlements as plain data, exchanged by the relayer (chain/) and the ledger (db/).

import type { Address, Hex } from './address.ts';
import type { ContractId, IntentId } from './ids.ts';
import type { BaseUnits, Units, Wei } from './money.ts';

/** A deposit that waits to be paid out, with the terms that its address binds. */
export interface DueSettlement {
  id: string;
  intentId: IntentId;
  contractId: ContractId;
  token: Address;
  factory: Address;
  receiver: Address;
  feeReceiver: Address;
  /** Parts of 1e9. */
  feeRateE9: bigint;
  depositAddress: Address;
  /** The block of the intent's first transfer of this token on this chain: no settlement is older. Null without one. */
  firstBlock: bigint | null;
  /** What it holds, by the ledger. */
  valueUnits: Units;
  /** Since it was owed. */
  waitedMs: number;
  /** How often it failed. */
  attempts: number;
}

/** What the contract paid, by its event, in the token's base units. */
export interface PaidOut {
  contractId: ContractId;
  token: Address;
  netBaseUnits: BaseUnits;
  feeBaseUnits: BaseUnits;
  txHash: Hex;
  logIndex: number;
  blockNumber: bigint;
  blockHash: Hex;
}

/** Who caused a payment: our relayer, anybody else, or the merchant's signed order. */
export type PaidBy = 'relayer' | 'anyone' | 'release';

/** A settlement that a transaction of the relayer paid. */
export interface SettledNews {
  intentId: IntentId;
  token: Address;
  txHash: Hex;
  /** Since when it was owed. */
  owedAt: Date;
}

/** A payment out of a deposit that the relayer did not cause. */
export interface PaymentByOthers {
  paid: PaidOut;
  by: Exclude<PaidBy, 'relayer'>;
}

/** A stored transaction of the relayer that is not concluded yet. */
export interface StoredTransaction {
  id: string;
  nonce: bigint;
  /** 1 for the first; higher for replacements of the same nonce. */
  attempt: number;
  rawTx: Hex;
  txHash: Hex;
  maxFeePerGas: Wei;
  /** Where it was last seen mined; null while it is not. */
  blockNumber: bigint | null;
  /** Epoch milliseconds of the first sending, or null when that may not have happened. */
  sentAt: number | null;
}

export type NewTransaction = Pick<StoredTransaction, 'nonce' | 'attempt' | 'rawTx' | 'txHash' | 'maxFeePerGas'>;

/** What a mined transaction did. */
export interface ConcludedTransaction {
  nonce: bigint;
  txHash: Hex;
  blockNumber: bigint;
  reverted: boolean;
  gasUsed: bigint;
  /** What it cost; null where the node did not say. */
  feeWei: Wei | null;
  paid: readonly PaidOut[];
  /** Why an intent's deposit was skipped, as a message. */
  skipped: ReadonlyMap<ContractId, string>;
}

/** The right to send for one relayer on one chain. */
export interface RelayerLease {
  chainId: number;
  relayer: Address;
  /** Fencing token. */
  token: bigint;
}

/** When a failed settlement is retried. Retries never end, because the deposit holds somebody's money. */
export interface SettlementRetry {
  /** The first wait; doubled each time, at most an hour. */
  baseMs: number;
  /** After this many attempts it is retried once an hour, and its reason is shown as the relayer's trouble. */
  attemptsUntilTrouble: number;
}

/** One settlement in its own transaction, with the deposit deployed: docs/chains.md section 2, and the contracts' gas snapshot. */
const SETTLEMENT_GAS = 93_000n;

/** How many settlements, each alone, this much native coin pays at a price of gas; null while gas costs nothing. */
export const settlementsPaidBy = (balance: bigint, gasPrice: bigint): number | null =>
  gasPrice > 0n ? Number(balance / (gasPrice * SETTLEMENT_GAS)) : null;
