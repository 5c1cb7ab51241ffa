// The API reference at /docs/reference: Scalar over our OpenAPI document. All of it is served from here: no proxy, remote fonts or
// agent.
import reference from '@scalar/fastify-api-reference';
import type { FastifyPluginAsync } from 'fastify';

/** Replaced by each response's nonce: the plugin takes one nonce for all responses. */
const NONCE_PLACEHOLDER = 'nonce-of-this-response';

/** Scalar sets styles at run time. Nothing on the page comes from a user. */
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
      // Its generated samples are not signed; the guide has samples that are.
      hiddenClients: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
};
