// The alert rules under promtool's clock, each fired by its cause.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';
import { prometheusFolder } from '#scripts/lib/tools/prometheus.ts';

const FOLDER = join(REPOSITORY, 'docs', 'operations');

test('every rule fires for its cause and is silent on a healthy system', async () => {
  const promtool = join(await prometheusFolder(), 'promtool');
  const checked = await run(promtool, ['check', 'rules', 'alerts.yml'], { cwd: FOLDER });
  expect(checked.stderr + checked.stdout).toContain('SUCCESS');
  const tested = await run(promtool, ['test', 'rules', 'alerts.test.yml'], { cwd: FOLDER });
  expect(tested.stderr + tested.stdout).not.toContain('FAILED');
  expect([checked.code, tested.code]).toEqual([0, 0]);
});
