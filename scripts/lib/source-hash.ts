// A hash of source files, to know whether what was built of them is still theirs.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './paths.ts';

/** @param files paths in the repository. @returns hexadecimal; throws when one is missing */
export function sourceHash(files: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(REPOSITORY, file)));
  return hash.digest('hex');
}
