// The bootstrap in a small project whose one dependency a local server provides: it installs once and only when needed, runs only the
// install scripts of the list, writes nothing to stdout, and passes arguments, exit codes and signals through.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';

let root: string;
let registry: Server;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'checkout-bootstrap-'));
  mkdirSync(join(root, 'scripts'));
  mkdirSync(join(root, 'dep'));
  copyFileSync(join(REPOSITORY, 'scripts', 'bootstrap.mjs'), join(root, 'scripts', 'bootstrap.mjs'));
  copyFileSync(join(REPOSITORY, '.npmrc'), join(root, '.npmrc'));
  const leave = (mark: string) => `require('node:fs').appendFileSync('${mark}', '.');\n`;
  for (const mark of ['npm', 'listed', 'unlisted']) writeFileSync(join(root, 'dep', `${mark}.cjs`), leave(mark));
  const scripts = { preinstall: 'node npm.cjs', install: 'node npm.cjs', postinstall: 'node npm.cjs' };
  writeFileSync(join(root, 'dep', 'package.json'), JSON.stringify({ name: 'dep', version: '1.0.0', scripts }));
  const list = [
    { package: 'dep', run: 'listed.cjs', why: 'needed' },
    { package: 'not-here', run: 'unlisted.cjs', why: 'of another platform' },
    { package: '@nor-this/*', run: 'unlisted.cjs', why: 'of another platform' },
  ];
  writeFileSync(join(root, 'scripts', 'install-scripts.json'), JSON.stringify(list));
  await run('npm', ['pack', './dep'], { cwd: root });
  const tarball = readFileSync(join(root, 'dep-1.0.0.tgz'));
  registry = createServer((_request, response) => response.end(tarball)).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ name: 'tiny', version: '1.0.0', dependencies: { dep: `http://127.0.0.1:${port}/dep-1.0.0.tgz` } }),
  );
  writeFileSync(join(root, 'echo.mjs'), 'console.log(JSON.stringify(process.argv.slice(2))); process.exit(7);\n');
  await run('npm', ['install', '--package-lock-only', '--no-audit'], { cwd: root });
});

afterAll(() => {
  registry.close();
  rmSync(root, { recursive: true, force: true });
});

const bootstrap = async (...args: string[]) =>
  await run(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), ...args]);

const installations = (stderr: string) => stderr.split('installing the dependencies').length - 1;

test('two first runs in parallel install once, and both run the script', async () => {
  const results = await Promise.all([bootstrap('echo.mjs', 'a', '--json'), bootstrap('echo.mjs', 'b')]);
  expect(results.map(({ code }) => code)).toEqual([7, 7]);
  expect(results.map(({ stdout }) => stdout)).toEqual(['["a","--json"]\n', '["b"]\n']);
  expect(results.reduce((sum, { stderr }) => sum + installations(stderr), 0)).toBe(1);
});

const left = (mark: string): string => {
  const file = join(root, 'node_modules', 'dep', mark);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

test('of the install scripts, the listed one has run, once, and none by npm', () => {
  expect([left('npm'), left('listed'), left('unlisted')]).toEqual(['', '.', '']);
});

test('after an installation by hand, npm has run none, and the listed one runs before the command', async () => {
  rmSync(join(root, 'node_modules'), { recursive: true });
  // npm hands its own settings on to what it starts: they must not stand in for the file.
  const { npm_config_ignore_scripts: _, ...env } = process.env;
  await run('npm', ['ci'], { cwd: root, env });
  expect([left('npm'), left('listed')]).toEqual(['', '']);
  const { code, stderr } = await bootstrap('echo.mjs');
  expect([code, installations(stderr)]).toEqual([7, 0]);
  expect([left('npm'), left('listed')]).toEqual(['', '.']);
});

test('prints nothing when everything is installed', async () => {
  const { stderr, stdout } = await bootstrap('echo.mjs');
  expect(stderr).toBe('');
  expect(stdout).toBe('[]\n');
});

test('a changed lock file installs again', async () => {
  const lock = join(root, 'package-lock.json');
  writeFileSync(lock, `${readFileSync(lock, 'utf8')}\n`);
  rmSync(join(root, 'node_modules', 'dep'), { recursive: true });
  expect(installations((await bootstrap('echo.mjs')).stderr)).toBe(1);
  expect(existsSync(join(root, 'node_modules', 'dep', 'package.json'))).toBe(true);
  expect(installations((await bootstrap('echo.mjs')).stderr)).toBe(0);
});

test('a lock left by a killed installation is taken over', async () => {
  const lock = join(root, '.cache', 'install.lock');
  writeFileSync(lock, '999999999 1');
  writeFileSync(join(root, 'node_modules', '.install-stamp'), 'of another lock file');
  const { code } = await bootstrap('echo.mjs');
  expect(code).toBe(7);
});

test('a signal reaches the script, and its exit code is returned', async () => {
  const script = `process.on('SIGTERM', () => process.exit(9)); console.log('ready'); setInterval(() => {}, 1000);`;
  writeFileSync(join(root, 'wait.mjs'), script);
  const child = spawn(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), 'wait.mjs']);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGTERM');
  expect(await exited).toBe(9);
});
