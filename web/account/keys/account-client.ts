// Requests of the wallet's scripts to the server. What a failure means to a person is told by its code (web/account/parts/error-messages.ts,
// web/checkout/allscale-pay/failures.ts), in the language of the page.

/** A refusal, by the server or on this device: a stable code where there is one. Its message is for logs, in English. */
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
  const reply = (await response.json().catch(() => null)) as (T & { code?: string; message?: string }) | null;
  if (response.ok) return reply as T;
  throw new AccountError(
    reply?.code ?? 'unknown',
    response.status,
    reply?.message ?? `The server answered ${response.status}`,
  );
};
