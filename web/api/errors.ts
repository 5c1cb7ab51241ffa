// Turns every failure under /v1 into an envelope: our own errors, schema violations, requests that Fastify or Node's HTTP parser
// rejects, and unexpected errors (logged in full, their text never sent).
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ApiError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import { type Failure, failureBody, failureOf, failureStatus, JSON_TYPE } from './envelope.ts';
import { validationFailure } from './validation-reasons.ts';

export const newRequestId = (): string => makeId('req', randomBytes(16));

export const isApiPath = (target: string): boolean => /^\/v1(?:[/?]|$)/.test(target);

const rejected = (httpStatus: number, field: string | null, reason: string, message: string): Failure => ({
  kind: 'validation',
  httpStatus,
  message,
  details: { ...(field ? { field } : {}), reason },
});

/** A failure with an HTTP status of its own. */
export class RejectedRequest extends Error {
  override name = 'RejectedRequest';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export const notJson = rejected(415, 'Content-Type', 'not_json', 'The request must be JSON.');

export const unknownPath = rejected(404, 'path', 'unknown_path', 'There is nothing at this address.');

/** For API requests whose path does not begin with /v1. */
export const outsideApi: Failure = {
  ...unknownPath,
  message: 'There is nothing at this address. The API is under /v1.',
};

export const wrongMethod = rejected(
  405,
  'method',
  'method_not_allowed',
  'This address does not answer to this method.',
);

export const doubledHost = rejected(400, 'Host', 'doubled_header', 'The request has two Host headers.');

export const malformedTarget = rejected(400, 'path', 'malformed_path', 'The address is not valid.');

const cutShort = rejected(400, 'Content-Length', 'wrong_length', 'The request was cut short.');

/** Requests that Fastify rejects, by its stable error codes. */
const FRAMEWORK_FAILURES: Readonly<Record<string, Failure>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: rejected(413, 'body', 'too_large', 'The request is larger than 64 kB.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: notJson,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: cutShort,
  FST_ERR_BAD_URL: malformedTarget,
  FST_ERR_MAX_PARAM_LENGTH: unknownPath,
  FST_ERR_NOT_FOUND: unknownPath,
};

const INTERNAL: Failure = { kind: 'internal', message: 'Something went wrong. Please try again.', details: null };

/** @param request whose upload may have ended early: the client hung up, which is no fault of ours */
export const failureFor = (error: unknown, request?: FastifyRequest): Failure => {
  if (error instanceof ApiError) return failureOf(error);
  if (error instanceof RejectedRequest) return error.failure;
  if (hasZodFastifySchemaValidationErrors(error)) return validationFailure(error.validation[0]);
  const code = (error as Partial<FastifyError> | null)?.code;
  if (code === 'ECONNRESET' && request?.raw.complete === false) return cutShort;
  return (code && FRAMEWORK_FAILURES[code]) || INTERNAL;
};

export const sendFailure = (request: FastifyRequest, reply: FastifyReply, failure: Failure): FastifyReply => {
  if (failure.kind === 'rateLimited') reply.header('Retry-After', String(failure.details?.retry_after_seconds));
  return reply
    .code(failureStatus(failure))
    .header('X-Request-Id', request.id)
    .type(JSON_TYPE)
    .send(failureBody(failure, request.id));
};

/** Requests that Node's parser rejects: there is only a socket, so the response is written by hand. */
const PARSER_FAILURES: Readonly<Record<string, Failure>> = {
  HPE_HEADER_OVERFLOW: rejected(431, 'headers', 'too_large', 'The request headers are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: rejected(408, null, 'timeout', 'The request took too long to arrive.'),
};

export const respondToClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure =
    PARSER_FAILURES[error.code ?? ''] ?? rejected(400, null, 'malformed_request', 'The request is not HTTP.');
  const requestId = newRequestId();
  const body = failureBody(failure, requestId);
  const status = failureStatus(failure);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
};
