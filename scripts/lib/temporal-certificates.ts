// An authority of our own with a server certificate, and a client certificate for each program that calls the server, made by openssl.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

const DAYS = '825';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];

/** Who calls Temporal: each has a certificate of its own, so that none holds another's key. */
export const TEMPORAL_CLIENTS = ['web', 'worker', 'ui'] as const;
export type TemporalClient = (typeof TEMPORAL_CLIENTS)[number];

interface Pair {
  cert: string;
  key: string;
}

/** Paths of PEM files. */
export interface TemporalCertificates {
  ca: string;
  server: Pair;
  clients: Readonly<Record<TemporalClient, Pair>>;
}

/** Writes `ca.pem`, `server.pem`, `web.pem`, `worker.pem`, `ui.pem` and their keys. The authority's key is deleted: nobody can sign more with it. */
export async function makeTemporalCertificates(
  folder: string,
  serverNames: readonly string[],
): Promise<TemporalCertificates> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(folder, name);
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run('openssl', args);
    if (code !== 0) throw new SetupError(`openssl failed: ${stderr.trim().split('\n').at(-1)}`);
  };
  const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
  const issue = async (name: string, extensions: readonly string[]): Promise<void> => {
    const request = at(`${name}.csr`);
    writeFileSync(at(`${name}.ext`), extensions.join('\n'));
    await openssl('req', '-new', ...NEW_KEY, '-keyout', at(`${name}.key`), '-out', request, '-subj', `/CN=${name}`);
    const signed = ['-out', at(`${name}.pem`), '-days', DAYS, '-extfile', at(`${name}.ext`)];
    await openssl('x509', '-req', '-in', request, ...authority, ...signed);
    for (const file of [request, at(`${name}.ext`)]) rmSync(file);
  };
  const own = ['-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', DAYS, '-subj', '/CN=Checkout Temporal'];
  await openssl('req', '-x509', ...NEW_KEY, ...own, '-addext', 'keyUsage=critical,keyCertSign');
  const names = serverNames.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
  // Temporal's services call each other with the server certificate, so it is a client's too.
  await issue('server', [`subjectAltName=${names}`, 'extendedKeyUsage=serverAuth,clientAuth']);
  for (const name of TEMPORAL_CLIENTS) await issue(name, ['extendedKeyUsage=clientAuth']);
  rmSync(at('ca.key'));
  return temporalCertificatesIn(folder);
}

/** The files that `makeTemporalCertificates` wrote. */
export function temporalCertificatesIn(folder: string): TemporalCertificates {
  const pair = (name: string): Pair => ({ cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) });
  const clients = { web: pair('web'), worker: pair('worker'), ui: pair('ui') };
  return { ca: join(folder, 'ca.pem'), server: pair('server'), clients };
}

/** False for a folder that is not there, and for one of a release whose clients shared a certificate. */
export function hasTemporalCertificates(folder: string): boolean {
  const { ca, server, clients } = temporalCertificatesIn(folder);
  return [ca, ...[server, ...Object.values(clients)].flatMap(({ cert, key }) => [cert, key])].every((file) =>
    existsSync(file),
  );
}
