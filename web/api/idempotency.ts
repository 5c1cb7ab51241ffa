// The optional header `Idempotency-Key`.
import type { FastifyRequest } from 'fastify';
import type { IdempotencyClaim } from '#db/intents/create-intent.ts';
import type { Caller } from './context.ts';
import { validationError } from './json-body.ts';
import { LIMITS } from './schemas.ts';

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** Null without the header. Throws ApiError 10001. */
export const idempotencyClaim = (request: FastifyRequest, caller: Caller): IdempotencyClaim | null => {
  const key = request.headers[IDEMPOTENCY_HEADER.toLowerCase()];
  if (typeof key !== 'string' || key === '') return null;
  if (key.length > LIMITS.idempotencyKey) throw validationError(IDEMPOTENCY_HEADER, 'too_long');
  if (!/^[\x20-\x7e]+$/.test(key)) throw validationError(IDEMPOTENCY_HEADER, 'bad_characters');
  return { key, bodySha256: caller.bodySha256 };
};
