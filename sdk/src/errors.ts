// The two errors of a call: the API rejected the request, or the result is unknown.

/** The API's error codes. They are stable: branch on the code and on `reason`. */
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

/** The API rejected the request and did nothing. `code` is stable. You can show the message to a shopper. */
export class AllScaleApiError extends Error {
  override readonly name = 'AllScaleApiError';
  /** One of `ErrorCode`. Typed as a number, because newer servers may have more codes. */
  readonly code: number;
  readonly httpStatus: number;
  /** Finds the request in the dashboard: Developers → Requests. */
  readonly requestId: string;
  /** For 10001 `field` and `reason`; for other codes `reason` and more. */
  readonly details: Readonly<Record<string, unknown>> | null;
  /** For 40001: seconds to wait, if the server sent `Retry-After`. */
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

  /** The stable reason, for example `amount_too_small`, or null. */
  get reason(): string | null {
    return textOf(this.details?.reason);
  }

  /** For 10001: the invalid field. */
  get field(): string | null {
    return textOf(this.details?.field);
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * The client got no valid response: no connection, a time-out, an error page of a proxy, or a wrong response signature. The request may
 * have succeeded, so retry a create only with the same idempotency key.
 */
export class AllScaleUnreachableError extends Error {
  override readonly name = 'AllScaleUnreachableError';
}
