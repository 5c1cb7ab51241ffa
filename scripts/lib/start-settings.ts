// The settings of `npm start`, from the environment: ports and data folder.
import { join } from 'node:path';
import { dataDirOf } from './paths.ts';
import { SetupError } from './setup-error.ts';

/** Use and variable of each port, and its default as an offset from PORT. */
const PORTS = {
  web: { variable: 'PORT', offset: 0, use: 'web' },
  temporal: { variable: 'TEMPORAL_PORT', offset: 1, use: 'Temporal' },
  temporalUi: { variable: 'TEMPORAL_UI_PORT', offset: 2, use: 'Temporal UI' },
  postgres: { variable: 'POSTGRES_PORT', offset: 3, use: 'Postgres' },
  chain31337: { variable: 'CHAIN_31337_PORT', offset: 4, use: 'local chain 31337' },
  chain31338: { variable: 'CHAIN_31338_PORT', offset: 5, use: 'local chain 31338' },
  workerHealth: { variable: 'WORKER_HEALTH_PORT', offset: 6, use: 'worker health' },
} as const;

export type PortName = keyof typeof PORTS;

export interface StartSettings {
  dataDir: string;
  /** The interface that web listens on. */
  host: string;
  ports: Record<PortName, number>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Throws a SetupError that names the variable whose value is wrong. */
export function startSettings(env: Env): StartSettings {
  const base = portFrom(env, 'PORT', 3000);
  const names = Object.keys(PORTS) as PortName[];
  const ports = Object.fromEntries(
    names.map((name) => [name, portFrom(env, PORTS[name].variable, base + PORTS[name].offset)]),
  ) as Record<PortName, number>;
  for (const name of names) {
    const other = names.find((candidate) => candidate !== name && ports[candidate] === ports[name]);
    if (other) {
      throw new SetupError(
        `${PORTS[name].variable} and ${PORTS[other].variable} are both ${ports[name]}: each needs its own port`,
      );
    }
  }
  return { dataDir: dataDirOf(env), host: env.HOST || '127.0.0.1', ports };
}

function portFrom(env: Env, variable: string, fallback: number): number {
  const text = env[variable] || String(fallback);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new SetupError(`${variable} is "${text}": a port is a number from 1 to 65535`);
}

/** Each port with its use and variable, for the check that all are free. */
export function portList(settings: StartSettings): { port: number; use: string; variable: string; host: string }[] {
  return (Object.keys(PORTS) as PortName[]).map((name) => ({
    port: settings.ports[name],
    use: PORTS[name].use,
    variable: PORTS[name].variable,
    host: name === 'web' ? settings.host : '127.0.0.1',
  }));
}

/** The file with the running system's environment, for `npm run admin`. Exists while the system runs, readable only by its owner. */
export function environmentFile(dataDir: string): string {
  return join(dataDir, 'run', 'env.json');
}
