// The envelope of every response (docs/open-api.md section 1). Written as text, so that raw JSON (an intent's `extra`, the echo of the
// test route) stays untouched.
import type { FastifyReply } from 'fastify';
import { API_ERRORS, type ApiError, type ApiErrorKind } from '#domain/errors.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** @param payloadJson JSON text */
export const successBody = (payloadJson: string, requestId: string): string =>
  `{"code":0,"payload":${payloadJson},"error":null,"request_id":${JSON.stringify(requestId)}}`;

/**
 * Sends a payload that is already JSON text. `reply` is unknown here, because its type requires the object of the schema; tests
 * check the text against that schema.
 */
export const sendSuccess = (request: { id: string }, reply: unknown, payloadJson: string): FastifyReply =>
  (reply as FastifyReply).type(JSON_TYPE).send(successBody(payloadJson, request.id));

export interface Failure {
  kind: ApiErrorKind;
  /** Overrides the kind's status (section 7): 404, 405, 408, 413, 415, 431. */
  httpStatus?: number;
  message: string;
  details: Record<string, unknown> | null;
}

export const failureOf = ({ kind, message, details }: ApiError): Failure => ({ kind, message, details });

export const failureStatus = ({ kind, httpStatus }: Failure): number => httpStatus ?? API_ERRORS[kind].httpStatus;

export const failureBody = ({ kind, message, details }: Failure, requestId: string): string =>
  JSON.stringify({ code: API_ERRORS[kind].code, payload: null, error: { message, details }, request_id: requestId });
