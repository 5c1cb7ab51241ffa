// `npm run cluster -- --check`: one payment through the whole shape, with one process of each kind killed in the middle when asked.
import { IntentStatus } from '#sdk/src/index.ts';
import { type Progress, step } from '../lib/progress.ts';
import { waitFor } from '../lib/wait-for.ts';
import { openEventStream } from './edge-client.ts';
import { killAndAwaitRestart } from './kill.ts';
import { type Outcome, openShop, type Shop } from './shop.ts';
import type { Cluster } from './start.ts';

const SEEN_WITHIN_MS = 90_000;
const PAID_WITHIN_MS = 240_000;

const awaitStatus = async (shop: Shop, intentId: string, wanted: IntentStatus, timeoutMs: number): Promise<void> => {
  await waitFor(async () => (await shop.statusOf(intentId)) === wanted, {
    what: `status ${wanted} of ${intentId}`,
    timeoutMs,
    intervalMs: 200,
  });
};

/** One after another, each when the one before was started again. */
const killOneOfEach = async ({ kinds }: Cluster, dataDir: string, say: Progress): Promise<void> => {
  for (const [kind, [name = kind]] of Object.entries(kinds))
    say(`killed ${name} (process ${await killAndAwaitRestart(dataDir, name)})`);
};

const problemsOf = ({ confirmed, transfers, settlements }: Outcome): string[] => [
  ...(confirmed === 1 ? [] : [`it was confirmed ${confirmed} times`]),
  ...(transfers === 1 ? [] : [`${transfers} transfers were found`]),
  ...(settlements.length === 1 ? [] : [`it has ${settlements.length} settlements`]),
];

export interface CheckOptions {
  cluster: Cluster;
  dataDir: string;
  kill: boolean;
  say: Progress;
}

/** Throws an Error that says what is wrong. */
export const checkCluster = async ({ cluster, dataDir, kill, say }: CheckOptions): Promise<void> => {
  const shop = await openShop(cluster);
  const intentId = await step(say, 'creating an order', async () => await shop.createOrder(`cluster-${Date.now()}`));
  const path = `/checkout/${intentId}/events`;
  const stream = await openEventStream(cluster.publicUrl, cluster.edgeAuthority, path);
  try {
    await step(say, 'paying it', async () => {
      await shop.pay(intentId);
      await awaitStatus(shop, intentId, IntentStatus.ON_CHAIN, SEEN_WITHIN_MS);
      await waitFor(() => stream.text().includes(`event: changed\ndata: ${intentId}`), {
        what: 'the news on the event stream',
        timeoutMs: SEEN_WITHIN_MS,
      });
    });
  } finally {
    stream.close();
  }
  if (kill) await step(say, 'killing one process of each kind', async () => await killOneOfEach(cluster, dataDir, say));
  await step(say, 'confirmation and settlement', async () => {
    await awaitStatus(shop, intentId, IntentStatus.CONFIRMED, PAID_WITHIN_MS);
    await waitFor(async () => (await shop.outcomeOf(intentId)).settlements.some(({ state }) => state === 'settled'), {
      what: `the settlement of ${intentId}`,
      timeoutMs: PAID_WITHIN_MS,
      intervalMs: 1_000,
    });
  });
  const problems = problemsOf(await shop.outcomeOf(intentId));
  if (problems.length > 0) throw new Error(`the order ${intentId} is not paid once: ${problems.join(', ')}`);
  say(`the order ${intentId} is paid and settled, once`);
};
