// Remix compares a URL with every route of its build, several times for each request: half of the processor time of a small page. Routes of
// different first segments never take the same URL, so each first segment ("area") has a build with its own routes and the common ones.
import type { ServerBuild } from '@remix-run/node';

/** The build's list of routes for browsers that look for a page of another area. */
const ALL_ROUTES_PATH = '/__manifest';

type Routes = ServerBuild['routes'];

/** The first segment of the URLs that the route takes, in lower case; null when it may be any: the root, the home page, "not found". */
const areaOfRoute = (routes: Routes, id: string): string | null => {
  const paths: string[] = [];
  for (let route = routes[id]; route; route = route.parentId === undefined ? undefined : routes[route.parentId]) {
    paths.unshift(route.path ?? '');
  }
  const [first = ''] = paths.join('/').split('/').filter(Boolean);
  return first === '' || /[:*?]/.test(first) ? null : first.toLowerCase();
};

/** The first segment of a URL's path as routes are compared with it: decoded, in any case, without the ending of a page's data. */
const areaOfPath = (pathname: string): string | null => {
  const [, first = ''] = pathname.replace(/\.data$/, '').split('/', 2);
  try {
    return decodeURIComponent(first).toLowerCase();
  } catch {
    return null;
  }
};

/** @returns the build that takes the URL as the whole one would, with as few routes as that needs */
export const divideIntoAreas = (build: ServerBuild): ((pathname: string) => ServerBuild) => {
  const areas = new Map(Object.keys(build.routes).map((id) => [id, areaOfRoute(build.routes, id)]));
  const only = (wanted: string | null): ServerBuild => {
    const pick = <Route>(routes: Record<string, Route>): Record<string, Route> =>
      Object.fromEntries(Object.entries(routes).filter(([id]) => [null, wanted].includes(areas.get(id) ?? null)));
    return {
      ...build,
      routes: pick(build.routes as Record<string, NonNullable<Routes[string]>>),
      assets: { ...build.assets, routes: pick(build.assets.routes) },
    };
  };
  const builds = new Map([...areas.values()].map((area) => [area, only(area)]));
  const common = only(null);
  return (pathname) => {
    if (pathname === ALL_ROUTES_PATH) return build;
    const area = areaOfPath(pathname);
    return area === null ? build : (builds.get(area) ?? common);
  };
};
