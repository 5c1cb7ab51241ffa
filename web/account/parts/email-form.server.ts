// A form with one e-mail address, of pages that mail a link to it.
import { z } from 'zod';
import { LONGEST_EMAIL } from './form-parts.tsx';

export const emailForm = z.object({
  email: z
    .string()
    .trim()
    .max(LONGEST_EMAIL)
    .regex(/^[^\s@]+@[^\s@]+$/),
});
