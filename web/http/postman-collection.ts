// /docs/postman.json: the Postman collection, from the server's own OpenAPI document.
import type { FastifyPluginAsync } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import { postmanCollection } from '#web/api/postman.ts';

export const postmanRoute: FastifyPluginAsync<{ publicUrl: string }> = async (app, { publicUrl }) => {
  let text: string | undefined;
  app.get('/docs/postman.json', { schema: { hide: true } }, async (_request, reply) => {
    if (text === undefined) {
      const document = await app.inject({ url: '/v1/openapi.json', headers: { host: new URL(publicUrl).host } });
      // A server of pages alone has no API.
      if (document.statusCode !== 200) return reply.code(404).type('text/plain; charset=utf-8').send('Not found');
      text = JSON.stringify(postmanCollection(document.json<OpenAPIV3_1.Document>(), publicUrl.replace(/\/+$/, '')));
    }
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="allscale-checkout.postman_collection.json"')
      .send(text);
  });
};
