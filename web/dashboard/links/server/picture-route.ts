// GET /pictures/<sha256>.png: pictures of payment links. The name is the hash of the content, so browsers may cache it for ever.
import type { FastifyInstance } from 'fastify';
import { readPicture } from '#db/links/payment-links.ts';
import type { Orm } from '#db/orm.ts';
import { PICTURE_HEADERS } from '../../settings/server/logo-route.ts';

export const addPictureRoute = (app: FastifyInstance, orm: Orm): void => {
  app.get<{ Params: { file: string } }>('/pictures/:file', { schema: { hide: true } }, async (request, reply) => {
    const sha256 = /^([0-9a-f]{64})\.png$/.exec(request.params.file)?.[1];
    const png = sha256 ? await readPicture(orm.em, sha256) : null;
    if (!png) return reply.code(404).type('text/plain; charset=utf-8').send('Not found');
    return reply.headers(PICTURE_HEADERS).send(png);
  });
};
