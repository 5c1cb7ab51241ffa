// The demo shop's webhook receiver: a plain Fastify route, because it needs the raw bytes.
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
