// Settings that are JSON: what is wrong with one is told with the variable's name and the field.
import type { z } from 'zod';
import { ConfigError } from '#domain/errors.ts';

export interface JsonSetting<Value> {
  /** Throws ConfigError that names the field and the reason. */
  parse(text: string): Value;
  /** @param field `chains[0].tokens[1].decimals`, or empty for the whole */
  wrong(field: string, reason: string): ConfigError;
}

const fieldOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

export const jsonSetting = <Value>(variable: string, schema: z.ZodType<Value>): JsonSetting<Value> => {
  const wrong = (field: string, reason: string): ConfigError =>
    new ConfigError(`${variable}: ${field === '' ? '' : `${field}: `}${reason}`);
  return {
    wrong,
    parse(text) {
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch (error) {
        throw wrong('', `is no JSON: ${error instanceof Error ? error.message : error}`);
      }
      const result = schema.safeParse(json);
      if (result.success) return result.data;
      const [issue] = result.error.issues;
      throw wrong(fieldOf(issue?.path ?? []), issue?.message ?? 'is wrong');
    },
  };
};
