// What the browser sends for a change of the password.
import { z } from 'zod';
import type { PasswordChange } from '../server/account-types.ts';

const secret = z.string().max(200);

export const passwordChange: z.ZodType<PasswordChange> = z.strictObject({
  current: secret,
  next: secret,
  sealedKey: z.string().max(4096).nullable(),
});
