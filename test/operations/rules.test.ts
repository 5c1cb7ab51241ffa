// The alert rules under promtool's clock, each fired by its cause, and the queries of the cards on a real database.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOrm } from '#db/orm.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';
import { prometheusFolder } from '#scripts/lib/tools/prometheus.ts';
import { createTestDatabase } from '#test/support/database.ts';

const FOLDER = join(REPOSITORY, 'docs', 'operations');

test('every rule fires for its cause and is silent on a healthy system', async () => {
  const promtool = join(await prometheusFolder(), 'promtool');
  const checked = await run(promtool, ['check', 'rules', 'alerts.yml'], { cwd: FOLDER });
  expect(checked.stderr + checked.stdout).toContain('SUCCESS');
  const tested = await run(promtool, ['test', 'rules', 'alerts.test.yml'], { cwd: FOLDER });
  expect(tested.stderr + tested.stdout).not.toContain('FAILED');
  expect([checked.code, tested.code]).toEqual([0, 0]);
});

test("the cards' queries run as the application's role", async () => {
  const queries = [...readFileSync(join(FOLDER, 'README.md'), 'utf8').matchAll(/^```sql\n(.*?)^```/gms)].map(
    ([, text]) => text ?? '',
  );
  expect(queries.length).toBeGreaterThan(4);
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  try {
    for (const query of queries) await orm.em.fork().execute(query);
  } finally {
    await orm.close();
    await database.drop();
  }
});
