// Temporal behind TLS with client certificates: web's and worker's connections with our settings reach it, and no others do.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTemporalSettings, temporalConnectionOptions } from '#domain/temporal-settings.ts';
import { makeTemporalCertificates, type TemporalCertificates } from '#scripts/lib/temporal-certificates.ts';
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
  const read = (file: string) => readFileSync(file);
  server = createServer(
    {
      ca: read(ours.ca),
      cert: read(ours.server.cert),
      key: read(ours.server.key),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
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
  const ofWeb = await link.isReachable(5_000);
  await link.close();
  const yes = async (opening: Promise<{ close(): Promise<void> }>) => {
    const connection = await opening.catch(() => null);
    await connection?.close();
    return connection !== null;
  };
  return [
    ofWeb,
    await yes(Connection.connect({ ...options, connectTimeout: '5 seconds' })),
    await yes(NativeConnection.connect(options)),
  ];
};

test('our certificates reach it', async () => {
  expect(await reached(files(ours.ca, ours.client))).toEqual([true, true, true]);
  expect(await reached({ ...files(ours.ca, ours.client), TEMPORAL_TLS_SERVER_NAME: '127.0.0.1' })).toEqual([
    true,
    true,
    true,
  ]);
  expect(authorized).toBeGreaterThan(0);
});

test('a server of another authority, or of another name, is refused by us', { timeout: 120_000 }, async () => {
  expect(await reached(files(theirs.ca, ours.client))).toEqual([false, false, false]);
  expect(await reached({ ...files(ours.ca, ours.client), TEMPORAL_TLS_SERVER_NAME: 'temporal.example' })).toEqual([
    false,
    false,
    false,
  ]);
  expect(await reached({ TEMPORAL_TLS: 'on' })).toEqual([false, false, false]);
});

test('without TLS, without a certificate or with a stranger’s, the server refuses us', {
  timeout: 120_000,
}, async () => {
  const before = authorized;
  expect(await reached({})).toEqual([false, false, false]);
  expect(await reached({ TEMPORAL_TLS_CA_FILE: ours.ca })).toEqual([false, false, false]);
  expect(await reached(files(ours.ca, theirs.client))).toEqual([false, false, false]);
  expect(authorized).toBe(before);
});
