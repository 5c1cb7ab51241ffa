// The form of a request before anything reads it (RFC 9112 section 3.2): one Host header, and a target that begins with a slash. Routing,
// signatures and logs then read the same path.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { doubledHost, malformedTarget, RejectedRequest } from '#web/api/errors.ts';

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

/** Fastify's `rewriteUrl`: an absolute target (`http://host/path`) becomes its path, and its host replaces the Host header. */
export const originForm = (request: Pick<IncomingMessage, 'url' | 'headers'>): string => {
  const target = request.url ?? '/';
  const [, authority, rest = ''] = ABSOLUTE_FORM.exec(target) ?? [];
  if (authority === undefined) return target;
  request.headers.host = authority;
  return rest.startsWith('/') ? rest : `/${rest}`;
};

/** Rejects two Host headers and targets without a path (`*`), on every route. */
export const checkRequestForm = (app: FastifyInstance): void => {
  app.addHook('onRequest', async ({ raw }) => {
    const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
    if (hosts.length > 1) throw new RejectedRequest(doubledHost);
    if (!raw.url?.startsWith('/')) throw new RejectedRequest(malformedTarget);
  });
};

/** The public URL of a request. Concatenated, because `//x` resolved against a base would be another host. */
export const publicUrlOf = ({ raw }: FastifyRequest, publicOrigin: string): URL =>
  new URL(`${publicOrigin}${raw.url ?? '/'}`);
