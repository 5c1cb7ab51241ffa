// The output of a failed command: one line for people, one JSON object for scripts, never a stack trace.
import { CommanderError } from 'commander';
import { ApiError, ConfigError, TransitionError, UserError } from '#domain/errors.ts';
import { explain, SetupError } from '../lib/setup-error.ts';

interface Failure {
  code: string;
  message: string;
}

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', '57P01', '57P03', '3D000']);

/** Prints the failure and returns the exit code: 0 after `--help`, otherwise 1. */
export const reportFailure = (error: unknown, json: boolean): number => {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const failure = describe(error);
  process.stderr.write(json ? `${JSON.stringify({ error: failure })}\n` : `error: ${failure.message}\n`);
  return 1;
};

const describe = (error: unknown): Failure => {
  if (error instanceof CommanderError)
    return { code: 'bad_usage', message: oneLine(error.message.replace(/^error: /, '')) };
  if (error instanceof ApiError) return { code: error.kind, message: oneLine(error.message) };
  if (error instanceof UserError || error instanceof TransitionError || error instanceof ConfigError) {
    return { code: error.code, message: oneLine(error.message) };
  }
  if (error instanceof SetupError) return { code: 'setup', message: oneLine(error.message) };
  if (causes(error).some((cause) => CONNECTION_CODES.has(String((cause as { code?: unknown }).code)))) {
    return {
      code: 'not_running',
      message:
        'the database does not respond: start the system with `npm start`, or set DATABASE_URL (or DATA_DIR) to the running one',
    };
  }
  return { code: 'unexpected', message: oneLine(explain(error).split('\n')[0] ?? '') };
};

/** The error, its causes, and the members of aggregate errors, which a failed connection to `localhost` throws. */
const causes = (error: unknown): object[] => {
  if (typeof error !== 'object' || error === null) return [];
  const { cause, previous, errors } = error as { cause?: unknown; previous?: unknown; errors?: unknown };
  return [error, ...[cause, previous, ...(Array.isArray(errors) ? errors : [])].flatMap(causes)];
};

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');
