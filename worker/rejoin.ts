// After the database was restored from a backup (decision 0094): brings it together with Temporal, which may be newer, older, or empty.
// Orders that only their workflows know come back, before the watchers read the blocks with their payments; workflows of orders that
// cannot come back fail; and the workflow of every open order reads the ledger anew.
import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Em } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { markRejoined, noteLife, readUnjoinedLife, wakeOpenOrders } from '#db/restores/database-life.ts';
import { readNewestOrder, readUnknownOrders, restoreOrders } from '#db/restores/order-record.ts';
import { OPEN_STATUSES } from '#domain/status.ts';
import { deliveriesDue, intentIdOfWorkflow, ORDER_MEMO, WorkflowType } from '#workflows/messages.ts';

/** Workflows in one page of Temporal's list, and orders in one statement. */
const PAGE = 200;
/** Clocks of Postgres and Temporal differ, and a workflow starts a moment after its order. */
const OVERLAP_MS = 3_600_000;
/** Of the calls to Temporal in one pass. A pass that is cut off begins again, and finds what is back already. */
const DEADLINE_MS = 600_000;

export interface RejoinOptions {
  em: Em;
  client: Client;
  logger: Pick<Logger, 'warn' | 'error'>;
  /** A further condition of the search: tests share a server. */
  within?: string;
}

export interface Rejoined {
  restoredOrders: number;
  /** Orders that only their workflows know, and that cannot come back: their store is lost, or an older release started them. */
  lostOrders: number;
  wokenOrders: number;
}

export interface Rejoin {
  /** @returns null when there is nothing to rejoin. Throws when Postgres or Temporal is away. */
  pass(): Promise<Rejoined | null>;
}

export const createRejoin = ({ em, client, logger, within }: RejoinOptions): Rejoin => {
  const sql = sqlOf({ em });

  /** Makes a run read its order. When that is gone, it fails and says so. Of a system that shares the namespace it is one reading more. */
  const look = async ({ workflowId, runId, status }: WorkflowExecutionInfo): Promise<void> => {
    if (status.name !== 'RUNNING') return;
    try {
      await client.workflow.getHandle(workflowId, runId).signal(deliveriesDue);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };

  const lookAt = async (page: readonly WorkflowExecutionInfo[]): Promise<{ restored: number; lost: number }> => {
    const byOrder = new Map(page.map((run) => [intentIdOfWorkflow(run.workflowId) ?? '', run]));
    byOrder.delete('');
    const unknown = await readUnknownOrders(sql, [...byOrder.keys()]);
    const runs = [...unknown].flatMap((id) => byOrder.get(id) ?? []);
    const records = runs.flatMap(({ memo }) => {
      const record = memo?.[ORDER_MEMO];
      return typeof record === 'string' ? [record] : [];
    });
    const restored = new Set(await restoreOrders(sql, records));
    const lost = [...unknown].filter((id) => !restored.has(id));
    for (const run of runs) if (!restored.has(intentIdOfWorkflow(run.workflowId) ?? '')) await look(run);
    if (restored.size > 0) logger.warn({ orders: [...restored] }, 'orders came back from their workflows');
    if (lost.length > 0) logger.error({ orders: lost }, 'orders are lost: the database was restored from before them');
    return { restored: restored.size, lost: lost.length };
  };

  const bringBack = async (): Promise<Omit<Rejoined, 'wokenOrders'>> => {
    const newest = await readNewestOrder(sql);
    const since = newest ? ` and StartTime > "${new Date(newest.getTime() - OVERLAP_MS).toISOString()}"` : '';
    const query = `WorkflowType = "${WorkflowType.checkoutIntent}"${since}${within ? ` and ${within}` : ''}`;
    const sum = { restoredOrders: 0, lostOrders: 0 };
    let page: WorkflowExecutionInfo[] = [];
    const take = async (): Promise<void> => {
      const { restored, lost } = await lookAt(page);
      sum.restoredOrders += restored;
      sum.lostOrders += lost;
      page = [];
    };
    for await (const run of client.workflow.list({ query, pageSize: PAGE })) if (page.push(run) === PAGE) await take();
    await take();
    return sum;
  };

  return {
    async pass() {
      await noteLife(em);
      const life = await readUnjoinedLife(em);
      if (life === null) return null;
      logger.warn(
        { life },
        'the database was restored from a backup, or another server took over: bringing it together with Temporal',
      );
      const found = await client.withDeadline(Date.now() + DEADLINE_MS, bringBack);
      const wokenOrders = await wakeOpenOrders(sql, life, OPEN_STATUSES);
      await markRejoined(em, life, found);
      logger.warn({ life, ...found, wokenOrders }, 'database and Temporal are together again');
      return { ...found, wokenOrders };
    },
  };
};
