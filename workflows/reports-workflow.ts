// Daily and monthly reports. A Schedule starts the sweep every quarter of an hour. The sweep finds the stores whose local day or month
// has ended, and makes each report in a workflow of its own, the oldest first.
import {
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  setCurrentDetails,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { ReportActivities } from '#activities/reports.ts';
import { type ReportInput, reportWorkflowId } from './messages.ts';

const { findDueReports } = proxyActivities<ReportActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
});

// A store with a million orders a month takes minutes. Heartbeats notice a dead worker or a lost task, for which the rest of the sweep
// would wait.
const { makeReport } = proxyActivities<ReportActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '1 minute', maximumAttempts: 4 },
});

/** Reports made at once. Few, because payments and webhooks need Temporal meanwhile, and nobody waits for a report. */
const AT_ONCE = 4;
/** The batch size of sweeps that began before the patch `few-at-once`. */
const AT_ONCE_BEFORE = 20;

/** Where the sweep continues, and what it did so far. */
export interface SweepState {
  afterStoreId: string;
  made: number;
  /** Stores whose report failed; the next sweep tries them again. */
  failed: string[];
}

/** @returns the number of reports made by all runs of this sweep */
export async function reportsSweepWorkflow(
  { afterStoreId, made, failed }: SweepState = { afterStoreId: '', made: 0, failed: [] },
): Promise<number> {
  const page = await findDueReports(afterStoreId);
  if (page.lastStoreId === null) return made;
  const due = page.due.filter(({ storeId }) => !failed.includes(storeId));
  const held = new Set(failed);
  let done = 0;
  const makeNext = async (report: ReportInput): Promise<void> => {
    if (await makeOne(report)) done += 1;
    else held.add(report.storeId);
  };
  if (patched('few-at-once')) {
    const rest = due.values();
    const lane = async (): Promise<void> => {
      for (const report of rest) await makeNext(report);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } else {
    for (let at = 0; at < due.length; at += AT_ONCE_BEFORE)
      await Promise.all(due.slice(at, at + AT_ONCE_BEFORE).map(makeNext));
  }
  setCurrentDetails(`${made + done} reports made.`);
  // The same stores until none is due, so that missed reports of one store are made in order; then the next page.
  const next = due.length > 0 ? { afterStoreId, failed: [...held] } : { afterStoreId: page.lastStoreId, failed: [] };
  return await continueAsNew<typeof reportsSweepWorkflow>({ ...next, made: made + done });
}

/** A report that fails must not block other stores. */
const makeOne = async (report: ReportInput): Promise<boolean> => {
  try {
    await executeChild(reportWorkflow, {
      workflowId: reportWorkflowId(report),
      args: [report],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: `${report.kind} report ${report.period} of ${report.storeId}`,
    });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
};

/** @returns the outcome as text for operators */
export async function reportWorkflow(report: ReportInput): Promise<string> {
  return await makeReport(report);
}
