// What is wrong now, from the same rows as the metrics. What cannot be read is unknown: it neither begins nor ends an alert.
import { readDispatchBacklog } from '#db/dispatch/outbox.ts';
import { readQueueLengths } from '#db/dispatch/queue-lengths.ts';
import { readEmailBacklog, readWaitingSettlements, readWebhookBacklog } from '#db/monitoring/backlogs.ts';
import type { AlertReading } from '#db/monitoring/operator-alerts.ts';
import type { Em } from '#db/orm.ts';
import { type ChainStatus, listChainStatus } from '#db/watching/chain-status.ts';
import {
  type AlertFinding,
  type AlertKind,
  CHAIN_BEHIND_SECONDS,
  DISPATCH_WAITING_SECONDS,
  FEW_SETTLEMENTS,
  LATE_EMAILS,
  REVIEW_OLD_SECONDS,
  SETTLEMENT_LATE_SECONDS,
  WEBHOOKS_OVERDUE_SECONDS,
} from '#domain/operator-alerts.ts';
import type { GasReading } from '../relayer-gas.ts';

export interface AlertSources {
  em: Em;
  chainIds: readonly number[];
  /** Balances of the relayer that are young enough to count. */
  gas: () => readonly Pick<GasReading, 'chainId' | 'settlementsLeft'>[];
  /** Whether this system settles; else settlements wait for somebody else. */
  settles: boolean;
}

/** Reads everything that alerts are made of. */
export const readFindings = async ({ em, chainIds, gas, settles }: AlertSources): Promise<AlertReading> => {
  const [chains, settlements, queues, dispatch, webhooks, emails] = await Promise.all([
    listChainStatus(em.fork()),
    readWaitingSettlements(em),
    readQueueLengths(em),
    readDispatchBacklog(em),
    readWebhookBacklog(em),
    readEmailBacklog(em),
  ]);
  const readings = gas();
  const ofAll = (kind: AlertKind, figure: number, limit: number): AlertFinding[] =>
    figure >= limit ? [{ kind, chainId: null, figure }] : [];
  const findings: AlertFinding[] = [
    ...chainIds.flatMap((chainId) =>
      behind(
        chains.find((row) => row.chainId === chainId),
        chainId,
      ),
    ),
    ...readings.flatMap(({ chainId, settlementsLeft: figure }) =>
      figure !== null && figure < FEW_SETTLEMENTS ? [{ kind: 'relayer_low' as const, chainId, figure }] : [],
    ),
    ...(settles ? settlements : []).flatMap(({ chainId, failing, oldestSeconds, lateSeconds }) =>
      failing > 0 || lateSeconds > SETTLEMENT_LATE_SECONDS
        ? [{ kind: 'settlement_failing' as const, chainId, figure: oldestSeconds }]
        : [],
    ),
    ...ofAll('review_old', Math.max(queues.reviews.oldestSeconds, queues.strays.oldestSeconds), REVIEW_OLD_SECONDS),
    ...ofAll('dispatch_waiting', dispatch.oldestSeconds, DISPATCH_WAITING_SECONDS),
    ...ofAll('webhooks_waiting', webhooks.overdueSeconds, WEBHOOKS_OVERDUE_SECONDS),
    ...ofAll('emails_waiting', emails.late, LATE_EMAILS),
    ...(queues.proposals.waiting > 0
      ? [{ kind: 'proposal_waiting' as const, chainId: null, figure: queues.proposals.oldestSeconds }]
      : []),
  ];
  return {
    findings,
    isKnown: (kind, chainId) => kind !== 'relayer_low' || readings.some((reading) => reading.chainId === chainId),
  };
};

/** A watcher in trouble, silent, or behind the head that it knows. A chain that was never read counts from its first look. */
const behind = (row: ChainStatus | undefined, chainId: number): AlertFinding[] => {
  if (!row) return [{ kind: 'chain_behind', chainId, figure: 0 }];
  const isBehind = row.headNumber > row.blockNumber;
  const ageSeconds = isBehind ? Math.max((Date.now() - row.blockTime.getTime()) / 1_000, 0) : 0;
  const figure = Math.max(row.silentSeconds, ageSeconds);
  return row.trouble !== null || figure > CHAIN_BEHIND_SECONDS ? [{ kind: 'chain_behind', chainId, figure }] : [];
};
