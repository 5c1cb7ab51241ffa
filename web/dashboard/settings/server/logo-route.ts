// GET /logos/<sha256>.png. The name is the hash of the content, so browsers may cache it for ever.
import type { FastifyInstance } from 'fastify';
import { readLogo } from '#db/merchants/store-logos.ts';
import type { Orm } from '#db/orm.ts';

export const addLogoRoute = (app: FastifyInstance, orm: Orm): void => {
  app.get<{ Params: { file: string } }>('/logos/:file', { schema: { hide: true } }, async (request, reply) => {
    const sha256 = /^([0-9a-f]{64})\.png$/.exec(request.params.file)?.[1];
    const png = sha256 ? await readLogo(orm.em, sha256) : null;
    if (!png) return reply.code(404).type('text/plain; charset=utf-8').send('Not found');
    return reply.headers(PICTURE_HEADERS).send(png);
  });
};

/** Of a picture whose URL is the hash of its bytes. */
export const PICTURE_HEADERS = {
  'content-type': 'image/png',
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  // Defence in depth: a PNG runs nothing anyway.
  'content-security-policy': "default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
} as const;
