// How schemas name the reason of a rejection.
import { z } from 'zod';
import type { ValidationReason } from '#domain/validation-reasons.ts';

export const because = (reason: ValidationReason) => ({ error: reason });

/**
 * A check by a rule that names its reason, or undefined for a text that it takes.
 * @param say what the issue says of a reason: for the API the reason itself
 */
export const ruledBy = (
  reasonOf: (text: string) => ValidationReason | undefined,
  say: (reason: ValidationReason) => string = (reason) => reason,
) =>
  z.check<string>((given) => {
    const reason = reasonOf(given.value);
    if (reason) given.issues.push({ code: 'custom', message: say(reason), input: given.value });
  });
