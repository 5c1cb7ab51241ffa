// Follows refunds: confirmed ones until their block is final, open ones until their chain confirms them or their deadline passes. All
// state is in Postgres, and a pass costs nothing while there is none of either.
import { type RefundEvent, type RefundSight, readRefund, watchedRefund } from '#chain/refund-events.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { RpcProvider } from '#chain/rpc-provider.ts';
import type { Em } from '#db/orm.ts';
import { listUnfinalRefunds, type UnfinalRefund } from '#db/refunds/confirmed-refunds.ts';
import type { OpenRefund } from '#db/refunds/expected-refunds.ts';
import {
  applyRefundUpdate,
  listOpenRefunds,
  type RefundUpdate,
  takenRefundEvents,
} from '#db/refunds/refund-outcomes.ts';
import { chainById } from '#domain/chains.ts';
import {
  type ConfirmedKind,
  type Follower,
  type FollowerOptions,
  followChains,
  followConfirmed,
  oneByOne,
} from './confirmed-follower.ts';
import { createForgottenRefunds } from './forgotten-refunds.ts';

const REFUNDS_PER_PASS = 100;
const UNFINAL_PER_PASS = 500;

const confirmedRefunds = (em: Em): ConfirmedKind<UnfinalRefund, RefundEvent> => ({
  name: 'refund',
  list: (chainId) => listUnfinalRefunds(em, chainId, UNFINAL_PER_PASS),
  expect: async (refund) => watchedRefund(refund, refund.block),
  taken: (chainId, refund, lost) => takenRefundEvents(em, { ...refund, chainId }, lost),
  async finish(refunds) {
    let changed = 0;
    for (const { id, block } of refunds) if (await applyRefundUpdate(em, id, { kind: 'final', block })) changed += 1;
    return changed;
  },
  write: ({ id, block }, change) =>
    applyRefundUpdate(
      em,
      id,
      change.kind === 'moved' ? { kind: 'moved', ...change.event } : { kind: 'removed', block },
    ),
});

export const createRefundFollower = ({ em, pools, logger }: FollowerOptions): Follower => {
  const { read, write } = oneByOne(logger, 'refund');
  const confirmed = confirmedRefunds(em);

  const look = async (chainId: number, pool: RpcPool, refund: OpenRefund): Promise<RefundUpdate | null> => {
    const taken = await takenRefundEvents(em, { ...refund, chainId });
    const lookAt = (provider: RpcProvider) => readRefund(provider, chainById(chainId), refund, taken);
    const sight = await pool.use(lookAt);
    if (sight.kind !== 'expired') return updateFor(sight);
    // Its money is offered again: one provider that hides its event must not decide that.
    const all = await pool.askAll(lookAt);
    const isDoubted = all.length < Math.min(2, pool.size) || all.some(({ response }) => response.kind !== 'expired');
    return isDoubted ? null : updateFor(sight);
  };

  const followOpen = async (chainId: number, pool: RpcPool): Promise<number> => {
    let changed = 0;
    for (const refund of await listOpenRefunds(em, chainId, REFUNDS_PER_PASS)) {
      const update = await read(chainId, refund, look(chainId, pool, refund));
      if (!update) continue;
      if (await write(chainId, refund, update.kind, () => applyRefundUpdate(em, refund.id, update))) changed += 1;
    }
    return changed;
  };

  // Confirmed ones first: a reorganisation may have moved the event of one, and no open refund may take it for its own.
  return followChains({ pools, logger }, 'refunds', [
    (chainId, pool) => followConfirmed(logger, confirmed, chainId, pool),
    followOpen,
    // Last: what the open ones have found is theirs.
    createForgottenRefunds({ em, logger }),
  ]);
};

const updateFor = (sight: RefundSight): RefundUpdate | null => {
  switch (sight.kind) {
    case 'waiting':
      return null;
    case 'mined':
    case 'confirmed':
      return sight;
    case 'reverted':
      return { kind: 'failed', reason: 'The transaction failed on the chain. No money moved.' };
    case 'expired':
      return { kind: 'failed', reason: 'The order ran out before it was carried out. No money moved.' };
  }
};
