// What activities of this process count: attempts to deliver webhooks, and how soon payments are seen.
import { Counter, Histogram, type Metric } from 'prom-client';
import type { DeliverOutcome } from '#activities/webhook.ts';

const OUTCOMES = ['delivered', 'retry', 'failed', 'disabled'] as const satisfies DeliverOutcome['kind'][];
/** With 5, the promise (docs/operations/README.md). */
const SEEN_BUCKETS_SECONDS = [1, 2, 3, 5, 10, 30, 60, 300, 3600];

export interface ActivityMetrics {
  metrics: readonly Metric[];
  webhookAttempt: (outcome: DeliverOutcome['kind']) => void;
  /** @param seconds from the block's time until the transfer was stored */
  paymentSeen: (chainId: number, seconds: number) => void;
}

/** All series exist from the start, at zero: a rate over a series that appears with its first failure would miss it. */
export const createActivityMetrics = (chainIds: readonly number[]): ActivityMetrics => {
  const attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts to deliver a webhook, without test events: delivered; retry and failed had no success; disabled by a 410',
    labelNames: ['outcome'],
    registers: [],
  });
  const seen = new Histogram({
    name: 'payment_seen_seconds',
    help: "Time from the time of a transfer's block until the transfer was stored",
    labelNames: ['chain_id'],
    buckets: SEEN_BUCKETS_SECONDS,
    registers: [],
  });
  for (const outcome of OUTCOMES) attempts.inc({ outcome }, 0);
  for (const chainId of chainIds) seen.zero({ chain_id: String(chainId) });
  return {
    metrics: [attempts, seen],
    webhookAttempt: (outcome) => attempts.inc({ outcome }),
    paymentSeen: (chainId, seconds) => seen.observe({ chain_id: String(chainId) }, seconds),
  };
};
