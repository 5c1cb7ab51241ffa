// Temporal for tests: the shared development server, and time-skipping servers for workflows that wait for days.
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { TEMPORAL_NAMESPACE } from '#scripts/lib/stack/temporal.ts';
import { temporalTestServer } from '#scripts/lib/tools/temporal-test-server.ts';

/** The shared development server. Task queues and workflow ids are the test file's own affair: make them unique. */
export function testTemporal(): { address: string; namespace: string } {
  const address = process.env.TEST_TEMPORAL_ADDRESS;
  if (!address)
    throw new Error(
      'TEST_TEMPORAL_ADDRESS is not set: tests that need Temporal belong in a folder other than test/unit',
    );
  return { address, namespace: TEMPORAL_NAMESPACE };
}

/** A time-skipping server of one's own. Its clock is global: one test at a time. `teardown()` ends it. */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  return await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await temporalTestServer() } },
  });
}
