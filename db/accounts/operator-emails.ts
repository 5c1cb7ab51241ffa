// The platform's operators, from better-auth's own schema.
import type { Em } from '../orm.ts';

export interface OperatorAddress {
  userId: string;
  email: string;
}

/** Only those with a proven address. */
export const listOperators = async (em: Em): Promise<OperatorAddress[]> =>
  await em
    .fork()
    .execute<OperatorAddress[]>(
      `select id as "userId", email from auth."user" where role = 'operator' and "emailVerified" order by email`,
    );

/** Only proven addresses. */
export const listOperatorEmails = async (em: Em): Promise<string[]> =>
  (await listOperators(em)).map(({ email }) => email);
