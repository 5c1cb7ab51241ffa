// `npm run lock`: writes package-lock.json again, in a folder without node_modules. With node_modules present, npm omits the optional
// packages of other platforms, and `npm ci` fails there. Run it after every change of package.json.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'lock-'));
try {
  for (const name of ['package.json', '.npmrc']) copyFileSync(join(ROOT, name), join(folder, name));
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status === 0) copyFileSync(join(folder, 'package-lock.json'), join(ROOT, 'package-lock.json'));
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
