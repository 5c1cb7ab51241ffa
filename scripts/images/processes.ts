// The processes that have an image each: what they run and what is built for them.

export const PROCESSES = ['migrate', 'web', 'worker'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface ProcessSpec {
  /** What Node runs, relative to the repository. */
  main: string;
  /** Node's own options. */
  options: readonly string[];
  /** Built files whose imports count too, because `main` loads them by path. */
  built: readonly string[];
  /** Files and folders of the build that are copied as they are. */
  copied: readonly string[];
}

/**
 * V8 lets garbage grow with the machine's memory: a watcher that catches up took 350 MiB where it needs 160. New objects have less room, and
 * the rest is collected when it has doubled (decision 0106).
 */
const WORKER_OPTIONS = ['--max-semi-space-size=8', '--heap-growing-percent=100'];

export const SPECS: Readonly<Record<ProcessName, ProcessSpec>> = {
  migrate: { main: 'scripts/migrate.ts', options: [], built: [], copied: [] },
  web: {
    main: 'web/server.ts',
    options: [],
    built: ['build/server/index.js'],
    copied: ['build/client', 'build/server', 'build/packages'],
  },
  worker: {
    main: 'worker/main.ts',
    options: WORKER_OPTIONS,
    built: ['build/workflow-bundle.js', 'build/email-templates.js'],
    copied: ['build/workflow-bundle.js', 'build/email-templates.js'],
  },
};

/** The command of a process in the repository's folder, without Node itself. */
export const argumentsOf = (name: ProcessName): string[] => [...SPECS[name].options, SPECS[name].main];

/** Own modules that production never loads: each is imported by import() below a condition (.dependency-cruiser.cjs). */
export const DEVELOPMENT_ONLY = /^web\/development\//;

/** Packages that only a browser loads. The server's bundle names them in an import() that the server never runs. */
export const BROWSER_ONLY: readonly string[] = ['@walletconnect/universal-provider', 'mipd'];
