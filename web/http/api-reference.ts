// The reference of the Open API at /docs/reference: Scalar over our own OpenAPI document, served by us whole. It asks nobody else:
// no proxy, no remote fonts, no agent.
import reference from '@scalar/fastify-api-reference';
import type { FastifyPluginAsync } from 'fastify';

/** Stands where each answer's own nonce goes: the plug-in takes one nonce for all. */
const NONCE_PLACEHOLDER = 'nonce-of-this-answer';

/** Its components style themselves as they run; nothing on the page comes from a user. */
const POLICY = (nonce: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export const apiReference: FastifyPluginAsync = async (app) => {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || !String(reply.getHeader('content-type')).startsWith('text/html')) return payload;
    reply.header('content-security-policy', POLICY(request.cspNonce));
    return payload.replaceAll(NONCE_PLACEHOLDER, request.cspNonce);
  });
  await app.register(reference, {
    routePrefix: '/docs/reference',
    configuration: {
      url: '/v1/openapi.json',
      pageTitle: 'API reference · AllScale Checkout',
      nonce: NONCE_PLACEHOLDER,
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      hideTestRequestButton: true,
      // Requests are signed, which its generated samples are not; those of the guide are.
      hiddenClients: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
};
