// Remix on Fastify: turns a Fastify request into a web Request and streams the Response back. The published adapters conflict with
// these versions, copy each response and do not await the handler's promise.
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { createRequestHandler, type RequestHandler, type ServerBuild } from '@remix-run/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageContext } from './load-context.ts';
import { publicUrlOf } from './request-form.ts';
import { divideIntoAreas } from './route-areas.ts';

export interface RemixAdapterOptions {
  /** With a function, hot reload gives each request the newest build. */
  build: ServerBuild | (() => Promise<ServerBuild>);
  /** The origin of all page URLs; the Host header is ignored. */
  publicOrigin: string;
  contextFor(request: FastifyRequest): PageContext;
}

/** A Fastify handler that renders with Remix. Expects bodies parsed as buffers. */
export const remixHandler = ({ build, publicOrigin, contextFor }: RemixAdapterOptions) => {
  const handlerOf = handlersOf(build);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const wanted = webRequest(request, reply, publicOrigin);
    const response = await handlerOf(wanted)(wanted, { ...contextFor(request) });
    reply.code(response.status);
    for (const [name, value] of response.headers) {
      // One header for each cookie.
      if (name === 'set-cookie') reply.header(name, [...asList(reply.getHeader(name)), value]);
      else reply.header(name, value);
    }
    // An error page has no header of the response that its loader threw. Every budget of pages is for a minute.
    if (response.status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '60');
    if (!response.body) return reply.send(null);
    return reply.send(Readable.fromWeb(response.body as NodeReadableStream));
  };
};

/** "production" hides the details of errors from browsers; it does not depend on NODE_ENV. */
const handlersOf = (build: RemixAdapterOptions['build']): ((request: Request) => RequestHandler) => {
  if (typeof build === 'function') {
    const handler = createRequestHandler(build, 'production');
    return () => handler;
  }
  const buildFor = divideIntoAreas(build);
  const handlers = new Map<ServerBuild, RequestHandler>();
  return ({ url }) => {
    const part = buildFor(new URL(url).pathname);
    const known = handlers.get(part);
    if (known) return known;
    const handler = createRequestHandler(part, 'production');
    handlers.set(part, handler);
    return handler;
  };
};

const asList = (value: string | number | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [String(value)];

const webRequest = (request: FastifyRequest, reply: FastifyReply, publicOrigin: string): Request => {
  const controller = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const item of asList(value)) headers.append(name, item);
  }
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD' && Buffer.isBuffer(request.body);
  return new Request(publicUrlOf(request, publicOrigin), {
    method: request.method,
    headers,
    signal: controller.signal,
    ...(hasBody ? { body: new Uint8Array(request.body as Buffer) } : {}),
  });
};
