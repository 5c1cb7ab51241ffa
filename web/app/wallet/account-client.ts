// Requests of the wallet's scripts to the server, and their failures in words.

/** A refusal by the server: a stable code where there is one, and words for the person. */
export class AccountError extends Error {
  override name = 'AccountError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const getJson = <T>(path: string): Promise<T> => ask<T>(path, {});

export const postJson = <T>(path: string, body: unknown): Promise<T> =>
  ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
  const response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  const answer = (await response.json().catch(() => null)) as (T & { code?: string; message?: string }) | null;
  if (response.ok) return answer as T;
  throw new AccountError(
    answer?.code ?? 'unknown',
    response.status,
    response.status === 429
      ? 'Too many tries. Wait a minute, then try again.'
      : (answer?.message ?? 'The server could not do this. Nothing has changed; try again.'),
  );
};

/** What went wrong, for a person. */
export const wordsFor = (error: unknown): string => {
  if (error instanceof DOMException && error.name === 'NotAllowedError') {
    return 'You dismissed the request, or it took too long. Nothing has changed.';
  }
  if (error instanceof DOMException && error.name === 'InvalidStateError') {
    return 'This device has a passkey for this account already.';
  }
  if (error instanceof TypeError) return 'The server cannot be reached. Check the connection and try again.';
  return error instanceof Error ? error.message : 'Something went wrong. Nothing has changed.';
};
