// `npm run dev`: Vite serves the pages from their sources, inside this server, and tells open pages what changed.
import type { ServerBuild } from '@remix-run/node';
import type { FastifyInstance } from 'fastify';
import { createServer } from 'vite';

/** Adds Vite to the plugin that serves the pages. Returns what gives the pages as they are now. */
export const servePagesFromSources = async (app: FastifyInstance): Promise<() => Promise<ServerBuild>> => {
  const vite = await createServer({
    appType: 'custom',
    // One port for pages and for news of changes.
    server: { middlewareMode: true, hmr: { server: app.server } },
  });
  app.addHook('onRequest', (request, reply, done) => {
    vite.middlewares(request.raw, reply.raw, done);
  });
  app.addHook('onClose', () => vite.close());
  return async () => (await vite.ssrLoadModule('virtual:remix/server-build')) as ServerBuild;
};
