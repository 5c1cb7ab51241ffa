// Run as a process: plants one fault after another into the source that Node loads, and runs seeds until one fails: first the one that
// found it before. Prints a line of JSON for each fault. Each fault's modules are loaded anew, under an address of their own.
//   node test/simulate/plant.ts DATABASE_URL
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { PLANTED_FAULTS, type PlantedFault } from './planted-faults.ts';

export interface PlantedResult {
  name: string;
  /** That failed; null when none did. */
  seed: number | null;
  invariants: number[];
  message: string;
}

const SEEDS = 200;
const ROOT = pathToFileURL(REPOSITORY).href;
let planted: { fault: PlantedFault; number: number } | undefined;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const isOurs = resolved.url.startsWith(`${ROOT}/`) && !resolved.url.includes('/node_modules/');
    return planted && isOurs && !resolved.url.includes('?')
      ? { ...resolved, url: `${resolved.url}?fault=${planted.number}` }
      : resolved;
  },
  load(url, context, next) {
    const fault = planted?.fault;
    if (!fault || !url.includes('?fault=')) return next(url, context);
    const path = fileURLToPath(url);
    if (path !== join(REPOSITORY, fault.file))
      return { format: 'module', source: withoutTypes(path), shortCircuit: true };
    return { ...next(url, context), source: withFault(fault, readFileSync(path, 'utf8')) };
  },
});

const stripped = new Map<string, string>();

/** Of all modules but one, the text is the same for every fault. Taking the types out takes longer than compiling the rest. */
const withoutTypes = (path: string): string => {
  const source = stripped.get(path) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'));
  stripped.set(path, source);
  return source;
};

const withFault = ({ name, file, text, instead }: PlantedFault, source: string): string => {
  if (source.split(text).length !== 2) throw new Error(`"${name}": ${file} does not have its text once`);
  return source.replace(text, () => instead);
};

const find = async (databaseUrl: string, fault: PlantedFault, number: number): Promise<PlantedResult> => {
  planted = { fault, number };
  const { openSimulator } = (await import(
    `${ROOT}/simulate/simulator.ts?fault=${number}`
  )) as typeof import('#simulate/simulator.ts');
  const simulator = await openSimulator(databaseUrl);
  try {
    for (const seed of [fault.foundBy, ...Array.from({ length: SEEDS }, (_, index) => index + 1)]) {
      const { violations } = await simulator.run(seed);
      const [first] = violations;
      if (!first) continue;
      return {
        name: fault.name,
        seed,
        invariants: violations.map(({ invariant }) => invariant),
        message: first.message,
      };
    }
    return { name: fault.name, seed: null, invariants: [], message: '' };
  } finally {
    await simulator.close();
  }
};

for (const [number, fault] of PLANTED_FAULTS.entries()) {
  process.stdout.write(`${JSON.stringify(await find(process.argv[2] ?? '', fault, number))}\n`);
}
