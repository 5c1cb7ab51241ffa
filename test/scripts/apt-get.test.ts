// Set-up on a machine that updates itself at the same moment.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aptGet } from '#scripts/lib/tools/apt-get.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'apt-get-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An apt-get that writes `message` and fails for as long as the file `held` is there. */
const aptGetThatSays = (message: string): NodeJS.ProcessEnv => {
  writeFileSync(join(folder, 'held'), '');
  const program = `#!/bin/sh\ncd '${folder}'\n[ -e held ] || exit 0\necho tried > tried\necho '${message}' >&2\nexit 100\n`;
  writeFileSync(join(folder, 'apt-get'), program);
  chmodSync(join(folder, 'apt-get'), 0o755);
  return { ...process.env, PATH: `${folder}:${process.env.PATH}` };
};

test.each([
  'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 13192 (apt-get)',
  'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 5 (apt-get)',
  'E: Unable to lock directory /var/lib/apt/lists/',
])('apt-get waits for another process: %s', async (message) => {
  const env = aptGetThatSays(message);
  const done = aptGet(['install', '--yes', 'chromium'], { env });
  await vi.waitFor(() => expect(existsSync(join(folder, 'tried'))).toBe(true), { timeout: 20_000 });
  rmSync(join(folder, 'held'));
  await done;
});

test('apt-get says what failed', async () => {
  const env = aptGetThatSays('E: Unable to locate package chromium');
  await expect(aptGet(['install', 'chromium'], { env })).rejects.toThrow(
    /apt-get install chromium failed \(100\):[\s\S]*Unable to locate package chromium/,
  );
});
