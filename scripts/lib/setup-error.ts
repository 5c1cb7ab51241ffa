// Errors that the user can fix: printed as one line without a stack trace; the command exits with 1.

/** Something outside the program is missing or blocks it. The message says how to fix it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The text to print for an error: the message of a SetupError, otherwise the stack. */
export function explain(error: unknown): string {
  if (error instanceof SetupError) return error.message;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC') return `the disk is full: ${(error as Error).message}`;
  if (code === 'EACCES' || code === 'EROFS') return `a file can't be written: ${(error as Error).message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
