// What of the OpenAPI document a client has: the routes that it called, the members of its types.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import type { ApiServer } from './api-server.ts';

/** `post /v1/orders/{id}` of every route in the document. */
export const documentedRoutes = async ({ origin }: Pick<ApiServer, 'origin'>): Promise<string[]> => {
  const document = (await (await fetch(`${origin}/v1/openapi.json`)).json()) as { paths: Record<string, object> };
  return Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
};

/** The route of a request; undefined when there is none. @param target its path, with or without a query */
export const routeOf = (routes: readonly string[], method: string, target: string): string | undefined => {
  const [path = ''] = target.split('?');
  const fits = (route: string): boolean =>
    new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`${method.toLowerCase()} ${path}`);
  // A path of its own before one with an id.
  return routes.filter(fits).toSorted((a, b) => a.split('{').length - b.split('{').length)[0];
};

/** A logger for `startApiServer` that keeps what was done. */
export const requestRecorder = () => {
  const done: { method: string; path: string; status: number }[] = [];
  const write = (line: string): void => {
    const entry = JSON.parse(line) as { method?: string; path?: string; status?: number };
    if (entry.method && entry.path && entry.status) done.push(entry as (typeof done)[number]);
  };
  return {
    logger: { level: 'info', stream: { write } },
    /** Routes that no request called with success. The route that always fails does so with 500. */
    notCalled(routes: readonly string[]): string[] {
      const called = new Set(
        done
          .filter(({ status, path }) => status === 200 || (status === 500 && path === '/v1/test/fail'))
          .map(({ method, path }) => routeOf(routes, method, path)),
      );
      return routes.filter((route) => !called.has(route));
    },
  };
};

/** The members of an interface of the TypeScript client, sorted. */
export const membersOf = (name: string): string[] => {
  const sources = ['types.ts', 'endpoints.ts'].map((file) =>
    readFileSync(join(REPOSITORY, 'sdk', 'src', file), 'utf8'),
  );
  const body = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(sources.join('\n'))?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member = '']) => member).sort();
};
