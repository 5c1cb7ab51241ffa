// The errors that a person can act on: shown as one line, without a stack trace, and the command exits with 1.

/** Something outside the program is missing or in the way; the message says what to do about it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The line to print for any error: the message alone where it was written for people, the whole stack otherwise. */
export function explain(error: unknown): string {
  if (error instanceof SetupError) return error.message;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC') return `the disk is full: ${(error as Error).message}`;
  if (code === 'EACCES' || code === 'EROFS') return `a file can't be written: ${(error as Error).message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
