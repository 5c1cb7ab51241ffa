// Runs before every command: installs missing or outdated dependencies, then starts the script with the project's Node 24.
// Plain JavaScript for Node 18 and later. Writes only to stderr, because stdout belongs to the script.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NEEDED_NODE_MAJOR = 24;
const MODULES = join(ROOT, 'node_modules');
const LOCK_FILE = join(ROOT, 'package-lock.json');
const STAMP_FILE = join(MODULES, '.install-stamp');
const INSTALL_LOCK = join(ROOT, '.cache', 'install.lock');
/** Node's cache of compiled code without types: each start loads a few thousand modules. */
const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'node-compile');
const INSTALL_SCRIPTS = join(ROOT, 'scripts', 'install-scripts.json');
/** The files that npm installs from. */
const MANIFESTS = ['package.json', 'package-lock.json', '.npmrc'];

const say = (line) => process.stderr.write(`${line}\n`);

function fail(line) {
  say(line);
  process.exit(1);
}

/** Identifies the installed tree: hash of the lock file, platform and architecture. */
function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
  return `${hash} ${process.platform} ${process.arch}\n`;
}

function isStamped() {
  try {
    return readFileSync(STAMP_FILE, 'utf8') === wantedStamp();
  } catch {
    return false;
  }
}

/** True after `npm ci` or `npm install` by hand: npm writes this file last, so it is newer than the lock file. */
function isInstalledByHand() {
  try {
    return statSync(join(MODULES, '.package-lock.json')).mtimeMs >= statSync(LOCK_FILE).mtimeMs;
  } catch {
    return false;
  }
}

/** The start time distinguishes a process from a later one with the same id. Empty on systems without /proc. */
function startTimeOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ')[19];
  } catch {
    return '';
  }
}

function isHeld(content) {
  const [pid, startTime] = content.trim().split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return !startTime || startTimeOf(pid) === startTime;
}

/** Allows one installation at a time. A second process waits and then finds everything installed. */
async function takeInstallLock() {
  mkdirSync(dirname(INSTALL_LOCK), { recursive: true });
  for (let isReported = false; ; ) {
    try {
      writeFileSync(INSTALL_LOCK, `${process.pid} ${startTimeOf(process.pid)}`, { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let content = '';
    try {
      content = readFileSync(INSTALL_LOCK, 'utf8');
    } catch {
      continue; // Released just now.
    }
    if (content !== '' && !isHeld(content)) {
      rmSync(INSTALL_LOCK, { force: true });
      continue;
    }
    if (!isReported) say(`waiting for the installation by process ${content.split(' ')[0]}`);
    isReported = true;
    await delay(200);
  }
}

/** Runs npm in a folder. Prints a line every 15 s, because npm is silent for a minute. Resolves to true on success. */
async function npm(args, cwd) {
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(command, [...first, ...args, ...flags], { cwd, stdio: ['ignore', 2, 2] });
  const started = Date.now();
  const timer = setInterval(() => say(`still installing after ${Math.round((Date.now() - started) / 1000)} s`), 15_000);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => fail(`npm could not be run (${error.message}): install npm 10 or later`));
    child.once('close', resolve);
  });
  clearInterval(timer);
  return code === 0;
}

/**
 * Runs `npm ci` in place when nothing is installed. Otherwise installs into another folder and renames it: `npm ci` in place would
 * first delete node_modules, which running processes use.
 */
async function install() {
  if (!existsSync(MODULES)) return await npm(['ci'], ROOT);
  const folder = join(ROOT, '.cache', 'install');
  const replaced = join(ROOT, '.cache', 'replaced-modules');
  for (const path of [folder, replaced]) rmSync(path, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of MANIFESTS) {
    if (existsSync(join(ROOT, name))) copyFileSync(join(ROOT, name), join(folder, name));
  }
  if (!(await npm(['ci'], folder))) return false;
  renameSync(MODULES, replaced);
  renameSync(join(folder, 'node_modules'), MODULES);
  for (const path of [folder, replaced]) rmSync(path, { recursive: true, force: true });
  return true;
}

/** Folders of an installed package; `@scope/*` stands for all of a scope. */
function foldersOf(name) {
  if (!name.endsWith('/*')) return [join(MODULES, name)].filter((folder) => existsSync(folder));
  const scope = join(MODULES, name.slice(0, -2));
  return existsSync(scope) ? readdirSync(scope).map((each) => join(scope, each)) : [];
}

/** npm runs no install script (.npmrc). Of those that packages have, the list names the few that are needed. */
function runNeededInstallScripts() {
  for (const { package: name, run } of JSON.parse(readFileSync(INSTALL_SCRIPTS, 'utf8'))) {
    for (const cwd of run === null ? [] : foldersOf(name)) {
      const result = spawnSync(process.execPath, [run], { cwd, stdio: ['ignore', 2, 2] });
      if (result.status !== 0) fail(`the install script of ${name} failed in ${cwd}`);
    }
  }
}

async function installIfNeeded() {
  if (isStamped()) return;
  await takeInstallLock();
  try {
    if (isStamped()) return;
    if (!isInstalledByHand()) {
      say('installing the dependencies (once, 1 to 2 minutes)');
      if (!(await install()))
        fail('the dependencies could not be installed: see the error of npm above, then try again');
    }
    runNeededInstallScripts();
    writeFileSync(STAMP_FILE, wantedStamp());
    say('the dependencies are installed');
  } finally {
    rmSync(INSTALL_LOCK, { force: true });
  }
}

function findNode() {
  const own = join(MODULES, '.bin', 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE_MAJOR) return process.execPath;
  return fail(
    `Node ${NEEDED_NODE_MAJOR} or later is needed, this is ${process.version}: install it from your system's packages or a Node version manager`,
  );
}

/** Sends SIGTERM to the child when this process dies. Otherwise a `kill -9` would leave the whole stack running. */
function deathSignal() {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  return process.platform === 'linux' && setpriv ? [setpriv, '--pdeathsig', 'TERM'] : [];
}

/** A signal to npm alone ends npm's shell but does not reach this process. A changed parent process reveals it. */
function stopWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 250);
}

async function main() {
  const [script, ...args] = process.argv.slice(2);
  if (!script) fail('usage: node scripts/bootstrap.mjs SCRIPT [ARGUMENTS]');
  await installIfNeeded();
  const command = [...deathSignal(), findNode(), join(ROOT, script), ...args];
  const env = {
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...process.env,
    PATH: `${join(MODULES, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
  };
  const child = spawn(command[0], command.slice(1), { stdio: 'inherit', env });
  child.on('error', (error) => fail(`${command[0]} could not be started: ${error.message}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(child);
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

await main();
