// A watcher's row on one chain: its lease, its cursor, and why it stopped. A token fences off a watcher that lost its lease.
import { sql } from 'kysely';
import { findChain } from '#domain/chains.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { BlockPoint, WatchPosition } from '#domain/observed-blocks.ts';
import { ChainCursor } from '../entities/chain.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { MAY_WATCH } from '../restores/database-life.ts';
import { msFromNow, now } from '../sql.ts';

export const leaseLost = (chainId: number): LeaseLostError =>
  new LeaseLostError(`Another watcher holds the lease of chain ${chainId}`);

/** The lease's part of the ledger, over an entity manager that is forked for each call. */
export const createWatchLease = (entityManager: Em) => ({
  async position(chainId: number): Promise<WatchPosition | undefined> {
    const row = await entityManager.fork().findOne(ChainCursor, chainId);
    if (!row) return undefined;
    const cursor = { number: row.blockNumber, hash: row.blockHash, time: row.blockTime.getTime() };
    return { cursor, finalNumber: row.finalBlockNumber };
  },

  async begin(chainId: number, block: BlockPoint): Promise<void> {
    await kyselyOf(entityManager.fork())
      .insertInto('ChainCursor')
      .values({
        chainId,
        blockNumber: block.number,
        blockHash: block.hash,
        blockTime: new Date(block.time),
        finalBlockNumber: block.number,
        headNumber: block.number,
        headSeenAt: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },

  async acquireLease(chainId: number, owner: string, ttlMs: number): Promise<bigint | undefined> {
    const row = await kyselyOf(entityManager.fork())
      .updateTable('ChainCursor')
      .set((eb) => ({
        ...{ leaseToken: eb('leaseToken', '+', 1n), leaseOwner: owner, leaseUntil: msFromNow(ttlMs) },
        isTest: eb.fn.coalesce('isTest', eb.val(findChain(chainId)?.isTest ?? null)),
      }))
      .where('chainId', '=', chainId)
      .where((eb) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', now), eb('leaseOwner', '=', owner)]))
      .where(sql.raw<boolean>(MAY_WATCH))
      .returning('leaseToken')
      .executeTakeFirst();
    return row?.leaseToken;
  },

  async renewLease(chainId: number, token: bigint, ttlMs: number, head: bigint | null): Promise<void> {
    const row = await kyselyOf(entityManager.fork())
      .updateTable('ChainCursor')
      .set({
        leaseUntil: msFromNow(ttlMs),
        ...(head === null ? {} : { headNumber: head, headSeenAt: now }),
      })
      .where('chainId', '=', chainId)
      .where('leaseToken', '=', token)
      .returning('chainId')
      .executeTakeFirst();
    if (!row) throw leaseLost(chainId);
  },

  async releaseLease(chainId: number, token: bigint): Promise<void> {
    await entityManager
      .fork()
      .nativeUpdate(ChainCursor, { chainId, leaseToken: token }, { leaseUntil: null, leaseOwner: null });
  },

  /** Writes only what is new: the watcher calls this for each step. */
  async setTrouble(chainId: number, token: bigint, message: string | null): Promise<void> {
    await kyselyOf(entityManager.fork())
      .updateTable('ChainCursor')
      .set({ trouble: message, updatedAt: now })
      .where('chainId', '=', chainId)
      .where('leaseToken', '=', token)
      .where('trouble', 'is distinct from', message)
      .execute();
  },
});
