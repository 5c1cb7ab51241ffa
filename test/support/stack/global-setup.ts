// Starts the shared stack before the first test file that needs it, unless `npm test` has started it, and stops it at the end.
import { startTestStack } from './test-stack.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE_URL && process.env.TEST_TEMPORAL_ADDRESS) return undefined;
  const stack = await startTestStack();
  Object.assign(process.env, stack.env);
  return stack.stop;
}
