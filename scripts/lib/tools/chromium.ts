// The browser for end-to-end tests and screenshots: the system's Chromium or Chrome.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock-file.ts';
import { cacheDir } from '../paths.ts';
import { type Progress, step, toStderr } from '../progress.ts';
import { SetupError } from '../setup-error.ts';
import { aptGet } from './apt-get.ts';
import { onPath } from './on-path.ts';

/** The headless shell first: the same engine without a browser's windows, at less than half of the processor time. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser's path. Installs it as root on Debian; otherwise throws a SetupError that names the command. */
export async function chromium(progress: Progress = toStderr): Promise<string> {
  const configured = process.env.CHROMIUM_PATH;
  if (configured) {
    if (existsSync(configured)) return configured;
    throw new SetupError(`CHROMIUM_PATH is ${configured}, where there is no file`);
  }
  const found = onPath(...NAMES);
  if (found) return found;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    throw new SetupError(
      'Chromium is missing: install it (Debian: sudo apt-get install chromium-headless-shell), or set CHROMIUM_PATH to its path',
    );
  }
  return await withLock(join(cacheDir(), 'chromium.lock'), progress, async () => {
    if (!onPath(...NAMES)) {
      await step(progress, 'installing Chromium with apt-get (once, 1 to 2 minutes)', async () => {
        await aptGet(['update']);
        const install = ['install', '--yes', '--no-install-recommends'];
        await aptGet([...install, 'chromium-headless-shell']).catch(async () => {
          // Older Debian and Ubuntu have the whole browser only.
          await aptGet([...install, 'chromium']);
        });
      });
    }
    const installed = onPath(...NAMES);
    if (!installed) throw new SetupError('apt-get installed Chromium, but it is not on the PATH');
    return installed;
  });
}
