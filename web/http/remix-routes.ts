// Every path that no other route takes goes to Remix, after a check that forms come from our own pages.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConfigError } from '#domain/errors.ts';
import { outsideApi, sendFailure } from '#web/api/errors.ts';
import { asVisitor } from '#web/chains/visitor-reads.ts';
import { isFromOurPages } from './allowed-hosts.ts';
import type { PageServices } from './load-context.ts';
import { namingOrders } from './named-order.ts';
import { remixHandler } from './remix-adapter.ts';
import { publicUrlOf } from './request-form.ts';
import { nameOrder, servicesNamingOrders } from './request-orders.ts';

/** Pages with a picture: a store's logo, a payment link's. Uploaded by a form or a script; the page rejects larger files with a reason. */
const UPLOAD_PATHS = ['settings', 'links/new', 'links/:linkId/edit'].flatMap((page) => [
  `/dashboard/:storeId/${page}`,
  `/dashboard/:storeId/${page}.data`,
]);
const UPLOAD_LIMIT_BYTES = 4 * 1024 * 1024;

const PAGE_METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

export interface RemixRoutesOptions {
  build: ServerBuild | (() => Promise<ServerBuild>);
  publicOrigin: string;
  services: PageServices;
}

/** Expects bodies parsed as buffers. */
export const addRemixRoutes = (app: FastifyInstance, { build, publicOrigin, services }: RemixRoutesOptions): void => {
  const page = {
    schema: { hide: true },
    preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { pathname, searchParams } = publicUrlOf(request, publicOrigin);
      // Remix would run the action and answer 200 without its result, whatever that is. Our pages' scripts ask below `.data`.
      if (searchParams.has('_data')) {
        return await reply
          .code(400)
          .type('text/plain; charset=utf-8')
          .send('The parameter "_data" is not supported: nothing was read or done.');
      }
      // Remix would ignore the empty segments: no page has two URLs.
      if (pathname.includes('//')) {
        if (request.headers['x-api-key']) return await sendFailure(request, reply, outsideApi);
        return await reply.code(404).type('text/plain; charset=utf-8').send('There is nothing at this URL.');
      }
      if (isFromOurPages(request, publicOrigin) || isUnsubscribe(request.url)) return;
      // Probably an API client that left out /v1: it gets the API's error, not the one for forms.
      if (request.headers['x-api-key']) return await sendFailure(request, reply, outsideApi);
      await reply.code(403).type('text/plain; charset=utf-8').send('This form was sent from another site.');
    },
    handler: forVisitors(
      remixHandler({
        build,
        publicOrigin,
        contextFor: (request) => ({
          ...servicesNamingOrders(services, request),
          nonce: request.cspNonce,
          clientAddress: request.ip,
          spendChainRead: (userId) => services.chainReads({ userId, clientAddress: request.ip }),
          reportDenied: ({ userId, reason, needed }) =>
            request.log.warn({ account: userId, reason, needed }, 'access denied'),
          reportError: (error) => request.log.error({ err: error }, 'page failed'),
        }),
      }),
    ),
  };
  app.route({ ...page, method: [...PAGE_METHODS], url: '/*' });
  app.route({
    method: app.supportedMethods.filter((method) => !PAGE_METHODS.includes(method)),
    url: '/*',
    schema: { hide: true },
    handler: (_request, reply) => reply.code(405).header('allow', PAGE_METHODS.join(', ')).send(),
  });
  for (const url of UPLOAD_PATHS) app.route({ ...page, method: 'POST', url, bodyLimit: UPLOAD_LIMIT_BYTES });
};

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const forVisitors =
  (handler: Handler): Handler =>
  (request, reply) =>
    namingOrders(
      (order) => nameOrder(request, order),
      () => asVisitor(request.ip, () => handler(request, reply)),
    );

/** Mail programs post here without our page (RFC 8058). The signed link is the permission; cookies are not read. */
const isUnsubscribe = (url: string): boolean => url.startsWith('/reports/unsubscribe?');

/** Throws ConfigError when the pages have not been built. */
export const loadBuild = async (buildDirectory: string): Promise<ServerBuild> => {
  const file = join(buildDirectory, 'server', 'index.js');
  if (!existsSync(file)) throw new ConfigError(`The pages are not built: run "npm run build:web" (${file} is missing)`);
  return (await import(pathToFileURL(file).href)) as ServerBuild;
};
