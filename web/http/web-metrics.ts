// The web process's Prometheus metrics, on a port of their own: the public port never shows them.
import { createServer } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { chainsDigest } from '#domain/chains.ts';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** With prom-client's own metrics of process and Node.js. */
export const createWebMetrics = (): Registry => {
  const register = new Registry();
  collectDefaultMetrics({ register });
  new Gauge({
    name: 'chain_registry_info',
    help: '1, with the digest of the networks that this process knows',
    labelNames: ['digest'],
    registers: [register],
  }).set({ digest: chainsDigest() }, 1);
  return register;
};

/** Measures every response by its route pattern, so that ids in paths make no new series. Call before routes are registered. */
export const measureResponses = (app: FastifyInstance, register: Registry): void => {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its response',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [register],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    durations.observe(
      { method, route: routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
  });
};

export interface MetricsServerOptions {
  register: Registry;
  host: string;
  port: number;
}

/** Serves `/metrics`. @returns how to stop */
export const startMetricsServer = async ({ register, host, port }: MetricsServerOptions): Promise<() => void> => {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await register.metrics();
    response.writeHead(200, { 'Content-Type': register.contentType }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
};
