// E-mail addresses of the platform's operators, from better-auth's own schema.
import type { Em } from '../orm.ts';

/** Only proven addresses. */
export const listOperatorEmails = async (em: Em): Promise<string[]> => {
  const rows = await em
    .fork()
    .execute<{ email: string }[]>(
      `select email from auth."user" where role = 'operator' and "emailVerified" order by email`,
    );
  return rows.map(({ email }) => email);
};
