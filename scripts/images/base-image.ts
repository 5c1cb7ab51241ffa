// The image that ours are built on: Node's own, or, where no registry can be reached, one made here of Debian (debootstrap) and the Node
// and npm that run this script. The made one stands in for development: releases are built on Node's.
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Progress, step } from '../lib/progress.ts';
import { mustRun } from '../lib/run.ts';
import { SetupError } from '../lib/setup-error.ts';
import { onPath } from '../lib/tools/on-path.ts';
import { hasImage, pull, type Tool } from './builder.ts';

const SUITE = 'bookworm';
/** What Node's binary loads; certificates for tools. */
const PACKAGES = ['ca-certificates', 'libstdc++6', 'libatomic1'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MADE = `localhost/allscale-checkout-node:${process.version.slice(1)}-${SUITE}`;

/** The given image, or the Dockerfile's default, or the one made here. Pulls or makes it when it is missing. */
export const baseImage = async (
  tool: Tool,
  wanted: string | undefined,
  preset: string,
  progress: Progress,
): Promise<string> => {
  const image = wanted || preset;
  if ((await hasImage(tool, image)) || (await pull(tool, image))) return image;
  if (wanted) throw new SetupError(`NODE_IMAGE=${wanted} is neither here nor in a registry that can be reached`);
  if (!(await hasImage(tool, MADE))) {
    await step(progress, `making ${MADE} (${preset} can't be pulled)`, async () => await make(tool));
  }
  return MADE;
};

const make = async (tool: Tool): Promise<void> => {
  if (!onPath('debootstrap') || process.getuid?.() !== 0) {
    throw new SetupError(
      'no base image can be pulled: set NODE_IMAGE to one that you have, or install debootstrap and run this as root to make one',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'checkout-base-'));
  try {
    const root = join(folder, 'root');
    await mustRun('debootstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, root]);
    await clean(root);
    addNode(root);
    await store(tool, root, join(folder, 'root.tar'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Caches, manuals and translations. Copyright files stay. */
const clean = async (root: string): Promise<void> => {
  const kept = ['!', '-name', 'copyright'];
  for (const path of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'var/log',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ]) {
    await mustRun('find', [join(root, path), '-type', 'f', ...kept, '-delete']);
  }
};

/** Node and npm where Node's image has them, and its user. */
const addNode = (root: string): void => {
  const npm = npmFolder();
  const local = join(root, 'usr', 'local');
  cpSync(realpathSync(process.execPath), join(local, 'bin', 'node'));
  cpSync(npm, join(local, 'lib', 'node_modules', 'npm'), { recursive: true, dereference: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  appendFileSync(join(root, 'etc', 'passwd'), 'node:x:1000:1000::/home/node:/bin/sh\n');
  appendFileSync(join(root, 'etc', 'group'), 'node:x:1000:\n');
  mkdirSync(join(root, 'home', 'node'));
};

const npmFolder = (): string => {
  const cli = process.env.npm_execpath ?? onPath('npm');
  if (cli && existsSync(cli)) return dirname(dirname(realpathSync(cli)));
  throw new SetupError('npm is not on the PATH: start this with "npm run images"');
};

const store = async (tool: Tool, root: string, archive: string): Promise<void> => {
  await mustRun('tar', ['--create', '--file', archive, '--directory', root, '--numeric-owner', '.']);
  if (tool !== 'buildah') {
    await mustRun(tool, ['import', '--change', `ENV PATH=${PATH}`, archive, MADE]);
    return;
  }
  const container = (await mustRun('buildah', ['from', 'scratch'])).trim();
  try {
    await mustRun('buildah', ['add', container, archive, '/']);
    await mustRun('buildah', ['config', '--env', `PATH=${PATH}`, container]);
    await mustRun('buildah', ['commit', '--format', 'docker', container, MADE]);
  } finally {
    await mustRun('buildah', ['rm', container]);
  }
};
