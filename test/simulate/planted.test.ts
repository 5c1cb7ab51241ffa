import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { createEmptyDatabase } from '#test/support/database.ts';
import type { PlantedResult } from './plant.ts';
import { PLANTED_FAULTS } from './planted-faults.ts';

const run = promisify(execFile);

test('each planted fault is found within 200 seeds, by an invariant that it breaks', async () => {
  const database = await createEmptyDatabase();
  try {
    const script = join(REPOSITORY, 'test', 'simulate', 'plant.ts');
    const { stdout } = await run(process.execPath, [script, database.url], { maxBuffer: 1e8 });
    const results = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as PlantedResult)
        .map((result) => [result.name, result]),
    );
    for (const { name, breaks, onlyBooksVerify } of PLANTED_FAULTS) {
      const result = results.get(name);
      expect.soft(result?.seed ?? null, `${name}: not found`).not.toBeNull();
      expect.soft(breaks, `${name}: ${result?.message}`).toContain(result?.invariants[0]);
      // It is the last check: its message is the first where no other check found something.
      if (onlyBooksVerify) expect.soft(result?.message, name).toMatch(/^books verify: /);
    }
  } finally {
    await database.drop();
  }
}, 900_000);
