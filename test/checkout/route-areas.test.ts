// Each URL gets the routes of its area only (web/http/route-areas.ts): it must find the same pages with the same parameters as in the whole build.
import { join } from 'node:path';
import type { ServerBuild } from '@remix-run/node';
import { matchRoutes } from '@remix-run/react';
import { beforeAll, expect, test, vi } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { toStderr } from '#scripts/lib/progress.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { loadBuild } from '#web/http/remix-routes.ts';
import { divideIntoAreas } from '#web/http/route-areas.ts';

type RouteObject = Parameters<typeof matchRoutes>[0][number];

let whole: ServerBuild;
let buildFor: (pathname: string) => ServerBuild;
beforeAll(async () => {
  await buildWebBundle(toStderr);
  whole = await loadBuild(join(REPOSITORY, 'build'));
  buildFor = divideIntoAreas(whole);
});

const treeOf = ({ routes }: ServerBuild, parentId?: string): RouteObject[] =>
  Object.values(routes)
    .filter((route) => route !== undefined)
    .filter((route) => route.parentId === parentId)
    .map(
      ({ id, path, index }) =>
        ({ id, path, ...(index ? { index } : { children: treeOf({ routes } as ServerBuild, id) }) }) as RouteObject,
    );

const found = (tree: RouteObject[], url: string) =>
  matchRoutes(tree, url)?.map(({ route, params }) => ({ id: route.id, params }));

const fullPath = (id: string): string => {
  const route = whole.routes[id];
  return route ? `${route.parentId ? fullPath(route.parentId) : ''}/${route.path ?? ''}` : '';
};

/** The URL of each route, and variants that browsers or attackers send. */
const urls = (): string[] => {
  const plain = Object.keys(whole.routes).map((id) =>
    fullPath(id)
      .replaceAll(/\/+/g, '/')
      .replaceAll(/:\w+\??|\*/g, 'x%20y'),
  );
  const first = [...new Set(plain.map((path) => `/${path.split('/')[1]}`))];
  return [
    ...plain,
    ...plain.map((path) => `${path}/more`),
    ...plain.map((path) => path.toUpperCase()),
    ...first.flatMap((path) => [`${path}/`, `${path}.data`, `${path}x`, `${path}%2Fx`, `${path}%`, `/x${path}`]),
    ...first.map((path) => `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}/orders`),
    ...[
      '/',
      '//',
      '//dashboard',
      '/%',
      '/%zz/x',
      '/constructor',
      '/__proto__/x',
      '/_root',
      '/.data',
      '/checkout/../docs',
    ],
  ];
};

test('every URL finds the same pages and parameters as in the whole build', () => {
  const all = treeOf(whole);
  const trees = new Map<ServerBuild, RouteObject[]>();
  expect(urls().length).toBeGreaterThan(400);
  // The router warns of every URL with a broken escape.
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  for (const url of urls()) {
    const part = buildFor(url);
    const tree = trees.get(part) ?? treeOf(part);
    trees.set(part, tree);
    expect([url, found(tree, url)]).toEqual([url, found(all, url)]);
  }
  warned.mockRestore();
  expect(trees.size).toBeGreaterThan(5);
});

test('a page and its data have one build, its parents and the common pages are in it, and its routes are known to browsers', () => {
  for (const id of Object.keys(whole.routes)) {
    const url = fullPath(id).replaceAll(/\/+/g, '/');
    const part = buildFor(url);
    expect(buildFor(`${url}.data`), url).toBe(part);
    expect(Object.keys(part.assets.routes).sort()).toEqual(Object.keys(part.routes).sort());
    for (let route = whole.routes[id]; route; route = whole.routes[route.parentId ?? '']) {
      expect(part.routes[route.id], `${id} needs ${route.id}`).toBe(route);
    }
    expect(Object.keys(part.routes)).toEqual(expect.arrayContaining(['root', 'home/pages/home', 'ui/pages/not-found']));
  }
});

test('an area has few of the routes, and the list of all is asked of the whole build', () => {
  const count = (url: string): number => Object.keys(buildFor(url).routes).length;
  const all = Object.keys(whole.routes).length;
  for (const url of ['/docs', '/checkout/x', '/account', '/operator', '/nothing'])
    expect(count(url)).toBeLessThan(all / 3);
  expect(count('/dashboard/x/orders')).toBeLessThan(all / 2);
  expect(buildFor('/__manifest')).toBe(whole);
});
