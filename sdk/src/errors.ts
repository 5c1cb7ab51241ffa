// The two ways in which a call can fail: the server refused it, or nobody knows.

/** The API refused the request: nothing was done. `code` is stable, the message may be shown to a shopper. */
export class AllScaleApiError extends Error {
  override readonly name = 'AllScaleApiError';
  /** 10001 validation, 20001 key, 20002 signature, 30001 forbidden, 40001 rate limit, 50001 not found, 50002 not created, 90000 internal. */
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
}

/**
 * No answer of the API came: no connection, a time-out, a proxy's page, or an answer whose signature is wrong. The request may have
 * been carried out: repeat a create with the same idempotency key only.
 */
export class AllScaleUnreachableError extends Error {
  override readonly name = 'AllScaleUnreachableError';
}
