// The settings of a deployment agree: docker-compose.yml, .env.example, docs/runbook.md and the variables that processes read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import { PRODUCTION_RULES } from '#domain/production-settings.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();

const compose = read('docker-compose.yml');

test('.env.example lists every variable of docker-compose.yml, and no other', () => {
  expect(namesIn(read('.env.example'), /^([A-Z0-9_]+)=/gm)).toEqual(namesIn(compose, /\$\{([A-Z0-9_]+)/g));
});

test.each(['RPC_URLS', 'WS_URLS'])('docker-compose.yml passes %s of every chain that is not local', (variable) => {
  const ids = BUILT_IN_CHAINS.filter(({ local }) => !local).map(({ id }) => `${variable}_${id}`);
  expect(namesIn(compose, new RegExp(`^\\s+(${variable}_\\d+):`, 'gm'))).toEqual(ids.sort());
});

/** The lines of one service, or of a block that services include. */
const blockOf = (name: string): string => {
  const lines = compose.split('\n');
  const from = lines.findIndex((line) => line.trimStart().startsWith(`${name}:`));
  const indent = lines[from]?.search(/\S/) ?? 0;
  const length = lines.slice(from + 1).findIndex((line) => line !== '' && line.search(/\S/) <= indent);
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length).join('\n');
};
const variablesOf = (...blocks: string[]): string[] => namesIn(blocks.map(blockOf).join(''), /^\s+([A-Z0-9_]+): /gm);

test('the runbook explains every variable of web and worker', () => {
  const runbook = read('docs/runbook.md');
  const own = variablesOf('x-common', 'x-application', 'web', 'worker').filter((name) => !/^(RPC|WS)_URLS_/.test(name));
  expect(own.length).toBeGreaterThan(30);
  expect(own.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
});

test('each service has only the secrets that it uses', () => {
  const secrets = /SECRET|KEY|PASSWORD|SMTP_URL/;
  const secretsOf = (...blocks: string[]) => variablesOf(...blocks).filter((name) => secrets.test(name));
  expect(variablesOf('migrate')).toEqual(['APPLICATION_DATABASE_URL', 'DATABASE_URL']);
  expect(blockOf('migrate')).toContain('postgres://checkout:');
  for (const block of ['x-application', 'web', 'worker', 'temporal'])
    expect(blockOf(block)).not.toContain('POSTGRES_PASSWORD');
  expect(blockOf('migrate')).toContain('<<: *common');
  expect(secretsOf('x-common')).toEqual([]);
  expect(secretsOf('x-application')).toEqual(['MASTER_KEYS', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS_KEY_FILE']);
  expect(secretsOf('web')).toEqual(['AUTH_SECRET', 'RESEND_WEBHOOK_SECRET']);
  expect(secretsOf('worker')).toEqual(expect.arrayContaining(['RELAYER_KEY', 'RESEND_API_KEY', 'SMTP_URL']));
  expect(secretsOf('worker')).not.toContain('AUTH_SECRET');
});

test('the load balancer alone is reached from outside, and Temporal and Postgres have networks without a way out', () => {
  const published = [...compose.matchAll(/^\s+- "([^"]*:\d+)"$/gm)].map(([, port]) => port);
  expect(published).toHaveLength(2);
  expect(published.filter((port) => !port?.startsWith('127.0.0.1:'))).toEqual([
    expect.stringMatching(/^\$\{HTTPS_PORT:-443\}:443$/),
  ]);
  expect(blockOf('balancer')).toContain(':-443}:443');
  for (const network of ['database', 'temporal']) expect(compose).toContain(`  ${network}: { internal: true }`);
  expect(blockOf('postgres')).toContain('networks: [database]');
  expect(blockOf('temporal')).toContain('networks: [database, temporal]');
});

test('web trusts the network of the load balancer, which only the two share', () => {
  const subnet = /subnet: ([\d./]+)/.exec(compose)?.[1];
  expect(blockOf('web')).toContain(`TRUSTED_PROXIES: \${TRUSTED_PROXIES:-${subnet}}`);
  const members = ['balancer', 'postgres', 'temporal', 'temporal-ui', 'migrate', 'web', 'worker'].filter((name) =>
    /networks: \[(.*, )?edge\b/.test(blockOf(name)),
  );
  expect(members).toEqual(['balancer', 'web']);
  expect(blockOf('balancer')).toContain('networks: [edge, public]');
  expect(read('deploy/haproxy.cfg')).toMatch(/del-header X-Forwarded-Host[\s\S]+set-header X-Forwarded-For %\[src\]/);
});

test('our services run read-only, without capabilities and without new privileges', () => {
  for (const setting of ['read_only: true', 'tmpfs: [/tmp]', 'cap_drop: [ALL]', 'no-new-privileges:true'])
    expect(blockOf('x-hardened')).toContain(setting);
  for (const name of ['migrate', 'web', 'worker']) expect(blockOf(name)).toContain('<<: *hardened');
});

/** Where web, worker and the migration read variables. */
const READERS = [
  ...['web/env.ts', 'worker/env.ts', 'worker/email-env.ts', 'worker/rates-env.ts', 'scripts/migrate.ts'],
  ...[
    'chain/chain-settings.ts',
    'chain/chains-file.ts',
    'domain/config.ts',
    'domain/retention.ts',
    'domain/screening.ts',
    'domain/temporal-settings.ts',
    'tracing/settings.ts',
  ],
];
/** Refused or meaningless in production. */
const DEVELOPMENT_ONLY = [
  ...['DEMO_API_KEY', 'DEMO_API_SECRET', 'DEMO_SHOP', 'HOT_RELOAD', 'PASSWORD_ALONE'],
  ...['TEMPORAL_TLS', 'WEBHOOK_ALLOWED_RANGES'],
];

/** Variables that hold no secret, and need no rule in production. */
const NO_SECRET = [
  ...['AUDIT_HEAD_EMAILS', 'CHANGE_WAIT_HOURS', 'EMAIL_FROM', 'FEE_RECEIVER', 'HOST', 'LOG_LEVEL', 'NODE_ENV', 'PORT'],
  ...[
    'CHAIN_READ_LIMIT_PER_ACCOUNT',
    'CHAIN_READ_LIMIT_PER_ADDRESS',
    'CHAIN_READ_LIMIT_VISITORS',
    'PAGE_LIMIT_PER_ADDRESS',
    'PAGE_LIMIT_TOTAL',
  ],
  ...['STREAM_LIMIT_PER_ADDRESS', 'STREAM_LIMIT_TOTAL', 'RETENTION_MESSAGE_DAYS', 'RETENTION_ORDER_DAYS'],
  ...['RETENTION_CLAIM_DAYS', 'RETENTION_DELIVERY_DAYS'],
  ...[
    'CHAINS_FILE',
    'CHAIN_SETTINGS',
    'SCREENING_DENY_LIST',
    'TRUSTED_PROXIES',
    'WALLETCONNECT_PROJECT_ID',
    'WEB_METRICS_PORT',
  ],
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_METRICS_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_UI_URL', 'WORKER_BUILD_ID'],
  ...['TEMPORAL_TLS', 'TEMPORAL_TLS_CA_FILE', 'TEMPORAL_TLS_SERVER_NAME', 'WORKER_HEALTH_PORT'],
  'OTEL_TRACES_SAMPLER_ARG',
  // Tokens that a provider made, beside plain names.
  'OTEL_EXPORTER_OTLP_HEADERS',
  // Only with NODE_ENV=development.
  'PASSWORD_ALONE',
  // Paths: the files are read as PEM.
  ...['TEMPORAL_TLS_CERT_FILE', 'TEMPORAL_TLS_KEY_FILE'],
  // URLs of providers, which choose the keys in them.
  'RATE_PROVIDERS',
  // Without DEMO_SHOP, which production refuses, nothing reads them.
  ...['DEMO_API_KEY', 'DEMO_API_SECRET'],
];

/** Names of the variables that they read. */
const variablesRead = (): string[] => {
  const quoted = /(?<=['"`])([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?=['"`])/g;
  const members = /^\s+([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*):/gm;
  const reads = /\benv\.([A-Z][A-Z0-9_]*)/g;
  const known = READERS.map(read).flatMap((text) => [
    ...[quoted, members, reads].flatMap((pattern) => namesIn(text, pattern)),
    // const { NAME: value, NAME } = env
    ...namesIn(text, /\{([^{}]*)\} = env\b/g).flatMap((list) => namesIn(list, /\b([A-Z][A-Z0-9_]*)\b/g)),
  ]);
  return [...new Set(known)].sort();
};

test('every secret has a rule in production: a new variable is in the list of rules or named as no secret', () => {
  const names = variablesRead();
  expect(names.filter((name) => !(name in PRODUCTION_RULES) && !NO_SECRET.includes(name))).toEqual([]);
  expect(NO_SECRET.filter((name) => name in PRODUCTION_RULES || !names.includes(name))).toEqual([]);
  for (const [name, rule] of Object.entries(PRODUCTION_RULES)) {
    expect([name, names.includes(name)]).toEqual([name, true]);
    expect([name, typeof rule]).toEqual([name, 'function']);
  }
});

test('every variable that web or worker reads is in the runbook, and docker-compose.yml passes it', () => {
  const names = variablesRead().filter((name) => name.includes('_'));
  expect(names.length).toBeGreaterThan(30);
  const runbook = read('docs/runbook.md');
  expect(names.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
  const passed = [...namesIn(compose, /^\s+([A-Z0-9_]+): /gm), ...namesIn(read('Dockerfile'), /([A-Z0-9_]+)=/g)];
  expect(names.filter((name) => !passed.includes(name) && !DEVELOPMENT_ONLY.includes(name))).toEqual([]);
});
