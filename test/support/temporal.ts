// Temporal for tests: the shared development server, and time-skipping servers for workflows that wait for days.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { freePort, isPortFree } from '#scripts/lib/ports.ts';
import { startChild } from '#scripts/lib/stack/child.ts';
import { TEMPORAL_NAMESPACE } from '#scripts/lib/stack/temporal.ts';
import { temporalTestServer } from '#scripts/lib/tools/temporal-test-server.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';

/** The shared development server. Each test file must use unique task queues and workflow ids. */
export function testTemporal(): { address: string; namespace: string } {
  const address = process.env.TEST_TEMPORAL_ADDRESS;
  if (!address)
    throw new Error(
      'TEST_TEMPORAL_ADDRESS is not set: tests that need Temporal belong in a folder other than test/unit',
    );
  return { address, namespace: TEMPORAL_NAMESPACE };
}

/** The SDK allows its server five seconds to start, too few for a JVM on a busy machine. So we start it ourselves. */
const START_WITHIN_MS = 90_000;

/** The SDK's private constructor of environments: only it accepts an existing time-skipping server. */
interface EnvironmentFactory {
  create(options: {
    server: { type: 'existing' };
    address: string;
    supportsTimeSkipping: true;
  }): Promise<TestWorkflowEnvironment>;
}

/** A new time-skipping server. Its clock is global, so run one test at a time. `teardown()` ends it. */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-temporal-'));
  const port = await freePort();
  const server = await startChild({
    name: 'temporal-test-server',
    dataDir,
    // Without the flag --enable-time-skipping, time stands still until an environment requests a skip.
    command: [await temporalTestServer(), String(port)],
    env: { ...process.env, JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await waitFor(async () => !(await isPortFree(port)), {
      what: 'the time-skipping Temporal server',
      timeoutMs: START_WITHIN_MS,
      giveUp: () => (server.exit() ? new Error(`the test server ended: ${server.lastLines()}`) : undefined),
    });
    const factory = TestWorkflowEnvironment as unknown as EnvironmentFactory;
    const address = `127.0.0.1:${port}`;
    const environment = await factory.create({ server: { type: 'existing' }, address, supportsTimeSkipping: true });
    const close = environment.teardown.bind(environment);
    environment.teardown = async () => {
      await close();
      await stop();
    };
    return environment;
  } catch (error) {
    await stop();
    throw error;
  }
}
