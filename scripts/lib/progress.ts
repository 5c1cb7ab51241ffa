// Progress lines: what is being done, how long it took, and a sign of life on every step that takes long.

export type Progress = (line: string) => void;

/** The default: stderr, so that a command's output on stdout stays clean. */
export const toStderr: Progress = (line) => {
  process.stderr.write(`${line}\n`);
};

const SIGN_OF_LIFE_MS = 15_000;

/** Runs `work`, saying `still …` every quarter of a minute and the time taken when that was more than a moment. */
export async function step<T>(progress: Progress, name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  progress(`${name} …`);
  const timer = setInterval(() => progress(`${name}: still at it after ${seconds()} s`), SIGN_OF_LIFE_MS);
  try {
    const result = await work();
    progress(`${name}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
