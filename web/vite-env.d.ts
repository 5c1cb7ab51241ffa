// Types that the pages' build adds: assets by URL, single fetch, and the load context that web/http/load-context.ts describes.
/// <reference types="vite/client" />
import '@remix-run/server-runtime';
import type { PageContext } from '#web/http/load-context.ts';

declare module '@remix-run/server-runtime' {
  interface AppLoadContext extends PageContext {}
  interface Future {
    v3_singleFetch: true;
  }
}
