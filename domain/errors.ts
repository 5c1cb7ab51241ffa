// Errors with a stable code, a message that a shopper may read, and one map to the wire (docs/open-api.md section 7).

export const API_ERRORS = {
  validation: { code: 10001, httpStatus: 400 },
  unauthenticated: { code: 20001, httpStatus: 401 },
  badSignature: { code: 20002, httpStatus: 401 },
  forbidden: { code: 30001, httpStatus: 403 },
  rateLimited: { code: 40001, httpStatus: 429 },
  notFound: { code: 50001, httpStatus: 404 },
  intentNotCreated: { code: 50002, httpStatus: 400 },
  internal: { code: 90000, httpStatus: 500 },
  unknown: { code: 99999, httpStatus: 500 },
} as const;

export type ApiErrorKind = keyof typeof API_ERRORS;

/** A failure that is answered to an API client. `details` names the field and the reason where there is one. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly kind: ApiErrorKind;
  readonly details: Record<string, unknown> | null;

  constructor(
    kind: ApiErrorKind,
    message: string,
    details: Record<string, unknown> | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.details = details;
  }
}

/** A move that the transition table does not allow, or that its caller may not make. */
export class TransitionError extends Error {
  override name = 'TransitionError';
  readonly code = 'transition_not_allowed';
}

/** A payment that no rule allows was about to be recorded: a fault of the program, never of the payer. Nothing is written. */
export class PaymentRejectedError extends Error {
  override name = 'PaymentRejectedError';
  readonly code = 'payment_refused';
}

/** There is no such intent in this database. */
export class IntentMissingError extends Error {
  override name = 'IntentMissingError';
  readonly code = 'intent_missing';

  constructor(intentId: string) {
    super(`There is no intent ${intentId}`);
  }
}

/** A configuration value that stops the start; the message names the variable and the reason. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly code = 'bad_configuration';
}

/**
 * An input or action that an operator command or a page rejects, with a message for its user. `values` are the figures and names in the message, for pages
 * that say it in another language, by the code.
 */
export class UserError extends Error {
  override name = 'UserError';
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;

  constructor(code: string, message: string, options?: ErrorOptions & { values?: Readonly<Record<string, string>> }) {
    super(message, options);
    this.code = code;
    this.values = options?.values ?? {};
  }
}

/** Another process holds the lease now. The write is rejected, and this process must stop. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError';
  readonly code = 'lease_lost';
}
