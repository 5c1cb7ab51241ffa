// The request body: raw bytes for the signature, parsed as JSON only after that.
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '#domain/errors.ts';
import type { ValidationReason } from '#domain/validation-reasons.ts';
import { notJson, RejectedRequest } from './errors.ts';
import { invalid } from './validation-reasons.ts';

export const validationError = (field: string, reason: ValidationReason): ApiError => {
  const { kind, message, details } = invalid(field, reason);
  return new ApiError(kind, message, details);
};

/** Reads any media type, also on GET: the signature covers all bytes. */
export const keepRawBodies = (app: FastifyInstance): void => {
  // Fastify rejects an object as a default; onRequest sets the Buffer.
  app.decorateRequest('rawBody', null as never);
  app.decorateRequest('jsonText', '');
  app.addHook('onRequest', async (request) => {
    request.rawBody = Buffer.alloc(0);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    request.rawBody = body;
    done(null, undefined);
  });
};

/** Without a media type the body counts as JSON: clients that send raw bytes leave it out. */
const isJsonType = (type: string | undefined): boolean =>
  type === undefined || /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type);

/** A `preValidation` step: sets `body` and `jsonText`. Throws ApiError 10001. */
export const readJsonBody = async (request: FastifyRequest): Promise<void> => {
  if (!isJsonType(request.headers['content-type'])) throw new RejectedRequest(notJson);
  if (request.rawBody.length === 0) throw validationError('body', 'required');
  if (!isUtf8(request.rawBody)) throw validationError('body', 'not_utf8');
  // JSON.parse rejects a byte order mark.
  const text = request.rawBody.toString('utf8').replace(/^\uFEFF/, '');
  try {
    request.body = JSON.parse(text);
  } catch {
    throw validationError('body', 'malformed_json');
  }
  request.jsonText = text;
};
