// /docs/packages/…: the client packages of this release, TypeScript (npm) and Python (pip), from build/packages. So a shop installs them
// from the server that it uses, and no registry needs to have them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { ConfigError } from '#domain/errors.ts';

interface ClientPackage {
  /** Its name with its version: `allscale-checkout-client-0.1.0.tgz`. */
  file: string;
  /** Of the file, in hexadecimal. */
  sha256: string;
}

/** As it stands in the list beside the packages. */
export interface ClientPackages {
  readonly node: ClientPackage;
  readonly python: ClientPackage;
}

/** In the build's folder. */
export const CLIENT_PACKAGES_FOLDER = 'packages';
export const CLIENT_PACKAGES_LIST = 'list.json';

/** Throws ConfigError when they have not been built. */
export const readClientPackages = (buildDirectory: string): ClientPackages => {
  const file = join(buildDirectory, CLIENT_PACKAGES_FOLDER, CLIENT_PACKAGES_LIST);
  if (!existsSync(file))
    throw new ConfigError(`The client packages are not built: run "npm run build:web" (${file} is missing)`);
  return JSON.parse(readFileSync(file, 'utf8')) as ClientPackages;
};

interface Options {
  buildDirectory: string;
  packages: ClientPackages;
}

/** RFC 6713; a wheel is a zip archive. */
const TYPES = { node: 'application/gzip', python: 'application/zip' } as const;

export const clientPackages: FastifyPluginAsync<Options> = async (app, { buildDirectory, packages }) => {
  // Some ten kilobytes each.
  const files = new Map(
    (['node', 'python'] as const).map((name) => {
      const { file, sha256 } = packages[name];
      const content = readFileSync(join(buildDirectory, CLIENT_PACKAGES_FOLDER, file));
      return [file, { content, type: TYPES[name], etag: `"${sha256}"` }];
    }),
  );
  app.get<{ Params: { file: string } }>('/docs/packages/:file', { schema: { hide: true } }, async (request, reply) => {
    const found = files.get(request.params.file);
    if (!found) {
      const text = `Not found. This server has ${[...files.keys()].join(' and ')}.\n`;
      return reply.code(404).type('text/plain; charset=utf-8').send(text);
    }
    // Kept, and asked about each time: a build of changed sources can have the same version.
    reply.header('etag', found.etag).header('cache-control', 'public, no-cache');
    if (request.headers['if-none-match'] === found.etag) return reply.code(304).send();
    const name = request.params.file;
    return reply.type(found.type).header('content-disposition', `attachment; filename="${name}"`).send(found.content);
  });
};
