// Postgres does not run as root. When we are root (containers, build machines), it runs as an unprivileged user that owns the data
// folder. When that user cannot read the clone, for example below /root, it gets the capability CAP_DAC_OVERRIDE.
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { SetupError } from '../setup-error.ts';
import { setprivPath } from './child.ts';

export interface PostgresUser {
  /** Prefix of every Postgres command: changes the user, and sets the signal for the death of this process. */
  prefix: readonly string[];
  /** The owner of the data folder. */
  uid: number;
  gid: number;
}

/** Creates `folder` (mode 0700) for the user that Postgres runs as. @returns how to run `binary` in it */
export function preparePostgresUser(folder: string, binary: string, deathSignal: string): PostgresUser {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const setpriv = setprivPath();
  const guard = ['--pdeathsig', deathSignal];
  if (process.getuid?.() !== 0) {
    const { uid, gid } = statSync(folder);
    return { prefix: setpriv ? [setpriv, ...guard] : [], uid, gid };
  }
  if (!setpriv)
    throw new SetupError(
      'Postgres does not run as root, and "setpriv" (package util-linux) is missing: use another user',
    );
  const { uid, gid } = ownerFor(folder);
  chownSync(folder, uid, gid);
  const become = [setpriv, '--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  // Postgres calls access(2), which respects the capability only with this secure bit. Only ambient capabilities survive exec.
  const override = ['--securebits', '+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  for (const command of [become, [...become, ...override]]) {
    if (canReach(command, folder, binary)) return { prefix: [...command, ...guard], uid, gid };
  }
  throw new SetupError(
    `Postgres does not run as root, and user ${uid} can't reach ${folder}: put the clone and DATA_DIR where every user has read access`,
  );
}

/** The folder's present owner, else the system's user `postgres`, else `nobody`. */
function ownerFor(folder: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(folder);
  if (uid !== 0) return { uid, gid };
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!account) throw new SetupError('Postgres does not run as root, and there is no user "nobody" to run it as');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

function canReach(prefix: readonly string[], folder: string, binary: string): boolean {
  const commands = [
    [binary, '--version'],
    ['test', '-w', folder, '-a', '-x', folder],
  ];
  return commands.every((command) => {
    const [file, ...args] = [...prefix, ...command] as [string, ...string[]];
    return spawnSync(file, args, { cwd: '/', stdio: 'ignore' }).status === 0;
  });
}
