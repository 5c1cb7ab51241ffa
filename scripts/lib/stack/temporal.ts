// The local Temporal: the CLI's development server with its UI. Histories are in a file or in memory.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { temporalCli } from '../tools/temporal-cli.ts';
import type { Running } from './child.ts';
import { startReadyChild } from './ready-child.ts';

export const TEMPORAL_NAMESPACE = 'default';
const READY_WITHIN_MS = 60_000;

export interface TemporalOptions {
  dataDir: string;
  /** gRPC, for workers and clients. */
  port: number;
  /** Port of the web UI; undefined for no UI. */
  uiPort?: number;
  /** True: histories are kept in `dataDir/temporal/temporal.db`. False (tests): in memory. */
  persistent?: boolean;
  /** Path of the CLI; searched when not given. */
  binary?: string;
}

export interface RunningTemporal extends Running {
  /** `127.0.0.1:PORT`. */
  address: string;
}

/** Starts the server on 127.0.0.1 and returns when its namespace responds. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { dataDir, port, uiPort, persistent = true } = options;
  const binary = options.binary ?? (await temporalCli());
  const folder = join(dataDir, 'temporal');
  mkdirSync(folder, { recursive: true });
  const flags = ['--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error', '--color', 'never'];
  flags.push(...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]));
  if (persistent) flags.push('--db-filename', join(folder, 'temporal.db'));
  const address = `127.0.0.1:${port}`;
  const child = await startReadyChild(
    { name: 'temporal', dataDir, command: [binary, 'server', 'start-dev', ...flags], graceMs: 15_000 },
    {
      title: 'Temporal',
      timeoutMs: READY_WITHIN_MS,
      intervalMs: 100,
      isReady: async () => await responds(address),
    },
  );
  return { name: child.name, pid: child.pid, exited: child.exited, address, stop: child.stop };
}

async function responds(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, async () => {
      await connection.workflowService.describeNamespace({ namespace: TEMPORAL_NAMESPACE });
      // Visibility is ready after the namespace; lists of workflows and the reconciler need it.
      await connection.workflowService.listWorkflowExecutions({ namespace: TEMPORAL_NAMESPACE, pageSize: 1 });
    });
    return true;
  } finally {
    await connection.close();
  }
}
