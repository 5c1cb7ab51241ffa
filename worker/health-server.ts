// `/healthz` for supervisors (alive once the workers have run; the body says what is away) and `/metrics` for Prometheus.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthReport {
  /** The workers have polled at least once since the start. */
  started: boolean;
  /** The workers poll now. */
  temporal: boolean;
  postgres: boolean;
}

export interface HealthServerOptions {
  host: string;
  port: number;
  report: () => Promise<HealthReport>;
  /** Gauges and counters by name. */
  metrics: () => Promise<Record<string, number>>;
}

/** Starts listening. @returns the port, and how to stop */
export const startHealthServer = async ({
  host,
  port,
  report,
  metrics,
}: HealthServerOptions): Promise<{ port: number; stop(): Promise<void> }> => {
  const server: Server = createServer(async (request, response) => {
    try {
      if (request.url === '/healthz') {
        const { started, ...parts } = await report();
        // Not 503 while Temporal or Postgres is away: a restart would not bring them back.
        response.writeHead(started ? 200 : 503, { 'Content-Type': 'application/json' });
        response.end(`${JSON.stringify({ started, ...parts })}\n`);
      } else if (request.url === '/metrics') {
        const lines = Object.entries(await metrics()).map(([name, value]) => `${name} ${value}\n`);
        response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(lines.join(''));
      } else {
        response.writeHead(404).end();
      }
    } catch {
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
