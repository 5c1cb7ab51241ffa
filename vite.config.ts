// Builds the pages: `remix vite:build` writes build/client (hashed assets) and build/server (what web/http/pages-plugin.ts loads).
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

/** Writes what is in each of the browser's chunks to build/client/chunks.json, for the check of the first load's weight. */
const listChunks = (): Plugin => ({
  name: 'list-chunks',
  apply: (_config, { command, isSsrBuild }) => command === 'build' && !isSsrBuild,
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).flatMap((file) => {
      if (file.type !== 'chunk') return [];
      const { facadeModuleId: entry, imports, moduleIds: modules, viteMetadata } = file;
      const assets = [...(viteMetadata?.importedAssets ?? []), ...(viteMetadata?.importedCss ?? [])];
      const styles = assets.filter((name) => name.endsWith('.css'));
      return [[file.fileName, { entry, imports, styles, modules }] as const];
    });
    this.emitFile({ type: 'asset', fileName: 'chunks.json', source: JSON.stringify(Object.fromEntries(chunks)) });
  },
});

/** Writes the ids of all modules, so that a later start knows whether the bundle is still made of the sources. */
const listModules = (): Plugin => ({
  name: 'list-modules',
  apply: 'build',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'modules.json', source: JSON.stringify([...this.getModuleIds()]) });
  },
});

const ASSETS = join(import.meta.dirname, 'build', 'client', 'assets');
const COMPRESSIBLE = /\.(css|js|json|svg)$/;
/** The best one takes twice the time of this for 2% less. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };

/** Writes a `.br` and a `.gz` beside each asset, once, so that the server compresses none for a request (web/http/assets.ts). */
const compressAssets = (): Plugin => ({
  name: 'compress-assets',
  // The server's half is built last, and with it the list of routes that browsers read.
  apply: (_config, { command, isSsrBuild }) => command === 'build' && isSsrBuild === true,
  closeBundle: {
    order: 'post',
    sequential: true,
    async handler() {
      const names = (await readdir(ASSETS)).filter((name) => COMPRESSIBLE.test(name));
      await Promise.all(
        names.map(async (name) => {
          const path = join(ASSETS, name);
          const content = await readFile(path);
          await Promise.all([
            promisify(brotliCompress)(content, BROTLI).then((smaller) => writeFile(`${path}.br`, smaller)),
            promisify(gzip)(content, { level: 9 }).then((smaller) => writeFile(`${path}.gz`, smaller)),
          ]);
        }),
      );
    },
  },
});

export default defineConfig({
  plugins: [
    tailwindcss(),
    listChunks(),
    listModules(),
    compressAssets(),
    remix({
      appDirectory: 'web',
      buildDirectory: 'build',
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_lazyRouteDiscovery: true,
        v3_singleFetch: true,
        v3_routeConfig: true,
      },
    }),
  ],
  // Bundled, so that the server loads the few icons in use and not a thousand files.
  ssr: { noExternal: ['lucide-react'] },
  // Nothing may be inlined as a data: address: the pages' content security policy refuses those.
  build: { assetsInlineLimit: 0 },
});
