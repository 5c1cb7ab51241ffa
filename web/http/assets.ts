// The pages' scripts and styles, which the build has compressed, and the compression of everything else that the pages plugin sends.
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import serveStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export const serveAssets = async (app: FastifyInstance, directory: string): Promise<void> => {
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    // Flushes each chunk: without it the compressor holds streamed pages back.
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
    brotliOptions: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    },
  });
  // File names hold a hash of the content, so browsers may keep them.
  await app.register(serveStatic, {
    root: directory,
    prefix: '/assets/',
    wildcard: false,
    // The build wrote a `.br` and a `.gz` beside each (vite.config.ts). They are variants, and have no address of their own.
    preCompressed: true,
    globIgnore: ['**/*.{br,gz}'],
    immutable: true,
    maxAge: '1y',
  });
};
