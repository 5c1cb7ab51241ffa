// deploy/kubernetes describes what docker-compose.yml and the Dockerfile describe: settings, secrets, images, ports, probes, times.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { imageNames } from '#scripts/images/names.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { TaskQueue } from '#workflows/messages.ts';

const text = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');
const manifest = (...path: string[]): string => text('deploy', 'kubernetes', ...path);

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}
interface Probe {
  httpGet: { path: string; port: string };
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}
interface Container {
  name: string;
  image: string;
  ports?: { name: string; containerPort: number }[];
  env: Variable[];
  envFrom?: unknown;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: unknown;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  readinessProbe: Probe;
  livenessProbe: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
}
interface PodSpec {
  terminationGracePeriodSeconds: number;
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  securityContext: Record<string, unknown>;
  volumes: { name: string; secret?: { secretName: string } }[];
  containers: [Container];
}
interface Resource {
  kind: string;
  metadata: { name: string };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own.
  spec: any;
}

const resources = (...path: string[]): Resource[] =>
  parseAllDocuments(manifest(...path), { merge: true }).map((document) => document.toJS() as Resource);
const all = ['web', 'worker', 'ingress', 'network-policies'].flatMap((name) => resources(`${name}.yaml`));
const named = (kind: string, name: string): Resource => {
  const found = all.find((resource) => resource.kind === kind && resource.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
};
const pods: Record<'web' | 'worker' | 'migrate', PodSpec> = {
  web: named('Deployment', 'checkout-web').spec.template.spec,
  worker: named('Deployment', 'checkout-worker').spec.template.spec,
  migrate: resources('migrate', 'migrate.yaml')[0]?.spec.template.spec,
};
const settings = new Map(
  [...manifest('settings.env').matchAll(/^([A-Z]\w*)=(.*)$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
);

interface Service {
  environment: Record<string, string>;
  stop_grace_period?: string;
  read_only: boolean;
}
const compose = (
  parse(text('docker-compose.yml'), { merge: true }) as { services: Record<'web' | 'worker' | 'migrate', Service> }
).services;
/** The image sets it. */
const OF_IMAGE = ['NODE_ENV'];
/** From the secret `checkout-chains`. */
const isOfChains = (name: string): boolean => /^((RPC|WS)_URLS_\d+|CHAINS_FILE)$/.test(name);
const wanted = (process: 'web' | 'worker' | 'migrate'): string[] =>
  Object.keys(compose[process].environment).filter((name) => !OF_IMAGE.includes(name) && !isOfChains(name));
const given = (process: 'web' | 'worker' | 'migrate'): Variable[] => pods[process].containers[0].env;
const PROCESSES = ['web', 'worker'] as const;

describe('settings', () => {
  test.each(PROCESSES)('%s gets every variable of docker-compose.yml, and no secret of the other', (process) => {
    const own = given(process).map(({ name }) => name);
    expect(wanted(process).filter((name) => !own.includes(name) && !settings.has(name))).toEqual([]);
    expect(own.filter((name) => !wanted(process).includes(name))).toEqual([]);
    expect(own.filter((name) => settings.has(name))).toEqual([]);
    expect(JSON.stringify(pods[process].containers[0].envFrom)).toContain('"secretRef":{"name":"checkout-chains"}');
  });

  test('the migration gets the variables of docker-compose.yml', () => {
    expect(
      given('migrate')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(wanted('migrate').toSorted());
  });

  test('shared settings are known to docker-compose.yml, and are no secrets', () => {
    const known = [...wanted('web'), ...wanted('worker')];
    expect([...settings.keys()].filter((name) => !known.includes(name))).toEqual([]);
    expect([...settings.keys()].filter((name) => /KEY|SECRET|PASSWORD|DATABASE_URL|SMTP_URL/.test(name))).toEqual([]);
    const secrets = Object.values(pods).flatMap(({ containers: [{ env }] }) =>
      env.filter(({ valueFrom }) => valueFrom),
    );
    for (const { name, valueFrom } of secrets) expect(valueFrom?.secretKeyRef.key).toBe(name);
    const plain = Object.values(pods).flatMap(({ containers: [{ env }] }) =>
      env.filter(({ value }) => value !== undefined),
    );
    expect(plain.filter(({ name }) => /(KEY|SECRET|PASSWORD)$|DATABASE_URL|SMTP_URL/.test(name))).toEqual([]);
  });

  test('the ingress has the host of PUBLIC_URL', () => {
    const { spec } = named('Ingress', 'checkout');
    const { host } = new URL(settings.get('PUBLIC_URL') ?? '');
    expect([spec.rules[0].host, spec.tls[0].hosts[0]]).toEqual([host, host]);
  });
});

test('each client of Temporal has a certificate of its own', () => {
  const secretOf = (process: 'web' | 'worker') =>
    pods[process].volumes.find(({ name }) => name === 'temporal-client')?.secret?.secretName;
  const [, authentication] = resources('keda', 'worker-scaling.yaml');
  const ofScaler = authentication?.spec.secretTargetRef.map(({ name }: { name: string }) => name);
  expect([secretOf('web'), secretOf('worker'), ...new Set(ofScaler)]).toEqual([
    'temporal-client-web',
    'temporal-client-worker',
    'temporal-client-scaler',
  ]);
  for (const secret of ['web', 'worker', 'scaler']) {
    expect(text('docs', 'runbook.md')).toContain(`\`temporal-client-${secret}\``);
  }
});

describe('images', () => {
  test('their names and version are those that npm run images gives', () => {
    const { images } = parse(manifest('kustomization.yaml')) as { images: { name: string; newTag: string }[] };
    const of = parse(manifest('migrate', 'kustomization.yaml')) as typeof parse & { images: typeof images };
    const built = imageNames({ NODE_ENV: 'test' });
    expect([...images, ...of.images].map(({ name, newTag }) => `${name}:${newTag}`).toSorted()).toEqual(
      Object.values(built).toSorted(),
    );
    for (const process of ['web', 'worker', 'migrate'] as const) {
      expect(built[process].startsWith(`${pods[process].containers[0].image}:`)).toBe(true);
    }
  });

  const target = (process: string): string =>
    text('Dockerfile')
      .split(/^FROM /m)
      .find((stage) => stage.startsWith(`base AS ${process}`)) ?? '';

  test.each(PROCESSES)('%s is ready by the check of its image, and alive without it', (process) => {
    const { ports = [], readinessProbe, livenessProbe } = pods[process].containers[0];
    const port = ports.find(({ name }) => name === readinessProbe.httpGet.port)?.containerPort;
    expect(target(process)).toContain(`EXPOSE ${port}\n`);
    expect(target(process)).toContain(readinessProbe.httpGet.path);
    // A restart brings neither Temporal nor Postgres back. A check of the port alone would pass while the process hangs.
    expect(livenessProbe.httpGet).toEqual({ path: '/livez', port: readinessProbe.httpGet.port });
    const { periodSeconds, timeoutSeconds, failureThreshold } = livenessProbe;
    expect(timeoutSeconds).toBeLessThanOrEqual(periodSeconds);
    // A busy minute is no reason to restart.
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(60);
  });

  test('metrics are where docs/operations looks for them', () => {
    const page = text('docs', 'operations', 'README.md');
    const port = (process: 'web' | 'worker', name: string) =>
      pods[process].containers[0].ports?.find((each) => each.name === name)?.containerPort;
    const value = (process: 'web' | 'worker', name: string) => given(process).find((each) => each.name === name)?.value;
    expect(value('web', 'WEB_METRICS_PORT')).toBe(String(port('web', 'metrics')));
    expect(value('worker', 'TEMPORAL_METRICS_ADDRESS')).toBe(`0.0.0.0:${port('worker', 'temporal')}`);
    expect(page).toContain(`"web:${port('web', 'metrics')}"`);
    expect(page).toContain(`"worker:${port('worker', 'health')}"`);
    expect(page).toContain(`"worker:${port('worker', 'temporal')}"`);
  });

  test.each(['web', 'worker', 'migrate'] as const)(
    '%s runs as its user, without rights, on a read-only root',
    (process) => {
      const [, user] = /^USER (\d+):\1$/m.exec(text('Dockerfile')) ?? [];
      const { securityContext, automountServiceAccountToken, enableServiceLinks, containers } = pods[process];
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user), runAsGroup: Number(user) });
      expect(securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
      expect([automountServiceAccountToken, enableServiceLinks]).toEqual([false, false]);
      expect(compose[process].read_only).toBe(true);
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const writable = containers[0].volumeMounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);
      expect(writable).toEqual(['/tmp']);
      expect(Object.keys(containers[0].resources.requests)).toEqual(['cpu', 'memory']);
      expect(containers[0].resources.limits.memory).toBeDefined();
    },
  );
});

test.each([
  ['web', /SHUTDOWN_TIMEOUT_MS = (\d+)_000;/, ['web', 'server.ts']],
  ['worker', /SHUTDOWN_FORCE = '(\d+) seconds';/, ['worker', 'temporal-workers.ts']],
] as const)('%s is killed only after the time in which it stops by itself', (process, pattern, path) => {
  const [, seconds] = pattern.exec(text(...path)) ?? [];
  const { terminationGracePeriodSeconds: grace, containers } = pods[process];
  const before = containers[0].lifecycle?.preStop.sleep.seconds ?? 0;
  expect(Number(seconds)).toBeGreaterThan(0);
  expect(grace).toBeGreaterThan(before + Number(seconds));
  expect(compose[process].stop_grace_period).toBe(`${grace}s`);
});

test('what points at pods points at those that are there', () => {
  for (const process of PROCESSES) {
    const { spec } = named('Deployment', `checkout-${process}`);
    const label = { 'app.kubernetes.io/name': `checkout-${process}` };
    expect(spec.template.metadata.labels).toMatchObject(label);
    const budget = named('PodDisruptionBudget', `checkout-${process}`).spec;
    expect([spec.selector, budget.selector]).toEqual([{ matchLabels: label }, { matchLabels: label }]);
    const ports = pods[process].containers[0].ports?.map(({ name }) => name) ?? [];
    const policy = named('NetworkPolicy', `checkout-${process}`).spec;
    expect(policy.podSelector).toEqual({ matchLabels: label });
    const allowed = policy.ingress.flatMap((rule: { ports: { port: string }[] }) => rule.ports.map(({ port }) => port));
    expect(allowed.toSorted()).toEqual(ports.toSorted());
  }
  const service = named('Service', 'checkout-web').spec;
  expect(service.selector).toEqual({ 'app.kubernetes.io/name': 'checkout-web' });
  expect(named('HorizontalPodAutoscaler', 'checkout-web').spec.scaleTargetRef.name).toBe('checkout-web');
  expect(named('Deployment', 'checkout-web').spec.replicas).toBeUndefined();
});

test('workers scale by queues that exist, at the Temporal of the settings', () => {
  const [scaling, authentication] = resources('keda', 'worker-scaling.yaml');
  expect(scaling?.spec.scaleTargetRef.name).toBe('checkout-worker');
  const queues: string[] = Object.values(TaskQueue);
  for (const { type, metadata, authenticationRef } of scaling?.spec.triggers ?? []) {
    expect(type).toBe('temporal');
    expect(queues).toContain(metadata.taskQueue);
    expect(metadata).toMatchObject({
      endpoint: settings.get('TEMPORAL_ADDRESS'),
      namespace: settings.get('TEMPORAL_NAMESPACE'),
      tlsServerName: settings.get('TEMPORAL_TLS_SERVER_NAME'),
    });
    expect(authenticationRef.name).toBe(authentication?.metadata.name);
  }
});
