// `npm run attack` in short: every kind of bad input that needs no worker and no chain, against web in this process. The whole table runs
// against a whole system with the command (attack/README.md).
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KINDS } from '#attack/all-kinds.ts';
import { asText } from '#attack/report.ts';
import { runKinds } from '#attack/run-kinds.ts';
import { openWorld, type World } from '#attack/world.ts';
import { type EdgeServer, startEdgeServer } from '#test/checkout/edge-server.ts';
import { TEST_MASTER_KEYS } from '#test/support/intents.ts';

/** So that no kind loses its inputs unnoticed. */
const FEWEST_INPUTS = 4_100;

let server: EdgeServer;
let world: World;
let log = '';

vi.setConfig({ testTimeout: 900_000 });

beforeAll(async () => {
  const authSecret = randomBytes(32).toString('base64url');
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log += String(chunk);
      done();
    },
  });
  server = await startEdgeServer({ pages: { authSecret }, logger: { level: 'info', stream } });
  world = await openWorld({
    ...{ url: server.origin, databaseUrl: server.database.url, masterKeys: TEST_MASTER_KEYS, authSecret },
    ...{ development: false, complete: false, logs: () => log },
  });
});
afterAll(async () => {
  await world?.close();
  await server?.close();
});

test('nothing is let through', async () => {
  const results = await runKinds(KINDS, world);
  process.stdout.write(`${asText(results)}\n`);
  const wrong = results.flatMap(({ kind, attempts, failure }) => [
    ...(attempts.length > 0 ? [] : [`${kind.name}: did not end: ${failure}`]),
    ...attempts.flatMap(({ input, letThrough }) =>
      letThrough === null ? [] : [`${kind.name}: ${input} → ${letThrough}`],
    ),
  ]);
  expect(wrong).toEqual([]);
  expect(results.reduce((sum, { attempts }) => sum + attempts.length, 0)).toBeGreaterThanOrEqual(FEWEST_INPUTS);
});
