// Starts a process of the stack and waits until it does its work.
import { SetupError } from '../setup-error.ts';
import { type WaitOptions, waitFor } from '../wait-for.ts';
import { type Child, type ChildSpec, describeExit, startChild } from './child.ts';

export interface Readiness extends Pick<WaitOptions, 'timeoutMs' | 'intervalMs'> {
  /** Names the process in messages. */
  title: string;
  /** What is waited for; default: the title. */
  what?: string;
  /** An exception counts as "not yet". */
  isReady: () => Promise<boolean>;
}

/** Returns when the process is ready. When it ends before, or takes too long, it is stopped: throws a SetupError with its last lines. */
export async function startReadyChild(spec: ChildSpec, readiness: Readiness): Promise<Child> {
  const { title, what = title, isReady, ...times } = readiness;
  const child = await startChild(spec);
  const giveUp = (): Error | undefined => {
    const exit = child.exit();
    return exit && new SetupError(`${title} does not start (${describeExit(exit)}):\n${child.lastLines()}`);
  };
  try {
    await waitFor(isReady, { what, giveUp, ...times });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}
