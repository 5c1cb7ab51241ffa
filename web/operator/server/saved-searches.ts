// Searches in Temporal's pages that an operator needs first. The same queries are in docs/runbook.md.
const HOUR_MS = 3_600_000;

export interface SavedSearch {
  name: string;
  url: string;
}

/** @param workflowsUrl the list of workflows; @param now epoch ms */
export const savedSearches = (workflowsUrl: string, now: number): SavedSearch[] => {
  const hourAgo = new Date(now - HOUR_MS).toISOString();
  const queries = {
    'Needs attention': 'CheckoutAttention = true',
    'Failing webhooks': 'CheckoutWaitingFor = "webhook"',
    'Stuck for more than an hour': `CheckoutWaitingFor in ("confirmations", "watcher") and StartTime < "${hourAgo}"`,
  };
  return Object.entries(queries).map(([name, query]) => ({
    name,
    url: `${workflowsUrl}?query=${encodeURIComponent(`ExecutionStatus = "Running" and ${query}`)}`,
  }));
};
