// Which Host headers and Origins are ours. A page that any host name reaches could be read by a stranger's page after DNS rebinding.
import type { FastifyInstance, FastifyRequest } from 'fastify';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The spellings of a Host header that are served, in lower case; development adds this machine's names, with our port only. */
export const allowedHosts = (publicOrigin: string, development: boolean): ReadonlySet<string> => {
  const { protocol, hostname, port } = new URL(publicOrigin);
  const withPort = (name: string): string[] =>
    port ? [`${name}:${port}`] : [name, `${name}:${DEFAULT_PORTS[protocol]}`];
  return new Set([hostname, ...(development ? LOOPBACK_NAMES : [])].flatMap(withPort));
};

/**
 * Rejects requests with another Host (421). `X-Forwarded-Host` counts when it comes from a trusted proxy. Not for the API, whose
 * requests are signed, nor for the health check, which load balancers call by IP address.
 */
export const checkHost = (app: FastifyInstance, hosts: ReadonlySet<string>): void => {
  app.addHook('onRequest', async (request, reply) => {
    if (hosts.has(request.host.toLowerCase())) return;
    // Sent before the page's own headers are set: nothing of ours is shown under another name.
    return await reply.code(421).type('text/plain; charset=utf-8').send('This server has no site of this host name.');
  });
};

/**
 * True for reads, and for writes from our own pages: scheme, host and port must match. Every current browser sends `Origin` with a
 * post. Expects a host that `checkHost` let through.
 */
export const isFromOurPages = (request: FastifyRequest, publicOrigin: string): boolean => {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const { origin } = request.headers;
  return origin === publicOrigin || origin === `${new URL(publicOrigin).protocol}//${request.host.toLowerCase()}`;
};
