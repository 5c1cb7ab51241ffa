// Temporal's real server for the drill, with its histories in Postgres: in the same server as the orders, as in docker-compose.yml. A restore
// of Postgres takes both to one moment.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemporalSettings } from '#domain/temporal-settings.ts';
import { prepareNamespace, prepareTemporalDatabases, startTemporalServices } from '../cluster/temporal.ts';
import { TEMPORAL_NAME } from '../cluster/temporal-config.ts';
import { createTemporalRole } from '../cluster/temporal-role.ts';
import type { Running } from '../lib/stack/child.ts';
import type { RunningPostgres } from '../lib/stack/postgres.ts';
import { TEMPORAL_NAMESPACE } from '../lib/stack/temporal.ts';
import { makeTemporalCertificates, temporalCertificatesIn } from '../lib/temporal-certificates.ts';
import { temporalServer } from '../lib/tools/temporal-server.ts';

/** A Temporal of the drill: the development server, or the four services of the real one. */
export interface DrillTemporal {
  name: string;
  address: string;
  /** What a worker needs beside the address. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts the services on the databases that are in this Postgres, or on new ones. Another Temporal whose database is a copy must have been
 * stopped: servers find each other by a table, and the copy names the old ones.
 */
export const startTemporalOn = async (
  { ownerUrl }: Pick<RunningPostgres, 'ownerUrl'>,
  dataDir: string,
): Promise<DrillTemporal> => {
  const programs = await temporalServer();
  const folder = join(dataDir, 'temporal-certificates');
  const certificates = existsSync(folder)
    ? temporalCertificatesIn(folder)
    : await makeTemporalCertificates(folder, [TEMPORAL_NAME, '127.0.0.1']);
  const database = await createTemporalRole(ownerUrl, dataDir);
  await prepareTemporalDatabases(programs, database);
  const services: Running[] = [];
  const starter: Parameters<typeof startTemporalServices>[0] = {
    async start(part) {
      const service = await part.start();
      services.push(service);
      return service;
    },
  };
  const address = await startTemporalServices(starter, { dataDir, programs, certificates, database });
  const env = {
    TEMPORAL_NAMESPACE,
    TEMPORAL_TLS_CA_FILE: certificates.ca,
    TEMPORAL_TLS_CERT_FILE: certificates.clients.worker.cert,
    TEMPORAL_TLS_KEY_FILE: certificates.clients.worker.key,
    TEMPORAL_TLS_SERVER_NAME: TEMPORAL_NAME,
  };
  await prepareNamespace(readTemporalSettings({ ...env, TEMPORAL_ADDRESS: address }, (path) => readFileSync(path)));
  return {
    ...{ name: 'temporal', address, env },
    async stop() {
      for (const service of services.splice(0).toReversed()) await service.stop();
    },
  };
};
