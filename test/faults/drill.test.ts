// `npm run drill` in short: a backup with orders in flight, restored beside the system to a moment in between, and met by a Temporal that
// is newer. Nothing is paid, refunded or told twice, orders that the backup did not have come back, and the books agree.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from '#scripts/drill/run.ts';

test('a restore beside the running system, with orders before, at and after its moment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-drill-'));
  const {
    backup_seconds: _,
    backup_by: __,
    meetings,
    ...figures
  } = await runDrill({
    ...{ folder, orders: 2, meetings: ['newer'] },
    say: () => {},
  });
  expect(figures).toEqual({ ok: true, orders: 16, payments: 14, refunds: 5 });
  expect(meetings).toMatchObject([{ temporal: 'newer', forgotten: 3, came_back: 3, differences: [] }]);
  rmSync(folder, { recursive: true, force: true });
});
