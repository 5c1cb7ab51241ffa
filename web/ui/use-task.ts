// One task at a time that a button starts: whether it runs, and why it failed.
import { useState } from 'react';

export interface Task<Failure> {
  busy: boolean;
  failure: Failure | null;
  /** Does nothing while a task is running. An error that `work` throws becomes `failure`. */
  run(work: () => Promise<void>): Promise<void>;
}

/** @param failureOf what is shown for an error, as the key of its text */
export const useTask = <Failure>(
  failureOf: (error: unknown) => Failure,
  firstFailure: Failure | null = null,
): Task<Failure> => {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(firstFailure);
  return {
    busy,
    failure,
    async run(work) {
      if (busy) return;
      setBusy(true);
      setFailure(null);
      try {
        await work();
      } catch (error) {
        setFailure(() => failureOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
};
