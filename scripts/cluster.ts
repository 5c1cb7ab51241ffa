// `npm run cluster`: the production shape on one machine, without containers. Two web servers and three workers with production settings,
// a load balancer, Temporal's real server with client certificates, Postgres with a role for each use, and local chains. Runs until Ctrl-C.
// `--check` pays once through it and ends with 0 or 1. Beside it: `--kill` kills one process of each kind in the middle, `--walks` walks
// through it as the end-to-end tests do, and `--orders N` pays N orders at a steady pace, while `--kill` kills every process. `--images`
// runs the images of `npm run images` in place of the clone.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkCluster } from './cluster/check.ts';
import { runCrowd } from './cluster/crowd.ts';
import { fromImages } from './cluster/from-images.ts';
import { fromClone, type Launcher } from './cluster/launcher.ts';
import { prepareProductionBuild } from './cluster/production-build.ts';
import { type Cluster, startCluster } from './cluster/start.ts';
import { walkCluster } from './cluster/walks.ts';
import { findTool } from './images/builder.ts';
import { imageNames } from './images/names.ts';
import { leaveDataFolder, markStopping, takeDataFolder } from './lib/data-folder.ts';
import { REPOSITORY } from './lib/paths.ts';
import { freePort, requirePortFree } from './lib/ports.ts';
import { explain, SetupError } from './lib/setup-error.ts';
import { onShutdownSignals } from './lib/signals.ts';
import { Supervisor } from './lib/stack/supervisor.ts';

const WEBS = 2;
const WORKERS = 3;
const PORT = 8443;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const FLAGS = {
  check: { type: 'boolean', default: false },
  kill: { type: 'boolean', default: false },
  walks: { type: 'boolean', default: false },
  images: { type: 'boolean', default: false },
  orders: { type: 'string', default: '0' },
} as const;

const options = () => {
  try {
    const { check, kill, walks, images, ...texts } = parseArgs({ options: FLAGS }).values;
    const orders = Number(texts.orders);
    if (!Number.isInteger(orders) || orders < 0 || orders > 10_000) throw new SetupError('--orders: 1 to 10000');
    if ((kill || walks || orders > 0) && !check) throw new SetupError('--kill, --walks and --orders need --check');
    return { check, kill, walks, images, orders };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      `${(error as Error).message}; known are ${Object.keys(FLAGS)
        .map((name) => `--${name}`)
        .join(', ')}`,
    );
  }
};

const launcherFor = async (images: boolean): Promise<Launcher> => {
  if (images) return await fromImages({ tool: await findTool(process.env), images: imageNames(process.env) });
  await prepareProductionBuild(say);
  return fromClone();
};

const portFor = async (check: boolean): Promise<number> => {
  if (check) return await freePort();
  const port = Number(process.env.CLUSTER_PORT || PORT);
  await requirePortFree(port, 'the load balancer', 'CLUSTER_PORT');
  return port;
};

const sayAddresses = ({ publicUrl, edgeAuthorityFile, temporalAddress, kinds }: Cluster, dataDir: string): void => {
  const { hostname } = new URL(publicUrl);
  say('');
  say(`  Public URL   ${publicUrl}   (add "127.0.0.1 ${hostname}" to /etc/hosts, and trust ${edgeAuthorityFile})`);
  say(`  Temporal     ${temporalAddress}, with the client certificate of ${join(dataDir, 'temporal-certificates')}`);
  say(`  Processes    ${Object.values(kinds).flat().join(', ')}: ${join(dataDir, 'run')}, ${join(dataDir, 'logs')}`);
  say('  Ctrl-C stops everything; the next start keeps all data.');
  say('');
};

const main = async (): Promise<void> => {
  const { check, kill, walks, images, orders } = options();
  const dataDir = check
    ? mkdtempSync(join(tmpdir(), 'checkout-cluster-'))
    : process.env.DATA_DIR || join(REPOSITORY, '.data', 'cluster');
  mkdirSync(dataDir, { recursive: true });
  await takeDataFolder(dataDir, say);
  const supervisor = new Supervisor(say);
  let launcher: Launcher | undefined;
  let cluster: Cluster | undefined;
  const stop = async (exitCode: number): Promise<void> => {
    markStopping(dataDir);
    await supervisor.stop();
    await cluster?.mail.close();
    await launcher?.close();
    leaveDataFolder(dataDir);
    if (check && exitCode === 0) rmSync(dataDir, { recursive: true, force: true });
    process.exit(exitCode);
  };
  onShutdownSignals({
    first() {
      say('stopping everything (Ctrl-C again stops at once) …');
      stop(check ? 130 : 0).catch(fail);
    },
    second() {
      supervisor.kill();
      process.exit(130);
    },
  });
  try {
    const port = await portFor(check);
    launcher = await launcherFor(images);
    const started = performance.now();
    const logLevel = process.env.LOG_LEVEL || 'info';
    cluster = await startCluster({
      ...{ dataDir, port, launcher, supervisor, say, logLevel },
      webs: WEBS,
      workers: WORKERS,
    });
    say(`the cluster runs after ${((performance.now() - started) / 1000).toFixed(0)} s`);
    if (!check) return sayAddresses(cluster, dataDir);
    await checkCluster({ cluster, dataDir, kill, say });
    if (walks) await walkCluster(cluster, say);
    if (orders > 0) say(JSON.stringify(await runCrowd({ cluster, dataDir, orders, kill, say })));
    say(`checked in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    await stop(0);
  } catch (error) {
    // Parts that end during a shutdown are expected to fail.
    if (supervisor.stopping) return;
    console.error(`npm run cluster: ${explain(error)}${check ? `\nthe logs are in ${join(dataDir, 'logs')}` : ''}`);
    await stop(1);
  }
};

function fail(error: unknown): never {
  console.error(`npm run cluster: ${explain(error)}`);
  process.exit(1);
}

main().catch(fail);
