// The alert rules under promtool's clock, each fired by its cause.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { adminProgram } from '#scripts/admin/program.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';
import { prometheusFolder } from '#scripts/lib/tools/prometheus.ts';
import { documentedIn } from '#test/support/handbook.ts';

const groups = adminProgram().commands.map((command) => command.name());
const FOLDER = join(REPOSITORY, 'docs', 'operations');

test('every rule fires for its cause and is silent on a healthy system', async () => {
  const promtool = join(await prometheusFolder(), 'promtool');
  const checked = await run(promtool, ['check', 'rules', 'alerts.yml'], { cwd: FOLDER });
  expect(checked.stderr + checked.stdout).toContain('SUCCESS');
  const tested = await run(promtool, ['test', 'rules', 'alerts.test.yml'], { cwd: FOLDER });
  expect(tested.stderr + tested.stdout).not.toContain('FAILED');
  expect([checked.code, tested.code]).toEqual([0, 0]);
});

test('Prometheus takes the configuration that the page shows, with the rules', async () => {
  const [block, ...others] = documentedIn('docs/operations/README.md', groups).filter(({ kind }) => kind === 'yaml');
  expect(others).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), 'checkout-rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(FOLDER, 'alerts.yml'), join(folder, 'alerts.yml'));
  writeFileSync(join(folder, 'prometheus.yml'), block?.text ?? '');
  const checked = await run(join(await prometheusFolder(), 'promtool'), ['check', 'config', 'prometheus.yml'], {
    cwd: folder,
  });
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/1 rule files found[\s\S]*SUCCESS/)]);
});
