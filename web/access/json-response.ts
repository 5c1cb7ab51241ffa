// Responses of the account's JSON routes. A UserError becomes a 409 with its code; any other error is a 500.
const headers = { 'cache-control': 'no-store' };

export const jsonResponse = (body: unknown, status = 200): Response => Response.json(body, { status, headers });

export const loggedOutResponse = (): Response =>
  jsonResponse({ code: 'logged_out', message: 'You are logged out. Nothing was sent.' }, 401);

/** 409 with code and message when `work` throws a UserError. Other errors are rethrown. */
export const resultOrError = async (work: () => Promise<unknown>): Promise<Response> => {
  try {
    return jsonResponse(await work());
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    // Compared by name: the pages' bundle has its own copy of the class.
    if (name !== 'UserError') throw error;
    return jsonResponse({ code, message }, 409);
  }
};

/** The members of a JSON body; none when it is not an object. */
export const jsonBody = async (request: Request): Promise<Readonly<Record<string, unknown>>> => {
  const body: unknown = await request.json().catch(() => null);
  return body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
};
