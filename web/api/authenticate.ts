// Verifies a request's signature over its raw bytes, before the body is parsed (docs/open-api.md section 2).
import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { spendNonce } from '#db/api/authenticate.ts';
import { ApiError } from '#domain/errors.ts';
import { requestCanonical, splitTarget } from '#domain/signing.ts';
import { isAllowedAddress } from '#web/http/ip-address.ts';
import type { ApiServices, Caller } from './context.ts';

/** The largest difference between a timestamp and our clock; a store may set less. */
const MAX_WINDOW_SECONDS = 600;
const NONCE_MARGIN_SECONDS = 60;
const MAX_NONCE_LENGTH = 128;

/** Stands in for an unknown key's secret, so that an unknown key and a wrong secret take the same time. */
const DUMMY_SECRET = createSecretKey(randomBytes(32));

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name.toLowerCase()];
  return typeof value === 'string' ? value : '';
};

const HEADERS = ['X-API-Key', 'X-Timestamp', 'X-Nonce', 'X-Signature'] as const;

const badSignature = (reason: string, message: string, more: Record<string, unknown> = {}): ApiError =>
  new ApiError('badSignature', message, { reason, ...more });

export const nonceWasSpent = (): ApiError =>
  badSignature('spent_nonce', 'This request was already received. Sign each request with a new nonce.');

/** SHA-256 of the body's bytes as received; of the empty text when there is no body. */
export const bodyHash = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

/**
 * Identifies the caller. Throws ApiError 20001 or 20002. A stranger can learn only whether a key exists: what the key may do is
 * checked after its signature.
 */
export const authenticate = async (services: ApiServices, request: FastifyRequest): Promise<Caller> => {
  const missing = HEADERS.filter((name) => header(request, name) === '');
  if (missing.length > 0) {
    throw new ApiError('unauthenticated', 'Authentication headers are missing.', {
      reason: 'missing_headers',
      headers: missing,
    });
  }
  const nonce = header(request, 'X-Nonce');
  const timestamp = header(request, 'X-Timestamp');
  const bodySha256 = bodyHash(request.rawBody);
  const canonical = requestCanonical({
    method: request.method,
    ...splitTarget(request.raw.url ?? ''),
    timestamp,
    nonce,
    bodySha256,
  });

  const key = await services.keys.get(header(request, 'X-API-Key'));
  const expected = createHmac('sha256', key?.secret ?? DUMMY_SECRET)
    .update(canonical)
    .digest('base64');
  const isValid = areEqual(Buffer.from(`v1=${expected}`), Buffer.from(header(request, 'X-Signature')));
  if (!key || key.revoked) {
    throw new ApiError('unauthenticated', 'The API key is not recognised.', { reason: 'unknown_key' });
  }
  // The signed text as received holds no secret. Compared with the sender's own text, it shows the mistake.
  if (!isValid) throw badSignature('wrong_signature', 'The signature does not match the request.', { canonical });

  if (nonce.length > MAX_NONCE_LENGTH)
    throw badSignature('malformed_nonce', 'The nonce is longer than 128 characters.');
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const window = Math.min(key.replayWindowSeconds, MAX_WINDOW_SECONDS);
  if (!(Math.abs(Date.now() / 1000 - seconds) <= window)) {
    throw badSignature('stale_timestamp', 'The timestamp is too far from the current time. Check the clock.', {
      server_timestamp: Math.floor(Date.now() / 1000),
      window_seconds: window,
    });
  }
  const nonceExpiresAt = new Date((seconds + MAX_WINDOW_SECONDS + NONCE_MARGIN_SECONDS) * 1000);
  return { key, nonce, nonceExpiresAt, nonceDue: false, bodySha256 };
};

/** The caller of a route that is signed: the hook before it has set it. */
export const callerOf = ({ caller }: FastifyRequest): Caller => {
  if (!caller) throw new Error('A signed route has no caller');
  return caller;
};

/** Constant-time for equal lengths; the expected length is public. */
const areEqual = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given);

/**
 * Checks what an authenticated caller may do. A request rejected here keeps its nonce: it may be sent again unchanged, for example
 * after a rate limit. Throws ApiError 30001 or 40001.
 */
export const authorize = async (services: ApiServices, caller: Caller, address: string): Promise<void> => {
  const { key } = caller;
  if (!key.active) {
    throw new ApiError('forbidden', 'This store is not active.', { reason: 'store_not_active' });
  }
  if (!isAllowedAddress(key.ipAllowlist, address)) {
    throw new ApiError('forbidden', 'Requests from this address are not allowed.', { reason: 'ip_not_allowed' });
  }
  await countRequest(services.limits.byKey, key.apiKeyId, 'key');
  caller.nonceDue = true;
};

/** Throws ApiError 40001 when the limit is reached. */
export const countRequest = async (
  limiter: ApiServices['limits']['byKey'],
  subject: string,
  scope: 'key' | 'address',
): Promise<void> => {
  const waitMs = await limiter.take(subject);
  if (waitMs === null) return;
  throw new ApiError('rateLimited', 'Too many requests. Please try again in a moment.', {
    reason: `${scope}_limit`,
    retry_after_seconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
};

/** Spends the caller's nonce once. Throws ApiError 20002 when another request has spent it. */
export const spendCallerNonce = async (services: ApiServices, caller: Caller): Promise<void> => {
  if (!caller.nonceDue) return;
  caller.nonceDue = false;
  const { key, nonce, nonceExpiresAt } = caller;
  const fresh = await spendNonce(services.sql, { apiKeyId: key.apiKeyId, nonce, expiresAt: nonceExpiresAt });
  if (!fresh) throw nonceWasSpent();
};
