// What the walks of test/e2e/whole-system.test.ts share.
import type { Browser } from 'playwright-core';
import type { RunningSystem } from '#test/support/running-system.ts';

/** Of the file that starts it once for all walks; there when the first hook runs. */
export interface WholeSystem {
  system(): RunningSystem;
  browser(): Browser;
}
