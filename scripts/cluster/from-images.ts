// Starts the processes in their images' root file systems: read-only but for /tmp, as the image's user, without new privileges, with the
// image's command and environment. A mount namespace of Linux stands in for a container runtime; the network is this machine's.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool } from '../images/builder.ts';
import { type ImageConfig, imageConfig } from '../images/image-config.ts';
import { PROCESSES, type ProcessName } from '../images/processes.ts';
import { openRoot, type RootFolder } from '../images/root-folder.ts';
import { mustRun } from '../lib/run.ts';
import { SetupError } from '../lib/setup-error.ts';
import { startService } from '../lib/stack/service.ts';
import type { Environment } from './environment.ts';
import { type Launcher, READY_WITHIN_MS } from './launcher.ts';

const SECRETS = '/run/secrets';

/** $1: the root folder, $2: the folder of secrets, $3: user id, $4: working folder; then the command. Keeps its process id. */
const ENTER = `set -e
root=$1; secrets=$2; user=$3; folder=$4; shift 4
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind "$secrets" "$root${SECRETS}"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o nosuid,nodev,size=64m tmpfs "$root/tmp"
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all --pdeathsig KILL \\
  sh -c 'cd "$0" && exec "$@"' "$folder" "$@"`;

interface Opened {
  config: ImageConfig;
  root: RootFolder;
}

const commandIn = ({ config, root }: Opened, secrets: string, command: readonly string[]): [string, ...string[]] => [
  'unshare',
  ...['--mount', 'sh', '-c', ENTER, 'enter', root.path, secrets, config.user.split(':')[0] ?? '', config.workingFolder],
  ...command,
];

export interface ImageToRun {
  tool: Tool;
  /** By process: name with tag. */
  images: Readonly<Record<ProcessName, string>>;
}

/** Needs root, for mounts. */
export const fromImages = async ({ tool, images }: ImageToRun): Promise<Launcher> => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new SetupError('running images without a container runtime needs Linux and root: use sudo');
  }
  const opened = {} as Record<ProcessName, Opened>;
  for (const name of PROCESSES) {
    const config = await imageConfig(tool, images[name]);
    if (!/^[1-9]\d*(:|$)/.test(config.user))
      throw new SetupError(`${images[name]} runs as "${config.user}", not as a user by number`);
    opened[name] = { config, root: await openRoot(tool, images[name]) };
    mkdirSync(join(opened[name].root.path, SECRETS), { recursive: true });
  }
  let secrets = '';
  const environment = (name: ProcessName, env: Environment): Environment => ({ ...opened[name].config.env, ...env });
  return {
    secretsFolder(folder) {
      secrets = folder;
      return SECRETS;
    },
    async start(name, { env, ...launch }) {
      const image = opened[name];
      const full = environment(name, env);
      const running = await startService({
        ...launch,
        env: full,
        command: commandIn(image, secrets, image.config.command),
        readyWithinMs: READY_WITHIN_MS,
      });
      // The image's own health check must agree.
      const [file, ...args] = commandIn(image, secrets, image.config.healthCheck);
      await mustRun(file, args, { env: full });
      return running;
    },
    async migrate(env) {
      const [file, ...args] = commandIn(opened.migrate, secrets, opened.migrate.config.command);
      return await mustRun(file, args, { env: environment('migrate', env) });
    },
    async close() {
      for (const { root } of Object.values(opened)) await root.remove();
    },
  };
};
