// A workflow's history as JSON.
// No public module of the SDK (1.x: client, common, worker, testing) exports a function that writes a history, so this imports one of
// its internal files. Its own `Worker.runReplayHistory` reads the result.
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

export const fetchHistoryJson = async (handle: WorkflowHandle): Promise<{ json: string; eventCount: number }> => {
  const history = await handle.fetchHistory();
  return { json: historyToJSON(history), eventCount: history.events?.length ?? 0 };
};
