// Progress lines: name and duration of each step, and a line every 15 s during a long one.

export type Progress = (line: string) => void;

/** Prints to stderr, so that stdout holds only the command's output. */
export const toStderr: Progress = (line) => {
  process.stderr.write(`${line}\n`);
};

const SIGN_OF_LIFE_MS = 15_000;

/** Runs `work` and prints its start, its duration, and a line every 15 s meanwhile. */
export async function step<T>(progress: Progress, name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  progress(`${name} …`);
  const timer = setInterval(() => progress(`${name}: still running after ${seconds()} s`), SIGN_OF_LIFE_MS);
  try {
    const result = await work();
    progress(`${name}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
