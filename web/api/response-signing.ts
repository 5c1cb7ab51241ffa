// Signs responses for stores that turned it on (docs/open-api.md section 10). Errors are signed too once the caller is known; before
// that there is no secret to sign with.
import { createHmac, randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { responseCanonical, splitTarget } from '#domain/signing.ts';
import { bodyHash } from './authenticate.ts';

/** An `onSend` hook: the payload is text by then. */
export const signResponse = async (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> => {
  const caller = request.caller;
  if (!caller?.key.signsResponses || typeof payload !== 'string') return payload;
  const responseTimestamp = Math.floor(Date.now() / 1000).toString();
  const responseNonce = randomUUID();
  const canonical = responseCanonical({
    statusCode: reply.statusCode,
    path: splitTarget(request.raw.url ?? '').path,
    requestNonce: caller.nonce,
    requestBodySha256: caller.bodySha256,
    responseTimestamp,
    responseNonce,
    responseBodySha256: bodyHash(Buffer.from(payload)),
  });
  reply.headers({
    'X-Response-Timestamp': responseTimestamp,
    'X-Response-Nonce': responseNonce,
    'X-Request-Nonce': caller.nonce,
    'X-Response-Signature': `v1=${createHmac('sha256', caller.key.secret).update(canonical).digest('base64')}`,
  });
  return payload;
};
