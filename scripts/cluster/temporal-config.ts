// The configuration of Temporal's server: services on Postgres, and client certificates on every connection.
import type { TemporalCertificates } from '../lib/temporal-certificates.ts';

/** In the order of a start: history first, because the others call it. */
export const TEMPORAL_SERVICES = ['history', 'matching', 'frontend', 'worker'] as const;
export type TemporalService = (typeof TEMPORAL_SERVICES)[number];

export interface ServicePorts {
  grpc: number;
  membership: number;
}

export interface TemporalDatabase {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** The database of histories, and the one of searches. */
export const TEMPORAL_DATABASES = { temporal: 'temporal', visibility: 'temporal_visibility' } as const;
/** The name in the server's certificate. */
export const TEMPORAL_NAME = 'temporal';
/** Fixed at the first start. One machine needs few; production's number is in docker-compose.yml. */
const HISTORY_SHARDS = 16;
const CONNECTIONS = { maxConns: 10, maxIdleConns: 5, maxConnLifetime: '1h' };

export interface TemporalConfigParts {
  ports: Readonly<Record<TemporalService, ServicePorts>>;
  certificates: TemporalCertificates;
  database: TemporalDatabase;
}

/** As the server reads it from YAML, of which JSON is a part. */
export const temporalConfig = ({ ports, certificates, database }: TemporalConfigParts) => {
  const { ca, clientAuthorities, server } = certificates;
  const pair = { certFile: server.cert, keyFile: server.key };
  /** @param authorities whose certificates are let in */
  const tls = (authorities: string) => ({
    server: { ...pair, requireClientAuth: true, clientCaFiles: [authorities] },
    client: { serverName: TEMPORAL_NAME, rootCaFiles: [ca] },
  });
  const store = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `${database.host}:${database.port}`,
      connectProtocol: 'tcp',
      user: database.user,
      password: database.password,
      ...CONNECTIONS,
    },
  });
  const rpc = ({ grpc, membership }: ServicePorts) => ({
    rpc: { grpcPort: grpc, membershipPort: membership, bindOnLocalHost: true },
  });
  const frontend = `127.0.0.1:${ports.frontend.grpc}`;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { default: store(TEMPORAL_DATABASES.temporal), visibility: store(TEMPORAL_DATABASES.visibility) },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' },
      tls: {
        internode: tls(ca),
        frontend: tls(clientAuthorities),
        systemWorker: { ...pair, client: tls(ca).client },
      },
    },
    services: Object.fromEntries(TEMPORAL_SERVICES.map((name) => [name, rpc(ports[name])])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: frontend },
  };
};
