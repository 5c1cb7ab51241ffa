// Names of simulated payments, and what each does: for their buttons and for the order's story.
import type { Scenario } from '#domain/simulations.ts';

export const SCENARIO_LABELS: Record<Scenario, readonly [label: string, does: string]> = {
  paid: ['Paid', 'what is due'],
  short: ['Short', 'half of what is due'],
  over: ['Over', 'a tenth of the price more'],
  late: ['Late', 'the time to pay ends, then the price comes'],
  expired: ['Expired', 'the time to pay ends'],
  reorganised: ['Reorganised', 'a payment that a reorganisation removes'],
  wrong_coin: ['Wrong coin', 'a coin that the order does not take'],
};
