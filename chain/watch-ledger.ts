// What a watcher needs of the ledger. Implemented over Postgres in db/watching/watch-ledger.ts; chain/ has no access to the database.
import type { Address, Hex } from '#domain/address.ts';
import type {
  BlockPoint,
  KnownDeposit,
  StepResult,
  TransferFacts,
  WatchPosition,
  WatchStep,
} from '#domain/observed-blocks.ts';
import type { TokenCheckResult } from '#domain/token-check.ts';

/** A token whose transfers are not credited, and why. */
export interface RejectedToken {
  token: Address;
  trouble: string;
}

export interface WatchLedger {
  /** Where the watcher goes on; undefined before its first start. */
  position(chainId: number): Promise<WatchPosition | undefined>;
  /** The first start: the cursor begins at this block. Nothing when it has begun already. */
  begin(chainId: number, block: BlockPoint): Promise<void>;
  /** Takes the lease when it is free, expired or already this owner's. The new fencing token, or undefined. */
  acquireLease(chainId: number, owner: string, ttlMs: number): Promise<bigint | undefined>;
  /** Prolongs the lease and notes the head, when it is known. Throws LeaseLostError. */
  renewLease(chainId: number, token: bigint, ttlMs: number, head: bigint | null): Promise<void>;
  releaseLease(chainId: number, token: bigint): Promise<void>;
  /** Words for the operator, or null when all is well. */
  setTrouble(chainId: number, token: bigint, message: string | null): Promise<void>;
  /** The deposit addresses among these. One indexed query, whatever the number of open intents. */
  depositsAmong(chainId: number, addresses: readonly Address[]): Promise<Map<Address, KnownDeposit>>;
  /** Remembered blocks at or below a number, the highest first. */
  blocksDownFrom(chainId: number, number: bigint, limit: number): Promise<BlockPoint[]>;
  /** Transfers of these blocks that no reorganisation took back. */
  liveTransfers(chainId: number, from: bigint, to: bigint): Promise<TransferFacts[]>;
  /** Blocks at or below a number that claims point to, the oldest claim first. */
  rechecks(chainId: number, upTo: bigint, limit: number): Promise<{ txHash: Hex; blockNumber: bigint }[]>;
  /** The block of this claim was read again; nothing when the lease is lost. */
  finishRecheck(chainId: number, token: bigint, recheck: { txHash: Hex; blockNumber: bigint }): Promise<void>;
  /** This claim could not be read now: it waits behind the others. Nothing when the lease is lost. */
  postponeRecheck(chainId: number, token: bigint, recheck: { txHash: Hex; blockNumber: bigint }): Promise<void>;
  /** Tokens whose contract was not what we know when it was last read. */
  rejectedTokens(chainId: number): Promise<RejectedToken[]>;
  /**
   * Stores what the contracts returned. Transfers of tokens that fit again are read again, like claims.
   * @returns the symbols that were stored before
   */
  saveTokenChecks(
    chainId: number,
    results: readonly TokenCheckResult[],
  ): Promise<ReadonlyMap<Address, { symbol: string | null }>>;
  /** One step, in one transaction. Throws LeaseLostError when the token is stale. */
  commit(step: WatchStep): Promise<StepResult>;
}
