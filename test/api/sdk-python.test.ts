// The Python client: its own tests against the real API, its documentation's code, and its enums beside the TypeScript client's.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { mustRun, run } from '#scripts/lib/run.ts';
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
import { documentedRoutes, membersOf, requestRecorder } from './client-coverage.ts';
import { closedOrder, randomPayer } from './closed-order.ts';
import { endpointWithDelivery } from './endpoint-delivery.ts';
import { servePackages, withoutRegistries } from './served-packages.ts';

const PACKAGE = join(REPOSITORY, 'sdk', 'python');
const DOCUMENTS = [
  ['sdk', 'python', 'README.md'],
  ['docs', 'guide', 'client-python.md'],
] as const;

const requests = requestRecorder();
let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer({ logger: requests.logger });
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
  const sandbox = await api.newStore({ isTest: true });
  const payers = [randomPayer(), randomPayer()] as const;
  const sent = await endpointWithDelivery(api, api.store);
  const { code, stderr } = await python(['-W', 'error', '-m', 'unittest', 'discover', '-s', 'tests', '-v'], {
    ALLSCALE_BASE_URL: api.origin,
    ALLSCALE_API_KEY: api.store.apiKey,
    ALLSCALE_API_SECRET: api.store.apiSecret,
    ALLSCALE_SIGNING_API_KEY: signing.apiKey,
    ALLSCALE_SIGNING_API_SECRET: signing.apiSecret,
    ALLSCALE_TEST_API_KEY: sandbox.apiKey,
    ALLSCALE_TEST_API_SECRET: sandbox.apiSecret,
    ALLSCALE_REFUNDABLE: await closedOrder(api, api.store, [
      { from: payers[0], coins: 10 },
      { from: payers[1], coins: 2 },
    ]),
    ALLSCALE_PAYERS: payers.join(','),
    ALLSCALE_DELIVERY: `${sent.endpointId},${sent.deliveryId}`,
  });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/Ran \d{2} tests/) });
  const routes = await documentedRoutes(api);
  await expect.poll(() => requests.notCalled(routes)).toEqual([]);
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

test('the wheel installs from the server into an empty environment, without an index, and makes a signed call', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-python-'));
  const served = await servePackages();
  const inEmpty = async (command: string, args: readonly string[]) =>
    await mustRun(command, args, {
      cwd: folder,
      env: {
        ...withoutRegistries(folder),
        ALLSCALE_BASE_URL: api.origin,
        ALLSCALE_API_KEY: api.store.apiKey,
        ALLSCALE_API_SECRET: api.store.apiSecret,
      },
    });
  try {
    await inEmpty('python3', ['-m', 'venv', 'venv']);
    const installed = join(folder, 'venv', 'bin', 'python');
    const pip = ['-m', 'pip', '--quiet', 'install'];
    // pip compares the checksum that the documentation shows: another one is an error.
    const { sha256 } = served.packages.python;
    const wrong = sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    await expect(inEmpty(installed, [...pip, `${served.urlOf('python')}#sha256=${wrong}`])).rejects.toThrow(
      /HASHES|hash/i,
    );
    await inEmpty(installed, [...pip, `${served.urlOf('python')}#sha256=${sha256}`]);

    const script = `import base64, hashlib, json, os
from importlib.metadata import distribution
from allscale_checkout import AllScaleClient

wheel = distribution("allscale-checkout-client")
for file in wheel.files:
    if file.hash and not str(file).endswith(".pyc"):
        digest = hashlib.sha256(file.read_binary()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value, file
shop = AllScaleClient(
    base_url=os.environ["ALLSCALE_BASE_URL"], api_key=os.environ["ALLSCALE_API_KEY"], api_secret=os.environ["ALLSCALE_API_SECRET"]
)
print(json.dumps({
    "amount": shop.create_checkout({"stable_coin": 1, "amount_cents": 500})["amount_coins"],
    "files": sorted(str(file) for file in wheel.files if not str(file).endswith((".pyc", "/INSTALLER", "/REQUESTED", "/direct_url.json"))),
    "metadata": {name: wheel.metadata[name] for name in ["Name", "Version", "Summary", "License", "Requires-Python", "Description-Content-Type"]},
    "requires": wheel.requires,
    "typed": "Typing :: Typed" in wheel.metadata.get_all("Classifier"),
    "readme": "verify_webhook" in (wheel.metadata["Description"] or wheel.metadata.get_payload()),
}))`;
    const found = JSON.parse(await inEmpty(installed, ['-W', 'error', '-c', script]));
    const project = readFileSync(join(PACKAGE, 'pyproject.toml'), 'utf8');
    const inProject = (name: string): string => new RegExp(`^${name} = "(.+)"$`, 'm').exec(project)?.[1] ?? '';
    const info = `allscale_checkout_client-${inProject('version')}.dist-info`;
    const sources = globSync('**/*.{py,typed}', { cwd: join(PACKAGE, 'src') });
    expect(sources).toContain('allscale_checkout/py.typed');
    expect(found).toEqual({
      amount: '5.0000',
      files: [
        ...sources,
        ...['METADATA', 'RECORD', 'WHEEL', 'licenses/LICENSE'].map((file) => `${info}/${file}`),
      ].sort(),
      metadata: {
        Name: 'allscale-checkout-client',
        Version: inProject('version'),
        Summary: inProject('description'),
        License: 'MIT',
        'Requires-Python': inProject('requires-python'),
        'Description-Content-Type': 'text/markdown',
      },
      requires: null,
      typed: true,
      readme: true,
    });
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
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
    'Payments',
  ] as const),
  ...(['RefundRequest', 'Refund', 'Refunds', 'Simulation', 'NewWebhookEndpoint', 'WebhookEndpoint'] as const),
  ...(['EndpointDelivery', 'EndpointDeliveryFilter', 'EndpointDeliveryPage'] as const),
];
