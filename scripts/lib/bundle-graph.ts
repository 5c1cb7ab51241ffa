// The first load of a page: the static imports of its entries, as listed by the build (vite.config.ts, `listChunks`).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REPOSITORY } from './paths.ts';

export interface Chunk {
  /** The module that the chunk is the entry of, or null. */
  entry: string | null;
  /** Its static imports. */
  imports: string[];
  /** Its style sheets. */
  styles: string[];
  /** Paths of the modules in it. */
  modules: string[];
}

export interface FirstLoad {
  /** Bytes, with each file compressed by gzip. */
  scriptBytes: number;
  styleBytes: number;
  /** Names of the npm packages in it. */
  packages: string[];
}

const CLIENT = join(REPOSITORY, 'build', 'client');
/** Remix marks the browser part of a route module with a query. */
const withoutQuery = (module: string): string => module.split('?')[0] ?? module;

/** @param routes route modules from the root down, `web/root.tsx`. Throws when the bundle has no such module. */
export const firstLoadOf = (routes: readonly string[]): FirstLoad => {
  const chunks: Record<string, Chunk> = JSON.parse(readFileSync(join(CLIENT, 'chunks.json'), 'utf8'));
  const files = new Set<string>();
  const add = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const next of chunks[file]?.imports ?? []) add(next);
  };
  for (const route of ['web/entry.client.tsx', ...routes]) {
    const found = Object.entries(chunks).find(([, { entry }]) => entry && withoutQuery(entry).endsWith(`/${route}`));
    if (!found) throw new Error(`The web bundle has no chunk for ${route}`);
    add(found[0]);
  }
  const loaded = [...files].flatMap((file) => chunks[file] ?? []);
  return {
    scriptBytes: gzipped(files),
    styleBytes: gzipped(new Set(loaded.flatMap(({ styles }) => styles))),
    packages: [
      ...new Set(loaded.flatMap(({ modules }) => modules.flatMap((module) => packageOf(module) ?? []))),
    ].sort(),
  };
};

const gzipped = (files: ReadonlySet<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(CLIENT, file))).length, 0);

/** `@scope/name` or `name` of a module below node_modules. */
const packageOf = (module: string): string | undefined => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1];
