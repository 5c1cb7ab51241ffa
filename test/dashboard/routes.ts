// Every route of dashboard and console, from the manifest of the Remix build itself: a new one cannot be forgotten.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from '#scripts/lib/paths.ts';

export interface WalkedRoute {
  id: string;
  /** `/dashboard/:storeId/team`. */
  pattern: string;
  index: boolean;
  reads: boolean;
  writes: boolean;
  /** Words of its source that may choose what its action does, as in `do=remove`. */
  acts: string[];
}

interface BuiltRoute {
  id: string;
  path?: string;
  index?: boolean;
  parentId?: string;
  module: { loader?: unknown; action?: unknown };
}

/** The web bundle must be built. */
export const dashboardRoutes = async (): Promise<WalkedRoute[]> => {
  const file = pathToFileURL(join(REPOSITORY, 'build', 'server', 'index.js')).href;
  const { routes } = (await import(file)) as { routes: Record<string, BuiltRoute> };
  const patternOf = ({ path, parentId }: BuiltRoute): string => {
    const parent = parentId ? routes[parentId] : undefined;
    return `${parent ? patternOf(parent) : ''}${path ? `/${path}` : ''}`;
  };
  return Object.values(routes)
    .filter(({ id }) => /^routes\/(dashboard|operator)\b/.test(id))
    .map((route) => ({
      id: route.id,
      pattern: patternOf(route),
      index: route.index ?? false,
      reads: route.module.loader !== undefined,
      writes: route.module.action !== undefined,
      acts: actsOf(route.id),
    }))
    .filter(({ reads, writes }) => reads || writes);
};

const actsOf = (id: string): string[] => {
  const base = join(REPOSITORY, 'web', 'app', id);
  const source = ['.tsx', '.ts'].map((ending) => readIfThere(`${base}${ending}`)).find((text) => text !== null);
  if (!source) throw new Error(`No source of the route ${id}`);
  const code = source.replaceAll(/<[a-z][\s\S]*?>/g, '');
  const quoted = code.matchAll(/'([a-z][a-z-]{2,30})'/g);
  const named = code.matchAll(/^\s+([a-z]{3,30}): (?:async )?\(/gm);
  return [...new Set([...quoted, ...named].map(([, word]) => word ?? ''))].filter(Boolean);
};

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};
