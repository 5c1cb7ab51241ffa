// `npm start`: runs the whole system on this machine until Ctrl-C. Installs missing tools, starts Postgres, Temporal and two local
// chains, prepares them, then starts worker and web. Prints `READY ` with the URLs as JSON when everything runs.
// `npm run dev` adds `--watch`: pages reload when they are edited, and worker and web restart when their code changes.
import { rmSync } from 'node:fs';
import { argumentsOf } from './images/processes.ts';
import { buildClientPackages } from './lib/client-packages/build.ts';
import {
  authSecret,
  leaveDataFolder,
  markStopping,
  masterKeys,
  takeDataFolder,
  writePrivate,
} from './lib/data-folder.ts';
import { localAccount } from './lib/local-accounts.ts';
import { localEnvironment, type PublicAddresses, publicAddresses } from './lib/local-environment.ts';
import { requirePortFree } from './lib/ports.ts';
import { step } from './lib/progress.ts';
import { explain } from './lib/setup-error.ts';
import { onShutdownSignals } from './lib/signals.ts';
import { startChain } from './lib/stack/chain.ts';
import { endLeftover } from './lib/stack/child.ts';
import { startPostgres } from './lib/stack/postgres.ts';
import { restartOnChange } from './lib/stack/restart-on-change.ts';
import { startService } from './lib/stack/service.ts';
import { type Part, Supervisor } from './lib/stack/supervisor.ts';
import { startTemporal, TEMPORAL_NAMESPACE } from './lib/stack/temporal.ts';
import { environmentFile, portList, type StartSettings, startSettings } from './lib/start-settings.ts';
import { temporalCli } from './lib/tools/temporal-cli.ts';
import { buildWebBundle } from './lib/web-bundle.ts';
import type { DemoPeople } from './seed-people.ts';

const BLOCK_SECONDS = 2;
const PARTS = ['web', 'worker', 'chain-31337', 'chain-31338', 'temporal', 'postgres'];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Everything up to READY. The caller holds the data folder. Independent steps run together. */
async function start(settings: StartSettings, supervisor: Supervisor, watch: boolean): Promise<void> {
  const { dataDir, ports } = settings;
  for (const name of PARTS) await endLeftover(dataDir, name);
  for (const { port, use, variable, host } of portList(settings)) await requirePortFree(port, use, variable, host);
  say(`data folder ${dataDir}`);
  const keys = masterKeys(dataDir);
  const binary = await temporalCli(say);
  // Runs while the stack starts: a build takes longer than all other steps.
  const bundle = watch ? buildClientPackages(say) : buildWebBundle(say);

  const chainPart = (chainId: 31337 | 31338) => ({
    title: `chain ${chainId}`,
    start: async () =>
      await startChain({ dataDir, chainId, port: ports[`chain${chainId}`], blockTime: BLOCK_SECONDS, onLine: say }),
  });
  const [postgres, temporal, first, second] = await step(
    say,
    'starting Postgres, Temporal and two local chains',
    async () => {
      return await Promise.all([
        supervisor.start({
          title: 'Postgres',
          start: async () => await startPostgres({ dataDir, port: ports.postgres }),
        }),
        supervisor.start({
          title: 'Temporal',
          start: async () => await startTemporal({ dataDir, port: ports.temporal, uiPort: ports.temporalUi, binary }),
        }),
        supervisor.start(chainPart(31337)),
        supervisor.start(chainPart(31338)),
      ]);
    },
  );
  await step(say, 'migrating the database', async () => {
    const { createShopTables } = await import('#web/demo/server/shop-tables.ts');
    await createShopTables(postgres.ownerUrl);
    const { prepareDatabase } = await import('./lib/prepare-database.ts');
    await prepareDatabase(postgres.ownerUrl, postgres.applicationUrl);
  });
  await step(say, 'deploying the contracts', async () => {
    const { deployLocalContracts } = await import('#contracts/deploy.ts');
    await Promise.all([first, second].map(async ({ rpcUrl }) => await deployLocalContracts({ rpcUrl })));
  });
  await bundle;

  const addresses = publicAddresses(settings);
  const { seed } = await import('./seed.ts');
  const demoShop = await seed({
    databaseUrl: postgres.applicationUrl,
    masterKeys: keys,
    dataDir,
    receiver: localAccount('merchant').address,
    webhookUrl: `${addresses.web}/demo/webhook`,
  });
  const secret = authSecret(dataDir);
  const { seedPeople } = await import('./seed-people.ts');
  const people = await seedPeople({
    databaseUrl: postgres.applicationUrl,
    authSecret: secret,
    publicUrl: addresses.web,
    dataDir,
    storeId: demoShop.storeId,
  });
  const parts = {
    databaseUrl: postgres.applicationUrl,
    temporalAddress: temporal.address,
    temporalNamespace: TEMPORAL_NAMESPACE,
    masterKeys: keys,
    authSecret: secret,
    rpcUrls: new Map([first, second].map(({ chainId, rpcUrl }) => [chainId, rpcUrl])),
    wsUrls: new Map([first, second].map(({ chainId, wsUrl }) => [chainId, wsUrl])),
    demoShop,
  };
  const own = {
    ...localEnvironment(settings, parts, process.env.LOG_LEVEL || 'info'),
    ...(watch ? { HOT_RELOAD: 'on' } : {}),
  };
  const env = { ...process.env, ...own };
  await step(say, 'starting worker and web', async () => {
    const service = (name: 'web' | 'worker', healthUrl: string): Part => ({
      title: name,
      start: async () =>
        await startService({ name, dataDir, command: [process.execPath, ...argumentsOf(name)], env, healthUrl }),
    });
    const worker = service('worker', `http://127.0.0.1:${ports.workerHealth}/healthz`);
    const web = service('web', `http://127.0.0.1:${ports.web}/healthz`);
    await Promise.all([supervisor.start(worker), supervisor.start(web)]);
    if (watch) restartOnChange(supervisor, { worker, web });
  });
  writePrivate(environmentFile(dataDir), `${JSON.stringify(own, null, 2)}\n`);

  sayUrls(addresses, people, dataDir);
  say(`READY ${JSON.stringify(addresses)}`);
}

function sayUrls(addresses: PublicAddresses, { owner, operator }: DemoPeople, dataDir: string): void {
  say('');
  say(`  Demo shop    ${addresses.demo_shop}`);
  say(`  Web and API  ${addresses.web}`);
  say(`  Dashboard    ${addresses.dashboard}   ${owner.email}   ${owner.password}`);
  say(`  Console      ${addresses.operator}   ${operator.email}   ${operator.password}`);
  say(`  Mailbox      ${addresses.mailbox}`);
  say(`  Temporal UI  ${addresses.temporal_ui}`);
  say(`  Logs         ${dataDir}/logs`);
  say('  Ctrl-C stops everything; the next start keeps all data.');
  say('');
}

async function main(): Promise<void> {
  const settings = startSettings(process.env);
  await takeDataFolder(settings.dataDir, say);
  const supervisor = new Supervisor(say);
  const stop = async (exitCode: number) => {
    markStopping(settings.dataDir);
    rmSync(environmentFile(settings.dataDir), { force: true });
    await supervisor.stop();
    leaveDataFolder(settings.dataDir);
    process.exit(exitCode);
  };
  onShutdownSignals({
    first() {
      say('stopping everything (Ctrl-C again stops at once) …');
      stop(0).catch((error) => fail(error));
    },
    second() {
      supervisor.kill();
      process.exit(130);
    },
  });
  try {
    await start(settings, supervisor, process.argv.includes('--watch'));
  } catch (error) {
    // Parts that end during a shutdown are expected to fail.
    if (supervisor.stopping) return;
    console.error(`npm start: ${explain(error)}`);
    await stop(1);
  }
}

function fail(error: unknown): never {
  console.error(`npm start: ${explain(error)}`);
  process.exit(1);
}

main().catch(fail);
