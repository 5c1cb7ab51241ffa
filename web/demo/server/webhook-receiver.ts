// The route of the demo shop's webhook. A plain Fastify route: it needs the raw bytes, and no page.
import type { FastifyPluginAsync } from 'fastify';
import type { DemoShop } from './demo-shop.ts';

/** Expects bodies parsed as buffers. */
export const demoWebhookReceiver: FastifyPluginAsync<{ shop: DemoShop }> = async (app, { shop }) => {
  app.post('/demo/webhook', { schema: { hide: true } }, async (request, reply) => {
    const { status, message } = await shop.receive({
      method: request.method,
      target: request.raw.url ?? '',
      headers: request.headers,
      rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    return reply.code(status).send({ message });
  });
};
