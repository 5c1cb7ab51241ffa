// `npm run attack`: sends every bad input of attack/kinds to the system that `npm start` runs in DATA_DIR, or else to one of its own, and
// prints tried / let through for each kind. Exits with 1 when anything was let through.
//   npm run attack -- --kind csrf --kind signing   only these kinds
//   npm run attack -- --json                       for scripts
//   npm run attack -- --own                        a system of its own, though one runs
import { parseArgs } from 'node:util';
import { runningEnvironment } from '#scripts/admin/environment.ts';
import { explain } from '#scripts/lib/setup-error.ts';
import { startSystem } from '#test/support/running-system.ts';
import { KINDS } from './all-kinds.ts';
import { asJson, asText, isClean } from './report.ts';
import { runKinds } from './run-kinds.ts';
import { targetOf } from './running-target.ts';
import { openWorld } from './world.ts';

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      kind: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      own: { type: 'boolean', default: false },
    },
  });
  const unknown = values.kind.filter((name) => !KINDS.some((kind) => kind.name === name));
  if (unknown.length > 0) {
    throw new RangeError(`--kind: ${unknown.join(', ')} is none of ${KINDS.map(({ name }) => name).join(', ')}`);
  }
  return values;
};

/** The environment of the system to attack, and what ends it. */
const openSystem = async (own: boolean) => {
  const env = own ? {} : runningEnvironment(process.env);
  if (env.DATABASE_URL && env.PUBLIC_URL) return { env, dispose: async () => {} };
  process.stderr.write('no system runs in DATA_DIR: starting one …\n');
  const system = await startSystem();
  return { env: { ...system.env, DATA_DIR: system.dataDir }, dispose: () => system.dispose() };
};

const main = async (): Promise<boolean> => {
  const options = readOptions();
  const { env, dispose } = await openSystem(options.own);
  try {
    const world = await openWorld(targetOf(env));
    try {
      const kinds = KINDS.filter(({ name }) => options.kind.length === 0 || options.kind.includes(name));
      const results = await runKinds(kinds, world, ({ kind, attempts, ms }) =>
        process.stderr.write(`${kind.name}: ${attempts.length} tried in ${(ms / 1000).toFixed(1)} s\n`),
      );
      process.stdout.write(`${options.json ? asJson(results) : asText(results)}\n`);
      return isClean(results);
    } finally {
      await world.close();
    }
  } finally {
    await dispose();
  }
};

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`npm run attack: ${explain(error)}\n`);
  process.exitCode = 1;
}
