// `npm run cluster` and docker-compose.yml describe one shape: the same versions, roles, certificates and settings.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { weakSettings } from '#domain/production-settings.ts';
import { balancerConfig } from '#scripts/cluster/balancer.ts';
import { type EnvironmentParts, publicUrlOn, webEnvironment, workerEnvironment } from '#scripts/cluster/environment.ts';
import { TEMPORAL_SERVICES, temporalConfig } from '#scripts/cluster/temporal-config.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import {
  makeTemporalCertificates,
  TEMPORAL_CLIENTS,
  temporalCertificatesIn,
} from '#scripts/lib/temporal-certificates.ts';
import { TEMPORAL_SERVER_VERSION } from '#scripts/lib/tools/temporal-server.ts';

const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');
const compose = read('docker-compose.yml');

const parts: EnvironmentParts = {
  publicUrl: publicUrlOn(8443),
  applicationUrl: 'postgres://checkout_app:Zk3vQ9xWm1Lr6Tp8Nd@127.0.0.1:5432/checkout',
  masterKeys: `a:${Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 37) % 251)).toString('base64')}`,
  authSecret: 'q8Zr1xKp3Vt7Ly0Wm5Nc9Bh2Jd4Gs6Fa',
  temporalAddress: '127.0.0.1:7233',
  secretsFolder: '/run/secrets',
  chains: [{ chainId: 31337, rpcUrl: 'http://127.0.0.1:8545', wsUrl: 'ws://127.0.0.1:8545' }],
  smtpUrl: 'smtp://checkout:Qw8zRt5y@127.0.0.1:2525',
  logLevel: 'info',
};

test("Temporal's server has the version of docker-compose.yml", () => {
  expect(compose).toContain(`image: temporalio/auto-setup:${TEMPORAL_SERVER_VERSION}`);
});

test.each([
  ['web', webEnvironment(parts, 3000, 9465)],
  ['worker', workerEnvironment(parts, 3001)],
])('%s runs with the settings of production, and each is one of docker-compose.yml', (_name, env) => {
  expect(env.NODE_ENV).toBe('production');
  expect(weakSettings(env)).toEqual([]);
  const passed = new Set(
    [...`${compose}${read('Dockerfile')}`.matchAll(/\b([A-Z][A-Z0-9_]+)[:=]/g)].map(([, name]) => name),
  );
  // Chains are local: compose names those of the registry.
  const unknown = Object.keys(env).filter((name) => !passed.has(name) && !/^(RPC|WS)_URLS_3133[78]$/.test(name));
  expect(unknown).toEqual([]);
});

const certificates = temporalCertificatesIn('/c');

test('every connection to and between services of Temporal needs a client certificate', () => {
  const ports = Object.fromEntries(
    TEMPORAL_SERVICES.map((name, index) => [name, { grpc: 7000 + index, membership: 6000 + index }]),
  ) as Parameters<typeof temporalConfig>[0]['ports'];
  const database = { host: '127.0.0.1', port: 5432, user: 'temporal', password: 'x' };
  const { global, persistence, services } = temporalConfig({ ports, certificates, database });
  const { internode, frontend } = global.tls;
  // Each client has an authority of its own, so that one certificate can be revoked; Temporal's services use the server's.
  for (const [group, authorities] of [
    [internode, '/c/ca.pem'],
    [frontend, '/c/clients.pem'],
  ] as const) {
    expect(group.server).toMatchObject({ requireClientAuth: true, clientCaFiles: [authorities] });
    expect(group.client).toEqual({ serverName: 'temporal', rootCaFiles: ['/c/ca.pem'] });
  }
  expect(compose).toContain('TEMPORAL_TLS_REQUIRE_CLIENT_AUTH: "true"');
  expect(compose).toContain('TEMPORAL_TLS_CLIENT1_CA_CERT: /run/secrets/temporal-clients');
  expect(Object.values(persistence.datastores).map(({ sql }) => sql.user)).toEqual(['temporal', 'temporal']);
  expect(Object.keys(services).sort()).toEqual([...TEMPORAL_SERVICES].sort());
});

interface ComposeFile {
  services: Record<string, { secrets?: (string | { source: string; target: string })[] }>;
  secrets: Record<string, { file: string }>;
  configs: Record<string, { file?: string; content?: string }>;
}
const { services, secrets, configs } = parse(compose, { merge: true }) as ComposeFile;

test('every file that docker-compose.yml mounts is there, or made by scripts/temporal-certs.ts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await makeTemporalCertificates(folder, ['temporal']);
  const files = [...Object.values(secrets), ...Object.values(configs)].flatMap(({ file }) => (file ? [file] : []));
  expect(files.filter((file) => file.includes('TEMPORAL_CERTS'))).toHaveLength(4 + 2 * TEMPORAL_CLIENTS.length);
  const ofDeployment = files.filter((file) => !file.includes('EDGE_CERTIFICATE') && !file.includes('CHAINS_FILE'));
  const paths = ofDeployment.map((file) => file.replace(/^\$\{TEMPORAL_CERTS:-[^}]+\}/, folder));
  expect(paths.filter((path) => !existsSync(path.startsWith('/') ? path : join(REPOSITORY, path)))).toEqual([]);
});

test.each(TEMPORAL_CLIENTS)('%s shows Temporal a certificate that no other service has', (client) => {
  const holders = (secret: string): string[] =>
    Object.entries(services)
      .filter(([, { secrets: mounted = [] }]) =>
        mounted.some((each) => (typeof each === 'string' ? each : each.source) === secret),
      )
      .map(([name]) => name);
  const service = client === 'ui' ? 'temporal-ui' : client;
  for (const part of ['cert', 'key']) {
    const secret = `temporal-${client}-${part}`;
    expect(holders(secret)).toEqual([service]);
    expect(services[service]?.secrets).toContainEqual({ source: secret, target: `temporal-client-${part}` });
    expect(secrets[secret]?.file).toMatch(new RegExp(`/${client}\\.${part === 'cert' ? 'pem' : 'key'}$`));
  }
  const own = { web: webEnvironment(parts, 3000, 9465), worker: workerEnvironment(parts, 3001) };
  if (client !== 'ui') expect(own[client].TEMPORAL_TLS_KEY_FILE).toBe(`/run/secrets/${client}.key`);
});

test('the load balancer has the configuration of docker-compose.yml, with the servers of this machine', () => {
  const shared = read('deploy/haproxy.cfg');
  const own = balancerConfig(shared, 8443, '/data/edge.pem', [3000, 3001]);
  expect(own).toContain('bind 127.0.0.1:8443 ssl crt /data/edge.pem alpn h2,http/1.1\n');
  expect(own).toContain('  server web-1 127.0.0.1:3000\n  server web-2 127.0.0.1:3001\n');
  expect(own).not.toMatch(/server-template|resolvers/);
  const kept = shared.split('\n').filter((line) => !/bind |server-template|resolvers|nameserver|hold /.test(line));
  for (const line of kept) expect(own).toContain(line);
  expect(() => balancerConfig(shared.replace('server-template', 'server'), 8443, '/data/edge.pem', [])).toThrow(
    /deploy\/haproxy.cfg has no line/,
  );
});
