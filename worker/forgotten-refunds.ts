// After the database was restored from a backup: finds refunds that it has forgotten, for a day (decision 0102). Without that, their money
// is offered again: a request of the API that was fulfilled in the lost time is open again, and who fulfils it pays twice.
import { findTransfer, type ReadRange, rangeSince, readReleases } from '#chain/forgotten-refunds.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import {
  listUnfulfilledRequests,
  readUnknownDigests,
  recordForgottenRelease,
  recordForgottenTransfer,
  type UnfulfilledRequest,
} from '#db/refunds/forgotten-refunds.ts';
import { takenRefundEvents } from '#db/refunds/refund-outcomes.ts';
import { readRecentRestore } from '#db/restores/database-life.ts';
import type { Hex } from '#domain/address.ts';
import type { EventPlace } from '#domain/chain-events.ts';
import { chainById } from '#domain/chains.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { UserError } from '#domain/errors.ts';
import type { ReleasedMoney } from '#domain/release-order.ts';
import type { FollowerOptions } from './confirmed-follower.ts';
import { createSentMoney } from './sent-money.ts';

/** The most that a restore is expected to lose. Records of what is older are there, and are recognised. */
const LOOKBACK_MS = 7 * 24 * 3_600_000;

type Options = Pick<FollowerOptions, 'em' | 'logger'> & {
  /** How long until what left merchants' wallets is looked at again. */
  againMs?: number;
};

/** One pass over a chain. It costs one small query while the database was not restored. @returns the number of records written */
export const createForgottenRefunds = ({ em, logger, ...rest }: Options) => {
  /** The next block to read, by search. A process that starts again reads from the beginning. */
  const next = new Map<string, bigint>();
  const followSentMoney = createSentMoney({ em, logger, ...rest });
  /** By chain and digest: releases whose order or payment the database does not know yet. */
  const unplacedOn = new Map<number, Map<Hex, ReleasedMoney>>();

  /** @returns whether it is recorded, or never can be */
  const write = async (about: object, writing: () => Promise<boolean>): Promise<'written' | 'later' | 'never'> => {
    try {
      if (!(await writing())) return 'later';
      logger.warn(about, 'a refund that the database had forgotten is recorded again');
      return 'written';
    } catch (error) {
      logger.warn({ ...about, reason: (error as Error).message }, 'a forgotten refund could not be recorded');
      return error instanceof UserError ? 'never' : 'later';
    }
  };

  const followReleases = async (chainId: number, pool: RpcPool, restored: Date): Promise<number> => {
    const search = `${restored.getTime()}:${chainId}`;
    const since = new Date(restored.getTime() - LOOKBACK_MS);
    const read = await pool.use(async (provider) => {
      const range = await rangeSince(provider, chainById(chainId), { from: next.get(search), since });
      return range && { range, releases: await readReleases(provider, range, [FACTORY_ADDRESS]) };
    });
    const unplaced = unplacedOn.get(chainId) ?? new Map<Hex, ReleasedMoney>();
    unplacedOn.set(chainId, unplaced);
    for (const release of read?.releases ?? []) unplaced.set(release.digest, release);
    if (read) next.set(search, read.range.next);
    const unknown = await readUnknownDigests(em, [...unplaced.keys()]);
    let written = 0;
    for (const [digest, release] of unplaced) {
      const { txHash, contractId } = release;
      const outcome = unknown.has(digest)
        ? await write({ chainId, txHash, contractId }, () => recordForgottenRelease(em, chainId, release))
        : 'never';
      if (outcome === 'written') written += 1;
      if (outcome !== 'later') unplaced.delete(digest);
    }
    return written;
  };

  const findTransferOf = async (
    chainId: number,
    pool: RpcPool,
    { id, receiver, leavesBaseUnits: amountBaseUnits, createdAt, token, toAddress: to }: UnfulfilledRequest,
    earliest: number,
  ): Promise<{ range: ReadRange; transfer: EventPlace | null } | null> => {
    const taken = await takenRefundEvents(em, { id: '0', chainId, toAddress: to, txHash: null });
    const since = new Date(Math.max(createdAt.getTime(), earliest));
    return await pool.use(async (provider) => {
      const range = await rangeSince(provider, chainById(chainId), { from: next.get(id), since });
      const sought = { token, from: receiver, to, amountBaseUnits };
      return range && { range, transfer: await findTransfer(provider, range, sought, taken) };
    });
  };

  const followRequests = async (chainId: number, pool: RpcPool, restored: Date): Promise<number> => {
    let written = 0;
    for (const request of await listUnfulfilledRequests(em, chainId, restored)) {
      const read = await findTransferOf(chainId, pool, request, restored.getTime() - LOOKBACK_MS);
      const transfer = read?.transfer;
      const about = { chainId, intent: request.intentId, request: request.id, txHash: transfer?.txHash };
      const outcome = transfer
        ? await write(about, () => recordForgottenTransfer(em, chainId, request, transfer))
        : 'never';
      if (outcome === 'written') written += 1;
      if (read && outcome !== 'later') next.set(request.id, read.range.next);
    }
    return written;
  };

  return async (chainId: number, pool: RpcPool): Promise<number> => {
    const restore = await readRecentRestore(em);
    if (!restore) return 0;
    const { noticedAt } = restore;
    const found = (await followReleases(chainId, pool, noticedAt)) + (await followRequests(chainId, pool, noticedAt));
    // Last: what fulfils a request is no other refund.
    return found + (await followSentMoney(chainId, pool, restore));
  };
};
