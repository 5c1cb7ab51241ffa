// The form that a browser posted. Every action reads it here.

/** Throws 400 for a body that is no form: JSON, or a damaged multipart body. */
export const readForm = async (request: Request): Promise<FormData> => {
  try {
    return await request.formData();
  } catch {
    throw new Response('Bad request', { status: 400 });
  }
};
