// What a page loads first: the static imports of its entries, as the builder listed them (vite.config.ts, `listChunks`).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REPOSITORY } from './paths.ts';

export interface Chunk {
  /** The module that it was made for, or null. */
  entry: string | null;
  /** Files that it cannot run without. */
  imports: string[];
  /** Style sheets that it links. */
  styles: string[];
  /** Every module inside, by path. */
  modules: string[];
}

export interface FirstLoad {
  /** Bytes, each file compressed with gzip. */
  scriptBytes: number;
  styleBytes: number;
  /** Names of the npm packages inside. */
  packages: string[];
}

const CLIENT = join(REPOSITORY, 'build', 'client');
/** Remix turns each route module into one with what browsers need of it. */
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
