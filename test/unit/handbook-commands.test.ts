// What the operators' pages tell to type outside of `admin`, SQL and searches (those run in test/admin/handbook.test.ts), and the settings
// that they show: each is run here or by a test that is named, or the reason is said why no test runs it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadChains } from '#chain/chains-file.ts';
import { allChains, BUILT_IN_CHAINS, setConfiguredChains } from '#domain/chains.ts';
import { adminProgram } from '#scripts/admin/program.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { mustRun } from '#scripts/lib/run.ts';
import { type Documented, documentedIn, OPERATORS_PAGES } from '#test/support/handbook.ts';

const groups = adminProgram().commands.map((command) => command.name());
const documented = OPERATORS_PAGES.flatMap((page) => documentedIn(page, groups));
const textsOf = (...kinds: Documented['kind'][]): string[] => [
  ...new Set(documented.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)),
];
const read = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');

afterEach(() => setConfiguredChains([]));

/** By a test that is named, or not, and why. `here`: below. */
type Trial = { by: string; names: string } | 'here' | { not: string };
const ON_A_MACHINE_OF_ITS_OWN = { not: 'takes Go, HAProxy and minutes; run by hand, its figures are in the page' };
const IN_A_CLUSTER = { not: 'needs a cluster of Kubernetes; what it names is compared with the manifests below' };

const TRIALS: Readonly<Record<string, Trial>> = {
  start: { by: 'test/scripts/start.test.ts', names: 'scripts/start.ts' },
  'run dev': { not: 'never ends; the parts of npm start, with files watched' },
  test: { not: 'this' },
  'run cluster': ON_A_MACHINE_OF_ITS_OWN,
  'run cluster -- --check': ON_A_MACHINE_OF_ITS_OWN,
  'run cluster -- --check --images': ON_A_MACHINE_OF_ITS_OWN,
  'run images': { not: 'builds for minutes; test/scripts/images.test.ts runs each command in what its image holds' },
  'run images -- --check': ON_A_MACHINE_OF_ITS_OWN,
  'run bench -- orders --orders 10000000': { not: 'half an hour and 40 GB of disk; its figures are in the page' },
  'run bench -- scale': { not: 'a measurement; its figures are in the page' },
  'run drill': { by: 'test/faults/drill.test.ts', names: 'drill' },
  'scripts/temporal-certs.ts': 'here',
  'scripts/temporal-certs.ts FOLDER --replace web': 'here',
  'worker/build-workflows.ts': { by: 'test/scripts/images.test.ts', names: 'worker/build-workflows.ts' },
  'worker/build-emails.ts': { by: 'test/scripts/images.test.ts', names: 'worker/build-emails.ts' },
  'web/server.ts --check': { by: 'test/scripts/settings-check.test.ts', names: 'web/server.ts' },
  'worker/main.ts --check': { by: 'test/scripts/settings-check.test.ts', names: 'worker/main.ts' },
  'openssl rand -base64 32': 'here',
  'temporal worker deployment set-current-version --deployment-name allscale-checkout --build-id NEW': {
    by: 'test/workflows/versioning.test.ts',
    names: 'setWorkerDeploymentCurrentVersion',
  },
  'apt-get install haproxy': { not: "Debian's" },
  'promtool test rules docs/operations/alerts.test.yml': {
    by: 'test/operations/rules.test.ts',
    names: 'alerts.test.yml',
  },
  'pg_basebackup --dbname "$OWNER_URL" --pgdata /backup/base --checkpoint fast --wal-method stream': {
    by: 'test/faults/drill.test.ts',
    names: 'drill',
  },
  'kubectl apply -f deploy/kubernetes/namespace.yaml': IN_A_CLUSTER,
  'kubectl delete job checkout-migrate -n checkout --ignore-not-found': IN_A_CLUSTER,
  'kubectl apply -k deploy/kubernetes/migrate': IN_A_CLUSTER,
  'kubectl wait --for=condition=complete job/checkout-migrate -n checkout --timeout=600s': IN_A_CLUSTER,
  'kubectl apply -k deploy/kubernetes': IN_A_CLUSTER,
  'kubectl rollout status deployment/checkout-worker -n checkout': IN_A_CLUSTER,
  'kubectl kustomize deploy/kubernetes | kubernetes-validate --strict -': {
    not: "a package of PyPI and Google's kubectl; run by hand, with its versions in the page",
  },
};

test('every command has a trial, and none is listed that no page names', () => {
  expect(textsOf('npm', 'node', 'shell').toSorted()).toEqual(Object.keys(TRIALS).toSorted());
});

test.each(
  Object.entries(TRIALS).flatMap(([text, trial]) =>
    trial !== 'here' && 'by' in trial ? [[text, trial] as const] : [],
  ),
)('%s is run by the test that is named', (_text, { by, names }) => {
  expect(existsSync(join(REPOSITORY, by))).toBe(true);
  expect(read(by)).toContain(names);
});

test('the drill takes its backup as the page says', () => {
  const [command = ''] = textsOf('shell').filter((text) => text.startsWith('pg_basebackup '));
  const drill = read('scripts', 'drill', 'backup.ts');
  for (const word of command.split(' ').filter((each) => /^(--[a-z-]+|fast|stream)$/.test(each)))
    expect(drill).toContain(`'${word}'`);
});

test('what kubectl is told to wait for is in the manifests', () => {
  const all = ['namespace.yaml', 'web.yaml', 'worker.yaml', 'migrate/migrate.yaml'].flatMap((file) =>
    parseAllDocuments(read('deploy', 'kubernetes', file), { merge: true }).map((one) => one.toJS()),
  );
  const names = all.map(({ kind, metadata }) => `${String(kind).toLowerCase()}/${metadata.name}`);
  expect(names).toEqual(
    expect.arrayContaining(['namespace/checkout', 'job/checkout-migrate', 'deployment/checkout-worker']),
  );
  const namespaces = ['kustomization.yaml', 'migrate/kustomization.yaml'].map(
    (file) => /^namespace: (\w+)$/m.exec(read('deploy', 'kubernetes', file))?.[1],
  );
  expect(namespaces).toEqual(['checkout', 'checkout']);
});

test('a key of openssl has 32 bytes', async () => {
  const made = await mustRun('openssl', ['rand', '-base64', '32']);
  expect(Buffer.from(made.trim(), 'base64')).toHaveLength(32);
});

test("Temporal's certificates are made once, and one of them is replaced alone", async () => {
  const parent = mkdtempSync(join(tmpdir(), 'handbook-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'certificates');
  const certs = (...args: string[]) =>
    mustRun(process.execPath, ['scripts/temporal-certs.ts', folder, ...args], { cwd: REPOSITORY });
  const files = () =>
    ['ca.pem', 'clients.pem', 'web.pem', 'worker.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
  await certs();
  const [authority, clients, web, worker] = files();
  await expect(certs()).rejects.toThrow(/exists/);
  await certs('--replace', 'web');
  const replaced = files();
  expect([replaced[0], replaced[3]]).toEqual([authority, worker]);
  expect(replaced[1]).not.toBe(clients);
  expect(replaced[2]).not.toBe(web);
});

describe('settings', () => {
  const blocks = (kind: 'json' | 'conf' | 'yaml'): string[] => textsOf(kind);

  test('networks and their settings start a process', () => {
    const [added = '', set = '', ...others] = blocks('json').filter((text) => !text.includes('operator.alert'));
    expect(others).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'handbook-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'chains.json');
    // Two blocks that a system may have together.
    writeFileSync(file, added);
    expect(loadChains({ CHAINS_FILE: file, CHAIN_SETTINGS: set }).map(({ chain }) => chain.id)).toEqual([43_114]);
    const changed = allChains().filter((chain) => !BUILT_IN_CHAINS.includes(chain));
    expect(changed.map(({ id }) => id)).toEqual([1, 137, 43_114]);
  });

  test('of Postgres: the drill restores with the same', () => {
    const names = blocks('conf').flatMap((text) => [...text.matchAll(/^ *(\w+) = /gm)].map(([, name]) => name ?? ''));
    expect(names).toHaveLength(6);
    const code = read('scripts', 'drill', 'backup.ts') + read('scripts', 'lib', 'stack', 'postgres.ts');
    // The drill ends a segment itself, and does not wait for a minute to pass.
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual(['archive_timeout']);
  });
});
