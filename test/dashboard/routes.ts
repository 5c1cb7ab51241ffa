// Every route that checks access, from the manifest of the Remix build: a new route cannot be forgotten.
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
  /** Values in its source that may choose what its action does, as in `do=remove`. */
  acts: string[];
}

interface BuiltRoute {
  id: string;
  path?: string;
  index?: boolean;
  parentId?: string;
  module: { loader?: unknown; action?: unknown };
}

/** Public routes, which other walks cover: shoppers' pages, the demo shop, the documentation, links of e-mails. */
const PUBLIC =
  /^(root|ui\/|docs[./]|checkout\/|pay\/|home\/|demo\/|dashboard\/reports\/pages\/(signed-csv|unsubscribe)$|dashboard\/changes\/pages\/cancel-change$)/;

/** All routes but the public ones, also those of unknown areas. The web bundle must be built. */
export const walkedRoutes = async (): Promise<WalkedRoute[]> =>
  (await allRoutes()).filter(({ id }) => !PUBLIC.test(id));

/** Every route that reads or writes. */
export const allRoutes = async (): Promise<WalkedRoute[]> => {
  const file = pathToFileURL(join(REPOSITORY, 'build', 'server', 'index.js')).href;
  const { routes } = (await import(file)) as { routes: Record<string, BuiltRoute> };
  const patternOf = ({ path, parentId }: BuiltRoute): string => {
    const parent = parentId ? routes[parentId] : undefined;
    return `${parent ? patternOf(parent) : ''}${path ? `/${path}` : ''}`;
  };
  return Object.values(routes)
    .filter(({ module }) => (module.loader ?? module.action) !== undefined)
    .map((route) => ({
      id: route.id,
      pattern: patternOf(route),
      index: route.index ?? false,
      reads: route.module.loader !== undefined,
      writes: route.module.action !== undefined,
      // Pages of the documentation share a source, and have no action.
      acts: route.module.action || !PUBLIC.test(route.id) ? actsOf(route.id) : [],
    }));
};

const actsOf = (id: string): string[] => {
  const base = join(REPOSITORY, 'web', id);
  const source = ['.tsx', '.ts'].map((ending) => readIfThere(`${base}${ending}`)).find((text) => text !== null);
  if (!source) throw new Error(`No source of the route ${id}`);
  // From the schemas of its forms and its action to the component.
  const [before = ''] = source.split(/^export default /m);
  const code = before.slice(Math.max(0, before.search(/^const \w+ = (z\.|pageForms\()|^export const action/m)));
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
