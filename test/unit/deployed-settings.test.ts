// What docker-compose.yml and deploy/kubernetes give to each process is read by the process's own reader of settings, in production: it
// starts with what is required and nothing else, it names each required variable that is taken away, and it reads all that it is given.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { setConfiguredChains } from '#domain/chains.ts';
import type { Env } from '#domain/config.ts';
import { SPECS } from '#scripts/images/processes.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { makeTemporalCertificates } from '#scripts/lib/temporal-certificates.ts';
import { readWebEnv } from '#web/env.ts';
import { readWorkerEnv } from '#worker/env.ts';

const read = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');
const PROCESSES = ['web', 'worker'] as const;
type Process = (typeof PROCESSES)[number];
const READERS: Readonly<Record<Process, (env: Env) => unknown>> = { web: readWebEnv, worker: readWorkerEnv };

const random = (): string => randomBytes(32).toString('hex');
/** What an operator must set, and what a choice makes necessary (SMTP_URL with EMAIL_TRANSPORT=smtp). */
const SET: Readonly<Record<string, string>> = {
  PUBLIC_URL: 'https://pay.shop.com',
  MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  APPLICATION_PASSWORD: random(),
  AUTH_SECRET: random(),
  FEE_RECEIVER: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  RELAYER_KEY: `0x${random()}`,
  RATES: 'off',
  EMAIL_TRANSPORT: 'smtp',
  EMAIL_FROM: 'Shop <pay@shop.com>',
  SMTP_URL: 'smtps://mail.shop.com',
};

/** Required by compose alone: without this key a system starts, and settles nothing; a role may have no password. */
const REQUIRED_BY_COMPOSE = ['RELAYER_KEY', 'APPLICATION_PASSWORD'];

let certificates: string;
beforeAll(async () => {
  certificates = mkdtempSync(join(tmpdir(), 'deployed-settings-'));
  await makeTemporalCertificates(certificates, ['temporal']);
});
afterAll(() => rmSync(certificates, { recursive: true, force: true }));
afterEach(() => setConfiguredChains([]));

/** The files that containers mount are those of the folder that was made here. */
const onThisMachine = (process: Process, env: Env): Env => {
  const at = (name: string): string => join(certificates, name);
  const files: Readonly<Record<string, string>> = {
    '/run/secrets/temporal-ca': at('ca.pem'),
    '/run/secrets/temporal-client-cert': at(`${process}.pem`),
    '/run/secrets/temporal-client-key': at(`${process}.key`),
    '/run/secrets/temporal/ca.crt': at('ca.pem'),
    '/run/secrets/temporal/tls.crt': at(`${process}.pem`),
    '/run/secrets/temporal/tls.key': at(`${process}.key`),
  };
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, files[value ?? ''] ?? value]));
};
const start = (process: Process, env: Env): string => {
  try {
    READERS[process](onThisMachine(process, env));
    return 'started';
  } catch (error) {
    return String((error as Error).message);
  }
};

/** Of all that a process is given: what no reader of settings names. */
const notRead = (env: Env, sources: readonly string[]): string[] => {
  const text = sources.map((file) => read(file)).join('\n');
  return Object.keys(env).filter((name) => {
    const prefix = /^(RPC_URLS|WS_URLS)_\d+$/.exec(name)?.[1];
    return !new RegExp(`\\b${prefix ? `${prefix}_` : `${name}\\b`}`).test(text);
  });
};
const SHARED = [
  ...['chain/chain-settings.ts', 'chain/chains-file.ts', 'domain/config.ts', 'domain/screening.ts'],
  ...['domain/temporal-settings.ts', 'tracing/settings.ts'],
];
const READ_BY: Readonly<Record<Process, readonly string[]>> = {
  web: ['web/env.ts', ...SHARED],
  worker: ['worker/env.ts', 'worker/email-env.ts', 'worker/rates-env.ts', 'domain/retention.ts', ...SHARED],
};

interface Service {
  environment: Record<string, string>;
  build?: { target: string };
  command?: string[];
  healthcheck?: { test: string[] };
}
const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };

/** `${NAME:?why}`, `${NAME:-default}` and `${NAME:+instead}` as compose replaces them. */
const REFERENCE = /\$\{(\w+):([?+-])([^}]*)\}/g;
const composed = (process: Process, set: Env): Env =>
  Object.fromEntries(
    Object.entries(services[process]?.environment ?? {}).map(([name, text]) => [
      name,
      String(text).replaceAll(REFERENCE, (_, variable: string, kind: string, rest: string) => {
        const value = set[variable] ?? '';
        if (kind === '+') return value === '' ? '' : rest;
        return value === '' && kind === '-' ? rest : value;
      }),
    ]),
  );
const requiredBy = (process: Process): string[] => [
  ...new Set(
    [...JSON.stringify(services[process]?.environment).matchAll(REFERENCE)].flatMap(([, name, kind]) =>
      name && kind === '?' ? name : [],
    ),
  ),
];

describe.each(PROCESSES)('docker-compose.yml: %s', (process) => {
  const required = requiredBy(process);

  test('starts in production with what compose requires', () => {
    expect(required.filter((name) => SET[name] === undefined)).toEqual([]);
    const { SMTP_URL } = SET;
    const set = { ...Object.fromEntries(required.map((name) => [name, SET[name]])), SMTP_URL };
    expect(start(process, composed(process, set))).toBe('started');
  });

  test.each(required.filter((name) => !REQUIRED_BY_COMPOSE.includes(name)))(
    'does not start without %s, and compose says so before',
    (name) => {
      const { environment } = services[process] ?? { environment: {} };
      // The variable of the container that the missing one is a part of.
      const [variable] = Object.entries(environment).find(([, text]) => String(text).includes(`\${${name}:?`)) ?? [];
      expect(start(process, composed(process, { ...SET, [name]: undefined }))).toMatch(new RegExp(`^${variable}: `));
    },
  );

  test('is given nothing that it does not read', () => {
    expect(notRead(services[process]?.environment ?? {}, READ_BY[process])).toEqual([]);
  });

  test('every optional variable may be left empty, and reaches the process when it is set', () => {
    const optional = [...JSON.stringify(services[process]?.environment).matchAll(REFERENCE)].flatMap(
      ([, name, kind]) => (name && kind === '-' ? name : []),
    );
    const marked = composed(process, { ...SET, ...Object.fromEntries(optional.map((name) => [name, `<${name}>`])) });
    for (const name of optional) expect(Object.values(marked).join('\n')).toContain(`<${name}>`);
  });
});

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string; optional?: boolean } };
}
interface Container {
  command?: string[];
  args?: string[];
  env: Variable[];
}
const containerOf = (...path: string[]): Container => {
  const [resource] = parseAllDocuments(read('deploy', 'kubernetes', ...path), { merge: true }).map((one) => one.toJS());
  return resource.spec.template.spec.containers[0];
};
const settings = Object.fromEntries(
  [...read('deploy', 'kubernetes', 'settings.env').matchAll(/^([A-Z]\w*)=(.*)$/gm)].map(([, name, value]) => [
    name ?? '',
    value ?? '',
  ]),
);
/** What an operator puts into secrets. */
const SECRETS: Readonly<Record<string, string>> = {
  ...SET,
  DATABASE_URL: `postgres://checkout_web:${random()}@postgres:5432/checkout`,
};
/** As the pod has it, with the optional keys of secrets left out. */
const podEnvironment = (process: Process, secrets: Env = SECRETS): Env => ({
  NODE_ENV: 'production',
  ...settings,
  // Copied into an overlay, as docs/runbook.md says.
  ...(settings.FEE_RECEIVER ? {} : { FEE_RECEIVER: SET.FEE_RECEIVER }),
  ...Object.fromEntries(
    containerOf(`${process}.yaml`).env.flatMap(({ name, value, valueFrom }) => {
      if (value !== undefined) return [[name, value]];
      const { key = '', optional = false } = valueFrom?.secretKeyRef ?? {};
      return optional && key !== 'SMTP_URL' ? [] : [[name, secrets[key]]];
    }),
  ),
});

describe.each(PROCESSES)('deploy/kubernetes: %s', (process) => {
  test('starts in production with the settings and the required secrets', () => {
    expect(start(process, podEnvironment(process))).toBe('started');
  });

  const required = containerOf(`${process}.yaml`).env.flatMap(({ valueFrom }) =>
    valueFrom && !valueFrom.secretKeyRef.optional ? valueFrom.secretKeyRef.key : [],
  );
  test.each(required.filter((name) => !REQUIRED_BY_COMPOSE.includes(name)))(
    'does not start without the secret %s',
    (name) => {
      expect(start(process, podEnvironment(process, { ...SECRETS, [name]: undefined }))).toMatch(
        new RegExp(`^${name}: `),
      );
    },
  );

  test('is given nothing that neither process reads, and no secret that it does not read', () => {
    const own = Object.fromEntries(containerOf(`${process}.yaml`).env.map(({ name }) => [name, '']));
    expect(notRead(own, READ_BY[process])).toEqual([]);
    expect(notRead(settings, [...READ_BY.web, ...READ_BY.worker])).toEqual([]);
  });
});

describe('commands', () => {
  const stages = Object.fromEntries(
    read('Dockerfile')
      .split(/^FROM /m)
      .flatMap((stage) => {
        const [, name] = /^base AS (\w+)/.exec(stage) ?? [];
        return name ? [[name, stage] as const] : [];
      }),
  );

  test.each(Object.entries(SPECS))('the image %s runs what it was laid out for', (name, { main, options }) => {
    expect(stages[name]).toContain(
      `CMD [${['node', ...options, main].map((part) => JSON.stringify(part)).join(', ')}]`,
    );
    expect(existsSync(join(REPOSITORY, main))).toBe(true);
  });

  test('compose and Kubernetes leave commands and health checks to the images', () => {
    for (const name of Object.keys(SPECS)) {
      expect(services[name]?.build?.target).toBe(name);
      expect([services[name]?.command, services[name]?.healthcheck]).toEqual([undefined, undefined]);
    }
    const containers = [containerOf('web.yaml'), containerOf('worker.yaml'), containerOf('migrate', 'migrate.yaml')];
    expect(containers.flatMap(({ command, args }) => [command, args])).toEqual(Array(6).fill(undefined));
  });
});
