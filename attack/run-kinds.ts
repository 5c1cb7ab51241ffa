// Runs kinds one after another. A kind that throws is a result too, and not a clean one.
import type { Kind } from './kind.ts';
import type { Result } from './report.ts';
import type { World } from './world.ts';

export const runKinds = async (
  kinds: readonly Kind[],
  world: World,
  onResult: (result: Result) => void = () => {},
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const kind of kinds) {
    const startedAt = Date.now();
    const outcome = await kind.run(world).then(
      (attempts) => ({ attempts, failure: null }),
      (error: unknown) => ({
        attempts: [],
        failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    const result = { kind, ...outcome, ms: Date.now() - startedAt };
    onResult(result);
    results.push(result);
  }
  return results;
};
