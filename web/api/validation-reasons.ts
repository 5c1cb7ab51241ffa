// Validation failures (10001) with their field and reason.
import type { FastifySchemaValidationError } from 'fastify';
import { VALIDATION_SENTENCES, type ValidationReason } from '#domain/validation-reasons.ts';
import type { Failure } from './envelope.ts';

const isReason = (text: unknown): text is ValidationReason =>
  typeof text === 'string' && Object.hasOwn(VALIDATION_SENTENCES, text);

/** A 10001 that names its field and its reason. */
export const invalid = (field: string, reason: ValidationReason): Failure => ({
  kind: 'validation',
  message: `The request is not valid: ${field} ${VALIDATION_SENTENCES[reason]}.`,
  details: { field, reason },
});

/** From the first issue of a schema; its messages are reasons. */
export const validationFailure = (issue: FastifySchemaValidationError | undefined): Failure => {
  const field = issue?.instancePath?.split('/')[1] ?? '';
  const reason = isReason(issue?.message) ? issue.message : 'not_an_object';
  return invalid(field || 'body', reason);
};
