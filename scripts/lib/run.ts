// Runs a command to its end and returns its output.
import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.ts';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
}

export interface RunResult {
  /** Exit code; null when a signal (or the time-out) ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs to the end whatever the exit code; rejects with a SetupError only when the command can't be started. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd ? { cwd: options.cwd } : {}),
      ...(options.env ? { env: options.env } : {}),
      ...(options.timeoutMs ? { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const } : {}),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', (cause) =>
      reject(new SetupError(`${command} could not be started: ${cause.message}`, { cause })),
    );
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Like `run`, but throws a SetupError with the last lines of output on failure. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(command, args, options);
  if (result.code === 0) return result.stdout;
  throw failureOf([command, ...args], result);
}

/** The error of a command that failed, with its last lines of output. */
export const failureOf = (command: readonly string[], { code, stdout, stderr }: RunResult): SetupError => {
  const lastLines = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n');
  return new SetupError(`${command.join(' ')} failed (${code ?? 'killed'}):\n${lastLines}`);
};
