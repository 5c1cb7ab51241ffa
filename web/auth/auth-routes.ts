// better-auth's routes under /api/auth, for the pages' scripts. Its rate limiter works only through `auth.handler`, and counts by the
// IP address that we set from the socket.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BAD_TEXT, hasOnlyShownText } from '#domain/text.ts';
import { isFromOurPages } from '#web/http/allowed-hosts.ts';
import { publicUrlOf } from '#web/http/request-form.ts';
import { AUTH_PATH, type Auth } from './create-auth.ts';
import { CLIENT_IP_HEADER } from './request-account.ts';

/** Expects bodies parsed as buffers, as the pages plugin does. */
export const addAuthRoutes = (app: FastifyInstance, auth: Auth, publicOrigin: string): void => {
  app.route({
    method: ['GET', 'POST'],
    url: `${AUTH_PATH}/*`,
    schema: { hide: true },
    // better-auth checks the origin only when a cookie is sent; we always check it, as for every form.
    preHandler: async (request, reply) => {
      if (!isFromOurPages(request, publicOrigin)) {
        await reply.code(403).send({ code: 'INVALID_ORIGIN', message: 'This request was sent from another site.' });
      } else if (!hasOnlyShownText(jsonOf(request.body))) {
        await reply.code(400).send({ code: 'BAD_TEXT', message: BAD_TEXT });
      }
    },
    handler: async (request, reply) => {
      const response = await auth.handler(authRequest(request, publicOrigin));
      copyHead(response, reply);
      return reply.send(response.body ? Buffer.from(await response.arrayBuffer()) : null);
    },
  });
};

/** Undefined when the body is no JSON: better-auth rejects it. */
const jsonOf = (body: unknown): unknown => {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
};

const authRequest = (request: FastifyRequest, publicOrigin: string): Request => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const item of [value ?? []].flat()) headers.append(name, item);
  }
  headers.set(CLIENT_IP_HEADER, request.ip);
  const body = request.method === 'POST' && Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : null;
  return new Request(publicUrlOf(request, publicOrigin), { method: request.method, headers, body });
};

const copyHead = (response: Response, reply: FastifyReply): void => {
  reply.code(response.status).header('cache-control', 'no-store');
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') reply.header(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
};
