// The README of a folder with many files says what each is for. Add a new file to it.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';

test.each(['chain', 'db/entities', 'db/intents', 'db/merchants', 'domain', 'web/http', 'worker'])(
  '%s/README.md names every file of its folder',
  (folder) => {
    const page = readFileSync(join(REPOSITORY, folder, 'README.md'), 'utf8');
    const files = globSync('*.{ts,tsx}', { cwd: join(REPOSITORY, folder) });
    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((file) => !page.includes(`\`${basename(file)}\``)).toSorted()).toEqual([]);
  },
);
