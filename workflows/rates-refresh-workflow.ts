// Stores fresh fiat rates. Started by a Temporal Schedule; the next run follows in minutes, so a failing one gives up early.
import { proxyActivities } from '@temporalio/workflow';
import type { RatesActivities } from '#activities/rates.ts';

const { refreshRates } = proxyActivities<RatesActivities>({
  startToCloseTimeout: '30 seconds',
  // Until the next run of the schedule has begun; rates may be an hour old before anything refuses them.
  scheduleToCloseTimeout: '8 minutes',
  retry: { initialInterval: '2 seconds', maximumInterval: '30 seconds' },
});

/** @returns what was stored, in words */
export async function ratesRefreshWorkflow(): Promise<string> {
  return await refreshRates();
}
