// The processes that have an image each: what they run and what is built for them.

export const PROCESSES = ['migrate', 'web', 'worker'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface ProcessSpec {
  /** What Node runs, relative to the repository. */
  main: string;
  /** Built files whose imports count too, because `main` loads them by path. */
  built: readonly string[];
  /** Files and folders of the build that are copied as they are. */
  copied: readonly string[];
}

export const SPECS: Readonly<Record<ProcessName, ProcessSpec>> = {
  migrate: { main: 'scripts/migrate.ts', built: [], copied: [] },
  web: {
    main: 'web/server.ts',
    built: ['build/server/index.js'],
    copied: ['build/client', 'build/server', 'build/packages'],
  },
  worker: {
    main: 'worker/main.ts',
    built: ['build/workflow-bundle.js', 'build/email-templates.js'],
    copied: ['build/workflow-bundle.js', 'build/email-templates.js'],
  },
};

/** Own modules that production never loads: each is imported by import() below a condition (.dependency-cruiser.cjs). */
export const DEVELOPMENT_ONLY = /^web\/development\//;

/** Packages that only a browser loads. The server's bundle names them in an import() that the server never runs. */
export const BROWSER_ONLY: readonly string[] = ['@walletconnect/universal-provider', 'mipd'];
