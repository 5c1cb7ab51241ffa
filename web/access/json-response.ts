// Requests and responses of the routes for the pages' scripts. A UserError becomes a 409 with its code; any other error is a 500.
import type { z } from 'zod';

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

/** The JSON body. Throws a 400 with the code `bad_request` when it does not match the schema. */
export const jsonBody = async <Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> =>
  matching(schema, await request.json().catch(() => null));

/** The URL-encoded body. Throws a 400 with the code `bad_request` when it does not match the schema. */
export const formBody = async <Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> =>
  matching(schema, Object.fromEntries(new URLSearchParams(await request.text())));

const matching = <Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw jsonResponse({ code: 'bad_request', message: 'The request is malformed.' }, 400);
  return parsed.data;
};
