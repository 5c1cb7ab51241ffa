// Builds the pages: `remix vite:build` writes build/client (hashed assets) and build/server (what web/http/pages-plugin.ts loads).
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

export default defineConfig({
  plugins: [
    tailwindcss(),
    listChunks(),
    listModules(),
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
