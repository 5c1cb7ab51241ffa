// The Python client: its own tests against the real API, its documentation's code, and its enums beside the TypeScript client's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';
import {
  AllScaleClient,
  Currency,
  ErrorCode,
  IntentStatus,
  PaymentMethod,
  RefundStatus,
  ReviewStatus,
  ReviewType,
  StableCoin,
  TransferStatus,
} from '#sdk/src/index.ts';
import { type ApiServer, startApiServer } from './api-server.ts';

const PACKAGE = join(REPOSITORY, 'sdk', 'python');
const DOCUMENTS = [
  ['sdk', 'python', 'README.md'],
  ['docs', 'guide', 'client-python.md'],
] as const;

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(async () => await api?.close());

/** Python 3.9 or later as `python3`, with the package's sources and without what it compiles. */
const python = (args: readonly string[], env: Record<string, string> = {}) =>
  run('python3', args, {
    cwd: PACKAGE,
    timeoutMs: 100_000,
    env: { ...process.env, PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8', ...env },
  });

test('its own tests pass against the real API', { timeout: 120_000 }, async () => {
  const signing = await api.newStore({ signsResponses: true });
  const { code, stderr } = await python(['-W', 'error', '-m', 'unittest', 'discover', '-s', 'tests', '-v'], {
    ALLSCALE_BASE_URL: api.origin,
    ALLSCALE_API_KEY: api.store.apiKey,
    ALLSCALE_API_SECRET: api.store.apiSecret,
    ALLSCALE_SIGNING_API_KEY: signing.apiKey,
    ALLSCALE_SIGNING_API_SECRET: signing.apiSecret,
  });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/Ran \d{2} tests/) });
});

test.each(DOCUMENTS)('the code in %s/%s/%s runs without a server', { timeout: 60_000 }, async (...path) => {
  const blocks = [...readFileSync(join(REPOSITORY, ...path), 'utf8').matchAll(/^```python\n(.*?)^```/gms)];
  expect(blocks.length).toBeGreaterThan(1);
  // Imports and definitions run, and calls end as they must when no server listens.
  for (const [, code = ''] of blocks) {
    const script = `import allscale_checkout\ntry:\n${code.replaceAll('{{BASE_URL}}', 'http://127.0.0.1:9').replace(/^/gm, '    ')}\nexcept allscale_checkout.AllScaleUnreachableError: pass`;
    const env = { ALLSCALE_API_KEY: 'st_key', ALLSCALE_API_SECRET: 'st_secret', no_proxy: '*' };
    expect(await python(['-c', script.replaceAll('https://pay.example.com', 'http://127.0.0.1:9')], env)).toMatchObject(
      {
        code: 0,
      },
    );
  }
});

test('has the names and numbers of the TypeScript client', { timeout: 60_000 }, async () => {
  const enums = {
    ...{ Currency, StableCoin, IntentStatus, PaymentMethod, RefundStatus, ErrorCode },
    ...{ ReviewStatus, ReviewType, TransferStatus },
  };
  const script = `import json, allscale_checkout as c\nprint(json.dumps({n: {m.name: m.value for m in getattr(c, n)} for n in ${JSON.stringify(Object.keys(enums))}}))`;
  const { stdout } = await python(['-c', script]);
  expect(JSON.parse(stdout)).toEqual(enums);
});

test('has the methods of the TypeScript client, and the members of its types', { timeout: 60_000 }, async () => {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const methods = Object.getOwnPropertyNames(AllScaleClient.prototype).filter((name) => name !== 'constructor');
  const script = `import json, allscale_checkout as c
print(json.dumps({
  "methods": [n for n in vars(c.AllScaleClient) if not n.startswith("_")],
  "types": {n: sorted(getattr(c, n).__annotations__) for n in ${JSON.stringify(TYPES)}},
}))`;
  const { stdout } = await python(['-c', script]);
  const found = JSON.parse(stdout);
  expect([...found.methods].sort()).toEqual(methods.map(snake).sort());
  expect(found.types).toEqual(Object.fromEntries(TYPES.map((name) => [name, membersOf(name)])));
});

const TYPES = [
  ...([
    'CreatedCheckout',
    'CheckoutIntent',
    'CheckoutFilter',
    'CheckoutPage',
    'Transfer',
    'OrderEvent',
    'EventPage',
  ] as const),
  ...(['RefundRequest', 'Refund', 'Simulation', 'NewWebhookEndpoint', 'WebhookEndpoint'] as const),
];

/** The members of an interface of the TypeScript client, sorted. */
const membersOf = (name: string): string[] => {
  const source = readFileSync(join(REPOSITORY, 'sdk', 'src', 'types.ts'), 'utf8');
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member = '']) => member).sort();
};
