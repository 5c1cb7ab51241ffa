// `npm run emails`: React Email's preview of every e-mail with sample data, in every language. The preview depends on
// Next.js (460 MB), so it is not a dependency of the project: the first run installs pinned versions into .cache/email-preview.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMAIL_KINDS } from '#domain/email-data.ts';
import { LANGUAGES } from '#domain/languages.ts';
import { withLock } from './lib/lock-file.ts';
import { REPOSITORY } from './lib/paths.ts';
import { requirePortFree } from './lib/ports.ts';
import { step, toStderr } from './lib/progress.ts';
import { mustRun } from './lib/run.ts';
import { explain } from './lib/setup-error.ts';
import { onShutdownSignals } from './lib/signals.ts';

const INSTALLATION = join(REPOSITORY, '.cache', 'email-preview');
/** Inside the repository, so that templates resolve the project's React. */
const PREVIEWS = join(REPOSITORY, 'build', 'email-preview');
const PORT = 3007;

/** Both packages of the preview need the same version. Its React renders our templates, so it must be the same version as ours. */
const reactVersion: string = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')).dependencies.react;
const PACKAGE = {
  name: 'email-preview',
  private: true,
  dependencies: {
    '@react-email/ui': '6.11.6',
    'react-email': '6.11.6',
    react: reactVersion,
    'react-dom': reactVersion,
  },
};

const install = async (): Promise<void> => {
  const wanted = `${JSON.stringify(PACKAGE, null, 2)}\n`;
  const stamp = join(INSTALLATION, 'installed.json');
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  await withLock(join(REPOSITORY, '.cache', 'email-preview.lock'), toStderr, async () => {
    if (isInstalled()) return;
    mkdirSync(INSTALLATION, { recursive: true });
    writeFileSync(join(INSTALLATION, 'package.json'), wanted);
    await step(toStderr, 'installing the e-mail preview (once, about a minute)', async () => {
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      await mustRun('npm', ['install', ...flags], { cwd: INSTALLATION });
    });
    writeFileSync(stamp, wanted);
  });
};

/** Writes one module for each e-mail and language: the preview lists files and folders. */
const writePreviews = (): void => {
  rmSync(PREVIEWS, { recursive: true, force: true });
  for (const language of Object.keys(LANGUAGES)) {
    mkdirSync(join(PREVIEWS, language), { recursive: true });
    for (const kind of EMAIL_KINDS) {
      writeFileSync(
        join(PREVIEWS, language, `${kind}.tsx`),
        `import { previewOf } from '../../../emails/preview.tsx';\n\nexport default previewOf('${kind}', '${language}');\n`,
      );
    }
  }
};

const main = async (): Promise<void> => {
  const port = Number(process.env.PORT ?? PORT);
  await requirePortFree(port, 'the e-mail preview', 'PORT', '127.0.0.1');
  await install();
  writePreviews();
  const cli = join(INSTALLATION, 'node_modules', 'react-email', 'dist', 'cli', 'index.mjs');
  // A separate process group: the preview starts more processes, and a signal to the group ends all of them.
  const server = spawn(process.execPath, [cli, 'dev', '--dir', PREVIEWS, '--port', String(port)], {
    cwd: INSTALLATION,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: 'inherit',
    detached: true,
  });
  const stop = (signal: NodeJS.Signals): void => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, signal);
  };
  onShutdownSignals({ first: () => stop('SIGTERM'), second: () => stop('SIGKILL') });
  server.on('exit', (code) => process.exit(code ?? 0));
};

main().catch((error: unknown) => {
  console.error(`npm run emails: ${explain(error)}`);
  process.exit(1);
});
