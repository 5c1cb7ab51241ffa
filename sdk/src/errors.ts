// The two ways in which a call can fail: the server refused it, or nobody knows.

/** The API's codes. Stable: decide by these, and by `reason`. */
export const ErrorCode = {
  VALIDATION: 10001,
  UNAUTHENTICATED: 20001,
  BAD_SIGNATURE: 20002,
  FORBIDDEN: 30001,
  RATE_LIMITED: 40001,
  NOT_FOUND: 50001,
  NOT_CREATED: 50002,
  INTERNAL: 90000,
  UNKNOWN: 99999,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** The API refused the request: nothing was done. `code` is stable, the message may be shown to a shopper. */
export class AllScaleApiError extends Error {
  override readonly name = 'AllScaleApiError';
  /** One of `ErrorCode`; a number, because a server may know more. */
  readonly code: number;
  readonly httpStatus: number;
  /** Names the request in the merchant's request log. */
  readonly requestId: string;
  /** For 10001 the field and the reason, for 20002 the reason. */
  readonly details: Readonly<Record<string, unknown>> | null;
  /** Seconds to wait after 40001, where the server said. */
  readonly retryAfterSeconds: number | null;

  constructor(facts: {
    message: string;
    code: number;
    httpStatus: number;
    requestId: string;
    details: Record<string, unknown> | null;
    retryAfterSeconds: number | null;
  }) {
    super(facts.message);
    this.code = facts.code;
    this.httpStatus = facts.httpStatus;
    this.requestId = facts.requestId;
    this.details = facts.details;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }

  /** The stable word for why, as `amount_too_small`; null where there is none. */
  get reason(): string | null {
    return textOf(this.details?.reason);
  }

  /** The field that is wrong, for 10001. */
  get field(): string | null {
    return textOf(this.details?.field);
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * No answer of the API came: no connection, a time-out, a proxy's page, or an answer whose signature is wrong. The request may have
 * been carried out: repeat a create with the same idempotency key only.
 */
export class AllScaleUnreachableError extends Error {
  override readonly name = 'AllScaleUnreachableError';
}
