// GET <path>/<sha256>.png: pictures under the hash of their bytes, so browsers may cache them for ever.
import type { FastifyInstance } from 'fastify';

const HEADERS = {
  'content-type': 'image/png',
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  // Defence in depth: a PNG runs nothing anyway.
  'content-security-policy': "default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
} as const;

/** @param read the bytes with this hash, or null */
export const addHashedPngs = (
  app: FastifyInstance,
  path: string,
  read: (sha256: string) => Promise<Buffer | null>,
): void => {
  app.get<{ Params: { file: string } }>(`${path}/:file`, { schema: { hide: true } }, async (request, reply) => {
    const sha256 = /^([0-9a-f]{64})\.png$/.exec(request.params.file)?.[1];
    const png = sha256 ? await read(sha256) : null;
    if (!png) return reply.code(404).type('text/plain; charset=utf-8').send('Not found');
    return reply.headers(HEADERS).send(png);
  });
};
