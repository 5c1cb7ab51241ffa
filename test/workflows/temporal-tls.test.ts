// Temporal behind TLS with client certificates: web's and worker's connections with our settings reach it, and no others do.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTemporalSettings, temporalConnectionOptions } from '#domain/temporal-settings.ts';
import {
  makeTemporalCertificates,
  replaceClientCertificate,
  TEMPORAL_CLIENTS,
  type TemporalCertificates,
} from '#scripts/lib/temporal-certificates.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { linkTemporal } from '#web/checkout/server/temporal-client.ts';

let folder = '';
let ours: TemporalCertificates;
let theirs: TemporalCertificates;
let server: Server;
let address = '';
let authorized = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'temporal-tls-'));
  ours = await makeTemporalCertificates(join(folder, 'ours'), ['localhost', '127.0.0.1']);
  theirs = await makeTemporalCertificates(join(folder, 'theirs'), ['localhost', '127.0.0.1']);
  const [host = '', port = ''] = testTemporal().address.split(':');
  server = createServer(
    { ...serverContext(), requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
    (socket) => {
      authorized += 1;
      const plain = connect(Number(port), host);
      for (const side of [socket, plain]) side.on('error', () => {});
      socket.pipe(plain).pipe(socket);
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What Temporal is started with. */
const serverContext = () => ({
  ca: readFileSync(ours.clientAuthorities),
  cert: readFileSync(ours.server.cert),
  key: readFileSync(ours.server.key),
});

const settings = (more: Record<string, string>) =>
  readTemporalSettings({ TEMPORAL_ADDRESS: address, ...more }, (path) => readFileSync(path));
const files = (ca: string, { cert, key }: { cert: string; key: string }) => ({
  TEMPORAL_TLS_CA_FILE: ca,
  TEMPORAL_TLS_CERT_FILE: cert,
  TEMPORAL_TLS_KEY_FILE: key,
});

/** Whether the client of web, the client of the worker and its native connection reach the server. */
const reached = async (more: Record<string, string>): Promise<boolean[]> => {
  const options = temporalConnectionOptions(settings(more));
  const link = linkTemporal(settings(more));
  const yes = async (opening: Promise<{ close(): Promise<void> }>) => {
    const connection = await opening.catch(() => null);
    await connection?.close();
    return connection !== null;
  };
  // Each waits out its own time when it is refused.
  return await Promise.all([
    link.isReachable(5_000).finally(() => link.close()),
    yes(Connection.connect({ ...options, connectTimeout: '5 seconds' })),
    yes(NativeConnection.connect(options)),
  ]);
};

const ALL = [true, true, true];
const NONE = [false, false, false];

test.each(TEMPORAL_CLIENTS)('the certificate of %s reaches it', async (name) => {
  const own = files(ours.ca, ours.clients[name]);
  expect(await reached(own)).toEqual(ALL);
  expect(await reached({ ...own, TEMPORAL_TLS_SERVER_NAME: '127.0.0.1' })).toEqual(ALL);
  expect(authorized).toBeGreaterThan(0);
});

test('a server of another authority, or of another name, is refused by us', { timeout: 120_000 }, async () => {
  const { web } = ours.clients;
  const attempts = [
    files(theirs.ca, web),
    { ...files(ours.ca, web), TEMPORAL_TLS_SERVER_NAME: 'temporal.example' },
    { TEMPORAL_TLS: 'on' },
  ];
  expect(await Promise.all(attempts.map(reached))).toEqual([NONE, NONE, NONE]);
});

test('without TLS, without a certificate or with a stranger’s, the server refuses us', {
  timeout: 120_000,
}, async () => {
  const before = authorized;
  const attempts = [{}, { TEMPORAL_TLS_CA_FILE: ours.ca }, files(ours.ca, theirs.clients.web)];
  expect(await Promise.all(attempts.map(reached))).toEqual([NONE, NONE, NONE]);
  expect(authorized).toBe(before);
});

test('one certificate that leaked is replaced alone: the old one is refused, and all others stay good', {
  timeout: 120_000,
}, async () => {
  const stolen = { cert: join(folder, 'stolen.pem'), key: join(folder, 'stolen.key') };
  copyFileSync(ours.clients.web.cert, stolen.cert);
  copyFileSync(ours.clients.web.key, stolen.key);
  const others = [ours.ca, ours.server.cert, ours.clients.worker.cert, ours.clients.ui.cert];
  const before = others.map((file) => readFileSync(file, 'utf8'));
  await replaceClientCertificate(join(folder, 'ours'), 'web');
  expect(others.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
  // Temporal is restarted.
  server.setSecureContext(serverContext());
  const results = await Promise.all(
    [ours.clients.web, ours.clients.worker, ours.clients.ui, stolen].map((pair) => reached(files(ours.ca, pair))),
  );
  expect(results).toEqual([ALL, ALL, ALL, NONE]);
  // A folder whose clients share an authority cannot do this.
  rmSync(ours.clientAuthorities);
  await expect(replaceClientCertificate(join(folder, 'ours'), 'web')).rejects.toThrow('one authority for all');
});
