// `/livez` and `/healthz` for supervisors and `/metrics` for Prometheus.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface HealthReport {
  /** The workers have polled at least once since the start. */
  started: boolean;
  /** The workers are polling now. */
  temporal: boolean;
  postgres: boolean;
}

export interface HealthServerOptions {
  host: string;
  port: number;
  report: () => Promise<HealthReport>;
  metrics: Registry;
}

/** Starts listening. @returns the port, and how to stop */
export const startHealthServer = async ({
  host,
  port,
  report,
  metrics,
}: HealthServerOptions): Promise<{ port: number; stop(): Promise<void> }> => {
  const respond = async (path: string | undefined, response: ServerResponse): Promise<void> => {
    if (path === '/livez') {
      // Asks nothing: a process that hangs does not respond.
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}\n');
    } else if (path === '/healthz') {
      const { started, ...parts } = await report();
      // 200 even while Temporal or Postgres is away: restarting this process would not bring them back.
      response.writeHead(started ? 200 : 503, { 'Content-Type': 'application/json' });
      response.end(`${JSON.stringify({ started, ...parts })}\n`);
    } else if (path === '/metrics') {
      const text = await metrics.metrics();
      response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
    } else {
      response.writeHead(404).end();
    }
  };
  const server: Server = createServer((request, response) => {
    respond(request.url, response).catch(() => response.writeHead(503).end());
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
