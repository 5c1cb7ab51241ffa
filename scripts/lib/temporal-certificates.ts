// Certificates for Temporal, made by openssl: an authority with a certificate for the server, and one more authority with one certificate for each
// program that calls the server. Temporal reads no revocation list, so a certificate is revoked by taking its authority away (decision 0099).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Of the server's authority: what clients trust. */
  ca: string;
  /** Of all authorities whose certificates the server lets in: each client's, and its own, with which its services call each other. */
  clientAuthorities: string;
  server: Pair;
  clients: Readonly<Record<TemporalClient, Pair>>;
}

const authorityOf = (folder: string, client: TemporalClient): string => join(folder, `${client}-ca.pem`);

const openssl = async (...args: string[]): Promise<void> => {
  const { code, stderr } = await run('openssl', args);
  if (code !== 0) throw new SetupError(`openssl failed: ${stderr.trim().split('\n').at(-1)}`);
};

/** Makes an authority and its only certificate. The authority's key is deleted: nobody can sign more with it. */
const issue = async (
  folder: string,
  { name, ca, extensions }: { name: string; ca: string; extensions: readonly string[] },
): Promise<void> => {
  const [cert, key, request, extension, caKey] = ['.pem', '.key', '.csr', '.ext', '-ca.key'].map((ending) =>
    join(folder, name + ending),
  ) as [string, string, string, string, string];
  const own = ['-keyout', caKey, '-out', ca, '-days', DAYS, '-subj', `/CN=Checkout Temporal ${name}`];
  await openssl('req', '-x509', ...NEW_KEY, ...own, '-addext', 'keyUsage=critical,keyCertSign');
  writeFileSync(extension, extensions.join('\n'));
  await openssl('req', '-new', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
  const signed = ['-CA', ca, '-CAkey', caKey, '-out', cert, '-days', DAYS, '-extfile', extension];
  await openssl('x509', '-req', '-in', request, ...signed);
  for (const file of [request, extension, caKey]) rmSync(file);
};

const issueClient = (folder: string, name: TemporalClient): Promise<void> =>
  issue(folder, { name, ca: authorityOf(folder, name), extensions: ['extendedKeyUsage=clientAuth'] });

const writeClientAuthorities = (folder: string): TemporalCertificates => {
  const files = temporalCertificatesIn(folder);
  const authorities = [files.ca, ...TEMPORAL_CLIENTS.map((name) => authorityOf(folder, name))];
  writeFileSync(files.clientAuthorities, authorities.map((file) => readFileSync(file, 'utf8')).join(''));
  return files;
};

/** Writes the server's `ca.pem`, `server.pem`, `web.pem`, `worker.pem`, `ui.pem`, their keys and authorities, and `clients.pem`. */
export async function makeTemporalCertificates(
  folder: string,
  serverNames: readonly string[],
): Promise<TemporalCertificates> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = serverNames.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
  // Temporal's services call each other with the server certificate, so it is a client's too.
  const extensions = [`subjectAltName=${names}`, 'extendedKeyUsage=serverAuth,clientAuth'];
  await issue(folder, { name: 'server', ca: temporalCertificatesIn(folder).ca, extensions });
  for (const name of TEMPORAL_CLIENTS) await issueClient(folder, name);
  return writeClientAuthorities(folder);
}

/**
 * Gives one client a new certificate of a new authority. The server refuses the old one as soon as it has read the new `clients.pem`; all other
 * certificates stay as they are. Throws SetupError for a folder of a release whose clients shared an authority.
 */
export async function replaceClientCertificate(folder: string, name: TemporalClient): Promise<TemporalCertificates> {
  if (!hasTemporalCertificates(folder)) {
    throw new SetupError(
      `${folder} has one authority for all: make a new folder, and restart Temporal, web, worker and UI`,
    );
  }
  await issueClient(folder, name);
  return writeClientAuthorities(folder);
}

/** The files that `makeTemporalCertificates` wrote. */
export function temporalCertificatesIn(folder: string): TemporalCertificates {
  const pair = (name: string): Pair => ({ cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) });
  const clients = { web: pair('web'), worker: pair('worker'), ui: pair('ui') };
  return {
    ca: join(folder, 'ca.pem'),
    clientAuthorities: join(folder, 'clients.pem'),
    server: pair('server'),
    clients,
  };
}

/** False for a folder that is not there, and for one of a release whose clients shared a certificate or an authority. */
export function hasTemporalCertificates(folder: string): boolean {
  const { ca, clientAuthorities, server, clients } = temporalCertificatesIn(folder);
  const pairs = [server, ...Object.values(clients)].flatMap(({ cert, key }) => [cert, key]);
  return [ca, clientAuthorities, ...pairs].every((file) => existsSync(file));
}
