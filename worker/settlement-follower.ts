// Follows settlements until their block is final (decision 0083), and finds what somebody else paid out before one of them. All state is
// in Postgres.
import { readHeader } from '#chain/block-reader.ts';
import { isDeepEnough } from '#chain/relayer-chain.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { type PaidAccount, type PayoutEvent, readPayouts, watchedSettlement } from '#chain/settlement-events.ts';
import type { Em } from '#db/orm.ts';
import {
  listShortSettlements,
  listUnfinalSettlements,
  markSettlementsFinal,
  recordPaidBefore,
  recordSettlementMoved,
  recordSettlementRemoved,
  type WatchedSettlement,
} from '#db/settlements/confirmed-settlements.ts';
import { readRecordedPayouts, readRefundDigests } from '#db/settlements/settlement-account.ts';
import { chainById } from '#domain/chains.ts';
import {
  type ConfirmedKind,
  type Follower,
  type FollowerOptions,
  followChains,
  followConfirmed,
  oneByOne,
} from './confirmed-follower.ts';

/** A block has many of them, and they share its header. */
const UNFINAL_PER_PASS = 5_000;
const SHORT_PER_PASS = 100;

const accountOf = async (em: Em, settlement: WatchedSettlement): Promise<PaidAccount> => ({
  ...settlement,
  refundDigests: await readRefundDigests(em.fork(), settlement.intentId),
});

const confirmedSettlements = (em: Em): ConfirmedKind<WatchedSettlement, PayoutEvent> => ({
  name: 'settlement',
  list: (chainId) => listUnfinalSettlements(em, chainId, UNFINAL_PER_PASS),
  expect: async (settlement) => watchedSettlement(await accountOf(em, settlement), settlement),
  taken: (chainId, settlement, lost) =>
    readRecordedPayouts(em.fork(), { ...settlement, chainId }, { ...settlement, lost }),
  finish: (settlements) => markSettlementsFinal(em, settlements),
  write: ({ id, block }, change) =>
    change.kind === 'moved' ? recordSettlementMoved(em, id, change.event) : recordSettlementRemoved(em, id, block),
});

/** Somebody else may settle too: the relayer, which settles what is there, does not see that. */
const followShort = async (
  { em, logger }: Pick<FollowerOptions, 'em' | 'logger'>,
  chainId: number,
  pool: RpcPool,
): Promise<number> => {
  const { read, write } = oneByOne(logger, 'settlement');
  let changed = 0;
  for (const settlement of await listShortSettlements(em, chainId, SHORT_PER_PASS)) {
    const found = await read(chainId, settlement, findPayouts(em, chainId, pool, settlement));
    if (!found) continue;
    if (await write(chainId, settlement, 'paid before', () => recordPaidBefore(em, settlement, found))) changed += 1;
  }
  return changed;
};

/** Payouts that no settlement has; null while the latest is not confirmed. */
const findPayouts = async (
  em: Em,
  chainId: number,
  pool: RpcPool,
  settlement: WatchedSettlement,
): Promise<PayoutEvent[] | null> => {
  const account = await accountOf(em, settlement);
  const taken = await readRecordedPayouts(em.fork(), { ...settlement, chainId });
  return await pool.use(async (provider) => {
    const { number: to } = await readHeader(provider, 'latest');
    const payouts = await readPayouts(provider, account, { from: settlement.firstBlock, to, taken });
    const latest = payouts.at(-1);
    const isDeep = !latest || (await isDeepEnough(provider, chainById(chainId), latest.block.number));
    return isDeep ? payouts : null;
  });
};

export const createSettlementFollower = ({ em, pools, logger }: FollowerOptions): Follower => {
  const confirmed = confirmedSettlements(em);
  return followChains({ pools, logger }, 'settlements', [
    (chainId, pool) => followConfirmed(logger, confirmed, chainId, pool),
    (chainId, pool) => followShort({ em, logger }, chainId, pool),
  ]);
};
