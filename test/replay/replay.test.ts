// Every recorded history replayed against today's workflow code: a change that would break a running workflow fails here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';

const FOLDER = join(import.meta.dirname, 'histories');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as { events: unknown[] };

beforeAll(() => {
  installQuietRuntime();
});

it('every recorded history replays', { timeout: 180_000 }, async () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
  const histories = names.map((name) => ({ workflowId: name, history: read(name) }));
  const failures: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: await cachedBundle() },
    histories,
  )) {
    if (error) failures.push(`${workflowId}: ${error.message}`);
  }
  expect(failures).toEqual([]);
});

it('rejects a history that today’s code would not have produced', { timeout: 180_000 }, async () => {
  // The same events, given to a workflow that begins with an activity where these begin with a timer.
  const changed = JSON.parse(
    JSON.stringify(read('paid.json')).replaceAll('checkoutIntentWorkflow', 'webhookDeliveryWorkflow'),
  );
  await expect(Worker.runReplayHistory({ workflowBundle: await cachedBundle() }, changed, 'changed')).rejects.toThrow();
});
