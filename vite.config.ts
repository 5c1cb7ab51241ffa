// Builds the pages: `remix vite:build` writes build/client (hashed assets) and build/server (what web/pages.ts serves).
import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    tailwindcss(),
    remix({
      appDirectory: 'web/app',
      buildDirectory: 'build',
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_lazyRouteDiscovery: true,
        v3_singleFetch: true,
      },
    }),
  ],
  // Bundled, so that the server loads the few icons in use and not a thousand files.
  ssr: { noExternal: ['lucide-react'] },
  // Nothing may be inlined as a data: address: the pages' content security policy refuses those.
  build: { assetsInlineLimit: 0 },
});
