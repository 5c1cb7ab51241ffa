// A relayer's row on one chain: its lease, its next nonce, and what keeps it from paying. Only the holder of the lease writes.
import { raw } from '@mikro-orm/postgresql';
import type { Address } from '#domain/address.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { RelayerLease } from '#domain/settlements.ts';
import { RelayerAccount } from '../entities/chain.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { msFromNow, now } from '../sql.ts';
import { readStuckMessage } from './settlement-results.ts';

/** Runs `work` in a transaction that holds the relayer's row. Throws LeaseLostError when another relayer has the lease. */
export const holdLease = <T>(entityManager: Em, lease: RelayerLease, work: (em: Em) => Promise<T>): Promise<T> =>
  entityManager.fork().transactional(async (em) => {
    const row = await kyselyOf(em)
      .selectFrom('RelayerAccount')
      .select('chainId')
      .where('chainId', '=', lease.chainId)
      .where('address', '=', lease.relayer)
      .where('leaseToken', '=', lease.token)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new LeaseLostError(`Another relayer holds the lease of ${lease.relayer} on chain ${lease.chainId}`);
    return await work(em);
  });

const keyOf = ({ chainId, relayer }: RelayerLease) => ({ chainId, address: relayer });

/** The lease's part of the ledger. Each method is one transaction. */
export const createRelayerLease = (entityManager: Em) => ({
  async acquireLease(
    chainId: number,
    relayer: Address,
    owner: string,
    ttlMs: number,
  ): Promise<RelayerLease | undefined> {
    const db = kyselyOf(entityManager.fork());
    await db
      .insertInto('RelayerAccount')
      .values({ chainId, address: relayer })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await db
      .updateTable('RelayerAccount')
      .set((eb) => ({ leaseToken: eb('leaseToken', '+', 1n), leaseOwner: owner, leaseUntil: msFromNow(ttlMs) }))
      .where('chainId', '=', chainId)
      .where('address', '=', relayer)
      .where((eb) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', now), eb('leaseOwner', '=', owner)]))
      .returning('leaseToken')
      .executeTakeFirst();
    return row && { chainId, relayer, token: row.leaseToken };
  },

  renewLease: (lease: RelayerLease, ttlMs: number): Promise<void> =>
    holdLease(entityManager, lease, async (em) => {
      await kyselyOf(em)
        .updateTable('RelayerAccount')
        .set({ leaseUntil: msFromNow(ttlMs) })
        .where('chainId', '=', lease.chainId)
        .where('address', '=', lease.relayer)
        .execute();
    }),

  async releaseLease(lease: RelayerLease): Promise<void> {
    await entityManager
      .fork()
      .nativeUpdate(
        RelayerAccount,
        { ...keyOf(lease), leaseToken: lease.token },
        { leaseUntil: null, leaseOwner: null },
      );
  },

  setTrouble: (lease: RelayerLease, message: string | null): Promise<void> =>
    holdLease(entityManager, lease, async (em) => {
      await em.nativeUpdate(RelayerAccount, keyOf(lease), { trouble: message, updatedAt: raw<Date>('now()') });
    }),

  async nextNonce(lease: RelayerLease): Promise<bigint> {
    const account = await entityManager.fork().findOne(RelayerAccount, keyOf(lease));
    return account?.nextNonce ?? 0n;
  },

  setNextNonce: (lease: RelayerLease, nonce: bigint): Promise<void> =>
    holdLease(entityManager, lease, async (em) => {
      await em.nativeUpdate(RelayerAccount, keyOf(lease), { nextNonce: nonce });
    }),

  stuckMessage: (chainId: number, attempts: number): Promise<string | null> =>
    readStuckMessage(entityManager.fork(), chainId, attempts),
});
