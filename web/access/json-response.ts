// Answers of the account's JSON routes: a UserError becomes a refusal with its code, anything else is the server's own fault.
const headers = { 'cache-control': 'no-store' };

export const jsonAnswer = (body: unknown, status = 200): Response => Response.json(body, { status, headers });

export const loggedOutAnswer = (): Response =>
  jsonAnswer({ code: 'logged_out', message: 'You are logged out. Nothing was sent.' }, 401);

/** Runs it; 409 with code and message when it throws a UserError. Anything else is thrown on. */
export const answerOrRefusal = async (work: () => Promise<unknown>): Promise<Response> => {
  try {
    return jsonAnswer(await work());
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    // By its name: the pages' bundle holds a copy of the class.
    if (name !== 'UserError') throw error;
    return jsonAnswer({ code, message }, 409);
  }
};

/** The members of a JSON body; none when it is not an object. */
export const jsonBody = async (request: Request): Promise<Readonly<Record<string, unknown>>> => {
  const body: unknown = await request.json().catch(() => null);
  return body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
};
