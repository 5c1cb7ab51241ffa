// Canonical strings that are signed (docs/open-api.md sections 2, 6 and 10). The HMAC itself is computed where keys are at hand.

export interface RequestToSign {
  /** Upper-case HTTP method. */
  method: string;
  /** As sent: percent-encoding and trailing slash included. */
  path: string;
  /** As sent, without `?`; empty when there is none. */
  queryString: string;
  /** Unix seconds, as sent. */
  timestamp: string;
  nonce: string;
  /** Lower-case hex SHA-256 of the raw body bytes (of the empty string when there is no body). */
  bodySha256: string;
}

export const requestCanonical = (request: RequestToSign): string =>
  [request.method, request.path, request.queryString, request.timestamp, request.nonce, request.bodySha256].join('\n');

export const webhookCanonical = (request: RequestToSign & { webhookId: string }): string =>
  [
    'allscale:webhook:v1',
    request.method,
    request.path,
    request.queryString,
    request.webhookId,
    request.timestamp,
    request.nonce,
    request.bodySha256,
  ].join('\n');

export interface ResponseToSign {
  statusCode: number;
  path: string;
  requestNonce: string;
  requestBodySha256: string;
  responseTimestamp: string;
  responseNonce: string;
  responseBodySha256: string;
}

export const responseCanonical = (response: ResponseToSign): string =>
  [
    String(response.statusCode),
    response.path,
    response.requestNonce,
    response.requestBodySha256,
    response.responseTimestamp,
    response.responseNonce,
    response.responseBodySha256,
  ].join('\n');

/** Splits a request target (`/a/b?x=1`) into its path and query string, both as sent. */
export const splitTarget = (target: string): { path: string; queryString: string } => {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, queryString: '' }
    : { path: target.slice(0, mark), queryString: target.slice(mark + 1) };
};
