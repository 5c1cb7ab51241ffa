// The OpenAPI 3.1 document, generated from the same schemas that validate.
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import type { z } from 'zod';
import { WEBHOOKS } from './openapi-webhooks.ts';
import { failure, success } from './schemas.ts';

/** The responses of a route: its payload in the envelope (none for a route that always fails), and the failures of section 7. */
export const responses = (payload?: z.ZodType) => ({
  ...(payload ? { 200: success(payload).describe('Success') } : {}),
  400: failure.describe(
    '10001 validation error: details name the field and the reason. 50002: the intent could not be created, details.reason: amount_too_small, no_receiver, no_coin, no_chain, rate_unavailable.',
  ),
  401: failure.describe(
    '20001 missing headers or unknown key. 20002 details.reason: wrong_signature, stale_timestamp, spent_nonce, malformed_nonce.',
  ),
  403: failure.describe(
    '30001 details.reason: ip_not_allowed, store_not_active; for simulated payments not_a_test_store, test_chain_unavailable.',
  ),
  404: failure.describe('50001 intent not found: for unknown and malformed ids, and ids of other stores.'),
  413: failure.describe('10001 the body is larger than 64 kB.'),
  415: failure.describe('10001 the media type is not JSON.'),
  429: failure.describe('40001 rate limit. The header Retry-After is in seconds.'),
  500: failure.describe('90000 internal error, 99999 unknown error.'),
});

const headerScheme = (name: string, description: string) =>
  ({ type: 'apiKey', in: 'header', name, description }) as const;

const SECURITY_SCHEMES = {
  apiKey: headerScheme('X-API-Key', 'Public identifier of the key, `st_…`.'),
  timestamp: headerScheme(
    'X-Timestamp',
    'Unix time in seconds, at most 600 s (or the store’s smaller window) from the server’s.',
  ),
  nonce: headerScheme('X-Nonce', 'Up to 128 characters, used only once with each key; for example a UUID.'),
  signature: headerScheme(
    'X-Signature',
    '`v1=` and Base64(HMAC-SHA256(api_secret, METHOD \\n PATH \\n QUERY_STRING \\n TIMESTAMP \\n NONCE \\n BODY_SHA256)); path and query as sent, the hash in lower-case hex over the raw bytes of the body.',
  ),
};

const description = (
  publicUrl: string,
): string => `The [guide](${publicUrl}/docs) has a quick start, [signing in six languages](${publicUrl}/docs/authentication),
[webhooks](${publicUrl}/docs/webhooks), and clients for [TypeScript](${publicUrl}/docs/client) and [Python](${publicUrl}/docs/client-python).

Every response is JSON with \`code\`, \`payload\`, \`error\` and \`request_id\`; \`code\` is 0 for success, and an error never has a 2xx status.
Unknown paths (404) and wrong methods (405) use the same envelope, with code 10001.

Requests to all routes but this document must be signed. A store can turn on response signing: \`X-Response-Signature\` is \`v1=\` and the same HMAC over
STATUS_CODE \\n PATH \\n REQUEST_NONCE \\n REQUEST_BODY_SHA256 \\n RESPONSE_TIMESTAMP \\n RESPONSE_NONCE \\n RESPONSE_BODY_SHA256, sent with
\`X-Response-Timestamp\`, \`X-Response-Nonce\`, \`X-Request-Nonce\` and \`X-Request-Id\`.`;

export const openApiOptions = (publicUrl: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Open API', version: '1', description: description(publicUrl) },
    servers: [{ url: publicUrl }],
    externalDocs: { url: `${publicUrl}/docs`, description: 'Guide' },
    tags: [
      { name: 'Checkout intents', description: 'Create a payment and follow its status.' },
      { name: 'Refunds', description: 'Ask for refunds, which the merchant’s wallet signs, and read them.' },
      { name: 'Events', description: 'What happened to your orders, by number.' },
      { name: 'Webhook endpoints', description: 'Where additional events are sent.' },
      { name: 'Test', description: 'Test a client.' },
    ],
    webhooks: WEBHOOKS as NonNullable<OpenAPIV3_1.Document['webhooks']>,
    components: { securitySchemes: SECURITY_SCHEMES },
    security: [Object.fromEntries(Object.keys(SECURITY_SCHEMES).map((name) => [name, []]))],
  },
  transform: jsonSchemaTransform,
});
