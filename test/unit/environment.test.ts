// The settings of a deployment agree: docker-compose.yml, .env.example, docs/runbook.md and the variables that processes read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHAINS } from '#domain/chains.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();

const compose = read('docker-compose.yml');

test('.env.example lists every variable of docker-compose.yml, and no other', () => {
  expect(namesIn(read('.env.example'), /^([A-Z0-9_]+)=/gm)).toEqual(namesIn(compose, /\$\{([A-Z0-9_]+)/g));
});

test('docker-compose.yml passes the RPC URLs of every chain that is not local', () => {
  const ids = CHAINS.filter(({ local }) => !local).map(({ id }) => `RPC_URLS_${id}`);
  expect(namesIn(compose, /^\s+(RPC_URLS_\d+):/gm)).toEqual(ids.sort());
});

test('the runbook explains every variable of web and worker', () => {
  const runbook = read('docs/runbook.md');
  const given = namesIn(compose, /^\s+([A-Z0-9_]+): /gm).filter((name) => !name.startsWith('RPC_URLS_'));
  const services = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB', 'POSTGRES_SEEDS', 'POSTGRES_PWD'];
  const temporal = ['DB', 'DB_PORT', 'NUM_HISTORY_SHARDS', 'DEFAULT_NAMESPACE', 'DEFAULT_NAMESPACE_RETENTION'];
  const ui = ['TEMPORAL_DEFAULT_NAMESPACE', 'TEMPORAL_CORS_ORIGINS'];
  const own = given.filter((name) => ![...services, ...temporal, ...ui].includes(name));
  expect(own.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
});
