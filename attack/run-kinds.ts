// Runs kinds one after another. A kind that throws is a result too, and not a clean one.
import { openClient } from './client.ts';
import type { Kind } from './kind.ts';
import type { Result } from './report.ts';
import type { World } from './world.ts';

/** Throws when a person of the world lost their right: what is denied to them would prove nothing. */
const usable = async ({ target, victim, other, operator, mark }: World): Promise<void> => {
  const client = openClient(target.url);
  const pages = [
    { path: `/dashboard/${victim.storeId}/orders`, cookie: victim.owner.cookie, text: mark },
    { path: `/dashboard/${victim.storeId}/orders`, cookie: victim.manager.cookie, text: mark },
    { path: `/dashboard/${victim.storeId}/orders`, cookie: victim.viewer.cookie, text: mark },
    { path: `/dashboard/${other.storeId}/orders`, cookie: other.owner.cookie, text: 'Elsewhere' },
    { path: '/operator/merchants', cookie: operator.cookie, text: '' },
  ];
  for (const { path, cookie, text } of pages) {
    const reply = await client.send({ path, cookie });
    if (reply.status !== 200 || !reply.text.includes(text))
      throw new Error(`${path}: ${reply.status} ${reply.location}`);
  }
};

export const runKinds = async (
  kinds: readonly Kind[],
  world: World,
  onResult: (result: Result) => void = () => {},
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const kind of kinds) {
    const startedAt = Date.now();
    const outcome = await usable(world)
      .then(() => kind.run(world))
      .then(
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
