// The workflows that always run: a watcher and a relayer for each chain that is on, and the schedule that refreshes rates.
// Starting them is idempotent: every worker does it at its start, and the reconciler again and again.
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import {
  RATES_SCHEDULE_ID,
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
  await createRatesSchedule(client, queues);
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

const createRatesSchedule = async (client: Client, queues: TaskQueues): Promise<void> => {
  try {
    await client.schedule.create({
      scheduleId: RATES_SCHEDULE_ID,
      spec: { intervals: [{ every: '10 minutes' }] },
      action: {
        type: 'startWorkflow',
        workflowType: WorkflowType.ratesRefresh,
        workflowId: RATES_SCHEDULE_ID,
        taskQueue: queues.checkout,
        args: [],
      },
      // Old rates are worth nothing: after an outage one refresh is enough.
      policies: { catchupWindow: '1 minute', overlap: ScheduleOverlapPolicy.SKIP },
      state: { triggerImmediately: true },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
};

/** Rates may have grown old while nothing ran: one refresh at each start of a worker. */
export const refreshRatesNow = async (client: Client): Promise<void> => {
  await client.schedule.getHandle(RATES_SCHEDULE_ID).trigger(ScheduleOverlapPolicy.SKIP);
};
