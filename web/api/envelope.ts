// The envelope of every answer (docs/open-api.md section 1). Written as text, so that raw JSON (an intent's `extra`, the echo of
// the test route) is spliced in untouched.
import type { FastifyReply } from 'fastify';
import { API_ERRORS, type ApiError, type ApiErrorKind } from '#domain/errors.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** @param payloadJson JSON text */
export const successBody = (payloadJson: string, requestId: string): string =>
  `{"code":0,"payload":${payloadJson},"error":null,"request_id":${JSON.stringify(requestId)}}`;

/**
 * Sends a payload that is JSON text already. The reply is taken untyped: its type wants the object that the schema describes.
 * Tests hold the text against that schema.
 */
export const sendSuccess = (request: { id: string }, reply: unknown, payloadJson: string): FastifyReply =>
  (reply as FastifyReply).type(JSON_TYPE).send(successBody(payloadJson, request.id));

export interface Failure {
  kind: ApiErrorKind;
  /** Where the kind's own status (section 7) does not say enough: 404, 405, 408, 413, 415, 431. */
  httpStatus?: number;
  message: string;
  details: Record<string, unknown> | null;
}

export const failureOf = ({ kind, message, details }: ApiError): Failure => ({ kind, message, details });

export const failureStatus = ({ kind, httpStatus }: Failure): number => httpStatus ?? API_ERRORS[kind].httpStatus;

export const failureBody = ({ kind, message, details }: Failure, requestId: string): string =>
  JSON.stringify({ code: API_ERRORS[kind].code, payload: null, error: { message, details }, request_id: requestId });
