// What waits in the ledger, as gauges. Every worker reads the same figures: rules take the largest. Series exist while nothing waits,
// at zero, so that a missing series means a missing worker.
import { Gauge, type Registry } from 'prom-client';
import {
  readEmailBacklog,
  readOpenReviews,
  readWaitingSettlements,
  readWebhookBacklog,
} from '#db/monitoring/backlogs.ts';
import type { Em } from '#db/orm.ts';
import { listRelayerStatus } from '#db/settlements/relayer-status.ts';
import { type ChainStatus, listChainStatus } from '#db/watching/chain-status.ts';
import { REVIEW_KIND_LIST } from '#domain/review-kinds.ts';
import { gauge } from './gauge.ts';
import { sharedRead } from './shared-read.ts';

interface LedgerDeps {
  em: Em;
  chainIds: readonly number[];
}

/** By a label's value. */
type Values = ReadonlyMap<string | number, number>;

/** One series for each of `values`: those that `read` leaves out are zero, and others are not shown. */
const gauges = (
  registers: Registry[],
  { name, help, label, values }: { name: string; help: string; label: string; values: readonly (string | number)[] },
  read: () => Promise<Values>,
): void => {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers,
    async collect() {
      const found = await read();
      for (const value of values) this.set({ [label]: String(value) }, found.get(value) ?? 0);
    },
  });
};

export const addLedgerGauges = (registers: Registry[], deps: LedgerDeps, keptMs: number): void => {
  addChainGauges(registers, deps, keptMs);
  addSettlementGauges(registers, deps, keptMs);
  addReviewGauges(registers, deps, keptMs);
  addDeliveryGauges(registers, deps, keptMs);
};

const addChainGauges = (registers: Registry[], { em, chainIds }: LedgerDeps, keptMs: number): void => {
  const read = sharedRead(() => listChainStatus(em.fork()), keptMs);
  const byChain = (name: string, help: string, figureOf: (status: ChainStatus | undefined) => number): void =>
    gauges(registers, { name, help, label: 'chain_id', values: chainIds }, async () => {
      const rows = new Map((await read()).map((row) => [row.chainId, row]));
      return new Map(chainIds.map((chainId) => [chainId, figureOf(rows.get(chainId))]));
    });
  byChain('chain_trouble', '1 while a chain is in trouble, or was never read', (row) =>
    row && row.trouble === null ? 0 : 1,
  );
  byChain(
    'chain_head_age_seconds',
    "Since the watcher last heard of the chain's head",
    (row) => row?.silentSeconds ?? 0,
  );
  byChain('chain_behind_blocks', 'Blocks between the head and what is read', (row) => Number(blocksBehind(row)));
  byChain('chain_behind_seconds', 'Age of the last block that is read; 0 while it is the head', (row) =>
    row && blocksBehind(row) > 0n ? Math.max(0, (Date.now() - row.blockTime.getTime()) / 1000) : 0,
  );
};

const blocksBehind = (row: ChainStatus | undefined): bigint => {
  const behind = row ? row.headNumber - row.blockNumber : 0n;
  return behind > 0n ? behind : 0n;
};

const addSettlementGauges = (registers: Registry[], { em, chainIds }: LedgerDeps, keptMs: number): void => {
  const settlements = sharedRead(() => readWaitingSettlements(em), keptMs);
  const figures = [
    ['settlement_waiting', 'Settlements that are owed or being sent', 'waiting'],
    ['settlement_failing', 'Settlements that failed three times or more and are retried', 'failing'],
    ['settlement_oldest_seconds', 'Age of the oldest settlement that is not paid', 'oldestSeconds'],
    ['settlement_late_seconds', 'By how much the oldest is past the time that was promised', 'lateSeconds'],
  ] as const;
  for (const [name, help, figure] of figures) {
    gauges(
      registers,
      { name, help, label: 'chain_id', values: chainIds },
      async () => new Map((await settlements()).map((row) => [row.chainId, row[figure]])),
    );
  }
  const relayers = sharedRead(() => listRelayerStatus(em.fork()), keptMs);
  const trouble = { name: 'relayer_trouble', help: '1 while something keeps the relayer from paying' };
  gauges(registers, { ...trouble, label: 'chain_id', values: chainIds }, async () => {
    const troubled = (await relayers()).filter((row) => row.trouble !== null);
    return new Map(troubled.map((row) => [row.chainId, 1]));
  });
};

const addReviewGauges = (registers: Registry[], { em }: LedgerDeps, keptMs: number): void => {
  const read = sharedRead(() => readOpenReviews(em), keptMs);
  const figures = [
    ['review_open', 'Reviews that wait for a decision', 'open'],
    ['review_oldest_seconds', 'Age of the oldest review that waits', 'oldestSeconds'],
  ] as const;
  for (const [name, help, figure] of figures) {
    gauges(
      registers,
      { name, help, label: 'kind', values: REVIEW_KIND_LIST },
      async () => new Map((await read()).map((row) => [row.kind, row[figure]])),
    );
  }
};

const addDeliveryGauges = (registers: Registry[], { em }: LedgerDeps, keptMs: number): void => {
  const webhooks = sharedRead(() => readWebhookBacklog(em), keptMs);
  const emails = sharedRead(() => readEmailBacklog(em), keptMs);
  gauge(registers, 'webhook_pending', 'Webhooks that are not delivered', async () => (await webhooks()).pending);
  gauge(
    registers,
    'webhook_overdue_seconds',
    'By how much the next attempt of a webhook is overdue, the longest',
    async () => (await webhooks()).overdueSeconds,
  );
  gauge(registers, 'email_pending', 'E-mails that are not sent', async () => (await emails()).pending);
  gauge(
    registers,
    'email_late',
    'E-mails that are not sent 15 minutes after they were queued',
    async () => (await emails()).late,
  );
};
