// The client packages as a server offers them for download, without the rest of the server.
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Fastify from 'fastify';
import { buildClientPackages } from '#scripts/lib/client-packages/build.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { toStderr } from '#scripts/lib/progress.ts';
import { type ClientPackages, clientPackages, readClientPackages } from '#web/http/client-packages.ts';

export interface ServedPackages {
  packages: ClientPackages;
  /** The address of a package. */
  urlOf(name: keyof ClientPackages): string;
  close(): Promise<void>;
}

export const servePackages = async (): Promise<ServedPackages> => {
  await buildClientPackages(toStderr);
  const buildDirectory = join(REPOSITORY, 'build');
  const packages = readClientPackages(buildDirectory);
  const app = Fastify();
  await app.register(clientPackages, { buildDirectory, packages });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    packages,
    urlOf: (name) => `${origin}/docs/packages/${packages[name].file}`,
    close: async () => await app.close(),
  };
};

/** Surroundings in which nothing but an address on this machine can be reached, and nothing is taken from a cache. @param home an empty folder */
export const withoutRegistries = (home: string): NodeJS.ProcessEnv => ({
  NODE_ENV: 'development',
  ...{ HOME: home, PATH: process.env.PATH ?? '', no_proxy: '*' },
  ...{
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_cache: join(home, 'npm'),
    npm_config_update_notifier: 'false',
  },
  ...{ npm_config_audit: 'false', npm_config_fund: 'false', npm_config_fetch_retries: '0' },
  ...{ PIP_NO_INDEX: '1', PIP_NO_CACHE_DIR: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
});
