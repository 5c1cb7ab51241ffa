// JSON requests of the pages' scripts. A failure is shown by its code, in the page's language (parts/error-messages.ts).

/** A failure on the server or on this device, with a stable code where there is one. The message is English, for logs. */
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

export const getJson = <T>(path: string): Promise<T> => request<T>(path, {});

export const postJson = <T>(path: string, body: unknown): Promise<T> =>
  request<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const request = async <T>(path: string, init: RequestInit): Promise<T> => {
  const response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  const reply = (await response.json().catch(() => null)) as (T & { code?: string; message?: string }) | null;
  if (response.ok) return reply as T;
  throw new AccountError(
    reply?.code ?? 'unknown',
    response.status,
    reply?.message ?? `The server responded with status ${response.status}`,
  );
};
