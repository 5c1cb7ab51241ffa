// Answers of the account's JSON routes: a UserError becomes a refusal with its code, anything else is the server's own fault.
const headers = { 'cache-control': 'no-store' };

export const jsonResponse = (body: unknown, status = 200): Response => Response.json(body, { status, headers });

export const loggedOutResponse = (): Response =>
  jsonResponse({ code: 'logged_out', message: 'You are logged out. Nothing was sent.' }, 401);

/** Runs it; 409 with code and message when it throws a UserError. Anything else is thrown on. */
export const resultOrError = async (work: () => Promise<unknown>): Promise<Response> => {
  try {
    return jsonResponse(await work());
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    // By its name: the pages' bundle holds a copy of the class.
    if (name !== 'UserError') throw error;
    return jsonResponse({ code, message }, 409);
  }
};

/** The members of a JSON body; none when it is not an object. */
export const jsonBody = async (request: Request): Promise<Readonly<Record<string, unknown>>> => {
  const body: unknown = await request.json().catch(() => null);
  return body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
};
