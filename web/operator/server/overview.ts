// The console's first page: queues with their oldest items, chains and relayers. Rows of the database, and one batch of two calls for
// each chain with a relayer, which may be late: then its balance is unknown.
import { listFailingReceivers } from '#db/delivery/failing-receivers.ts';
import { type QueueLength, type QueueName, readQueueLengths } from '#db/dispatch/queue-lengths.ts';
import { countProposals } from '#db/merchants/proposals.ts';
import { countOpenAlerts } from '#db/monitoring/operator-alerts.ts';
import type { Em } from '#db/orm.ts';
import { listRelayerStatus } from '#db/settlements/relayer-status.ts';
import { listChainStatus } from '#db/watching/chain-status.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { needsLook } from '../parts/chain-health.ts';
import { listToldAlerts } from './alerts.ts';
import { readRelayers, watcherView } from './chains-view.ts';
import type { OverviewView, QueueView } from './operator-types.ts';

const RECEIVERS = 200;
const GAS_MS = 2_000;

/** Both kinds of money that a person decides on are one queue. */
const reviewsOf = ({ reviews, strays }: Record<QueueName, QueueLength>): QueueView => ({
  waiting: reviews.waiting + strays.waiting,
  oldestSeconds: Math.max(reviews.oldestSeconds, strays.oldestSeconds),
});

export const readOverview = async (
  em: Em,
  chains: readonly EnabledChain[],
  pools: ChainPools,
): Promise<OverviewView> => {
  const [lengths, failing, watchers, relayers, alerts] = await Promise.all([
    readQueueLengths(em),
    listFailingReceivers(em, RECEIVERS),
    listChainStatus(em),
    listRelayerStatus(em),
    listToldAlerts(em),
  ]);
  const since = failing[0]?.failingSince.getTime();
  const views = chains.map(async ({ chain }): Promise<OverviewView['chains'][number]> => {
    const watcher = watchers.find(({ chainId }) => chainId === chain.id);
    return {
      ...{ chainId: chain.id, network: chain.name, isTest: chain.isTest },
      watcher: watcher ? watcherView(watcher, chain) : null,
      relayers: await readRelayers(relayers, chain, pools.get(chain.id), GAS_MS),
    };
  });
  return {
    queues: {
      ...lengths,
      reviews: reviewsOf(lengths),
      receivers: {
        waiting: failing.length,
        oldestSeconds: since === undefined ? 0 : Math.max((Date.now() - since) / 1_000, 0),
      },
    },
    chains: await Promise.all(views),
    alerts: alerts.filter(({ endedAt }) => endedAt === null),
  };
};

/** What needs a person, for the navigation: everything that waits for a decision, and of what goes on by itself what is late. */
export const readRailCounts = async (em: Em, chains: readonly EnabledChain[]) => {
  const [lengths, watchers, alerts, proposals] = await Promise.all([
    readQueueLengths(em),
    listChainStatus(em),
    countOpenAlerts(em),
    countProposals(em),
  ]);
  const isTroubled = ({ chain }: EnabledChain): boolean => {
    const row = watchers.find(({ chainId }) => chainId === chain.id);
    return row !== undefined && needsLook(watcherView(row, chain));
  };
  return {
    applied: lengths.applications.waiting,
    reviews: reviewsOf(lengths).waiting,
    chains: chains.filter(isTroubled).length,
    settlements: lengths.settlements.late,
    emails: lengths.emails.late,
    alerts,
    proposals,
  };
};
