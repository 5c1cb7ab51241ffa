// The workflows that always run: a watcher and a relayer for each enabled chain, and the schedules of rates and reports.
// Starting them is idempotent: every worker does it when it starts, and the reconciler on every pass.
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { chainRelayerWorkflow, chainWatcherWorkflow } from '#workflows/chain-workflows.ts';
import type * as workflows from '#workflows/index.ts';
import {
  RATES_SCHEDULE_ID,
  REPORTS_SCHEDULE_ID,
  relayerWorkflowId,
  TaskQueue,
  WorkflowType,
  watcherWorkflowId,
} from '#workflows/messages.ts';

export interface StandingWorkflows {
  chainIds: readonly number[];
  /** False without a relayer key: this system then settles nothing. */
  relays: boolean;
}

type ChainWorkflow = typeof chainWatcherWorkflow | typeof chainRelayerWorkflow;
type ChainWorkflowType = typeof WorkflowType.chainWatcher | typeof WorkflowType.chainRelayer;
type ChainStartOptions = WorkflowStartOptions<ChainWorkflow>;

export const startStandingWorkflows = async (
  client: Client,
  { chainIds, relays }: StandingWorkflows,
): Promise<void> => {
  for (const chainId of chainIds) {
    const common = { taskQueue: TaskQueue.chains, args: [{ chainId }] } satisfies Partial<ChainStartOptions>;
    await startOnce(client, WorkflowType.chainWatcher, {
      ...common,
      workflowId: watcherWorkflowId(chainId),
      staticSummary: `Watches chain ${chainId}`,
    });
    if (!relays) continue;
    await startOnce(client, WorkflowType.chainRelayer, {
      ...common,
      workflowId: relayerWorkflowId(chainId),
      staticSummary: `Settles on chain ${chainId}`,
    });
  }
  await createSchedule(client, {
    scheduleId: RATES_SCHEDULE_ID,
    workflowType: WorkflowType.ratesRefresh,
    taskQueue: TaskQueue.checkout,
    spec: { intervals: [{ every: '10 minutes' }] },
  });
  await createSchedule(client, {
    scheduleId: REPORTS_SCHEDULE_ID,
    workflowType: WorkflowType.reportsSweep,
    taskQueue: TaskQueue.reports,
    // Some time zones are off by a quarter of an hour, so a local day can end at any quarter. Six minutes later its totals are closed.
    spec: { calendars: [{ minute: [6, 21, 36, 51], hour: '*', comment: 'a day of some zone may have ended' }] },
  });
};

const startOnce = async (client: Client, type: ChainWorkflowType, options: ChainStartOptions): Promise<void> => {
  try {
    await client.workflow.start<ChainWorkflow>(type, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
};

interface NewSchedule {
  scheduleId: string;
  /** Takes no argument. */
  workflowType: keyof typeof workflows;
  taskQueue: TaskQueue;
  spec: ScheduleSpec;
}

const createSchedule = async (
  client: Client,
  { scheduleId, workflowType, taskQueue, spec }: NewSchedule,
): Promise<void> => {
  try {
    await client.schedule.create({
      scheduleId,
      spec,
      // One run does the work of all that were missed during an outage.
      policies: { catchupWindow: '1 minute', overlap: ScheduleOverlapPolicy.SKIP },
      action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue, args: [] },
      state: { triggerImmediately: true },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
};

/** Runs each schedule once. Rates may be stale and days may have ended while no worker ran. */
export const catchUpSchedules = async (client: Client): Promise<void> => {
  for (const id of [RATES_SCHEDULE_ID, REPORTS_SCHEDULE_ID]) {
    await client.schedule.getHandle(id).trigger(ScheduleOverlapPolicy.SKIP);
  }
};
