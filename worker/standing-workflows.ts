// The workflows that always run: a watcher and a relayer for each chain that is on, and the schedules of rates and reports.
// Starting them is idempotent: every worker does it at its start, and the reconciler again and again.
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import {
  RATES_SCHEDULE_ID,
  REPORTS_SCHEDULE_ID,
  relayerWorkflowId,
  TaskQueue,
  WorkflowType,
  watcherWorkflowId,
} from '#workflows/messages.ts';
import type { TaskQueues } from './dispatch-to-temporal.ts';

export interface StandingWorkflows {
  chainIds: readonly number[];
  /** Without a relayer's key nothing is settled by us. */
  relays: boolean;
  queues?: TaskQueues;
}

export const startStandingWorkflows = async (
  client: Client,
  { chainIds, relays, queues = TaskQueue }: StandingWorkflows,
): Promise<void> => {
  for (const chainId of chainIds) {
    await startOnce(client, WorkflowType.chainWatcher, watcherWorkflowId(chainId), chainId, queues, 'Watches');
    if (relays)
      await startOnce(client, WorkflowType.chainRelayer, relayerWorkflowId(chainId), chainId, queues, 'Settles on');
  }
  await createSchedule(client, RATES_SCHEDULE_ID, WorkflowType.ratesRefresh, queues.checkout, {
    spec: { intervals: [{ every: '10 minutes' }] },
    // Old rates are worth nothing: after an outage one refresh is enough.
    policies: { catchupWindow: '1 minute', overlap: ScheduleOverlapPolicy.SKIP },
  });
  await createSchedule(client, REPORTS_SCHEDULE_ID, WorkflowType.reportsSweep, queues.reports, {
    // After the hour has turned, and the time that closing a period takes: zones end their days on quarters, too.
    spec: { calendars: [{ minute: [6, 21, 36, 51], hour: '*', comment: 'a day of some zone may have ended' }] },
    // A sweep makes all that was missed, however often the schedule was: one is enough.
    policies: { catchupWindow: '1 minute', overlap: ScheduleOverlapPolicy.SKIP },
  });
};

const startOnce = async (
  client: Client,
  type: string,
  workflowId: string,
  chainId: number,
  queues: TaskQueues,
  verb: string,
): Promise<void> => {
  try {
    await client.workflow.start(type, {
      workflowId,
      taskQueue: queues.chains,
      args: [{ chainId }],
      staticSummary: `${verb} chain ${chainId}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
};

const createSchedule = async (
  client: Client,
  scheduleId: string,
  workflowType: string,
  taskQueue: string,
  options: Pick<ScheduleOptions, 'spec' | 'policies'>,
): Promise<void> => {
  try {
    await client.schedule.create({
      ...options,
      scheduleId,
      action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue, args: [] },
      state: { triggerImmediately: true },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
};

/** Rates may have grown old, and days may have ended, while nothing ran: one run of each schedule at each start of a worker. */
export const catchUpSchedules = async (client: Client): Promise<void> => {
  for (const id of [RATES_SCHEDULE_ID, REPORTS_SCHEDULE_ID]) {
    await client.schedule.getHandle(id).trigger(ScheduleOverlapPolicy.SKIP);
  }
};
