// Stores fresh fiat rates. A Temporal Schedule starts it every ten minutes, so a failing run may give up early.
import { proxyActivities } from '@temporalio/workflow';
import type { RatesActivities } from '#activities/rates.ts';

const { refreshRates } = proxyActivities<RatesActivities>({
  startToCloseTimeout: '30 seconds',
  // Less than the schedule's interval. Rates stay usable for an hour.
  scheduleToCloseTimeout: '8 minutes',
  retry: { initialInterval: '2 seconds', maximumInterval: '30 seconds' },
});

/** @returns a summary of what was stored, as text for operators */
export async function ratesRefreshWorkflow(): Promise<string> {
  return await refreshRates();
}
