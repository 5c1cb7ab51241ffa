// The settings of tracing, under the names that OpenTelemetry gives them, and the log that it needs.
import { z } from 'zod';
import type { Env } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';

export interface TracingSettings {
  /** Where spans are posted: the endpoint and `/v1/traces`. */
  url: string;
  /** The part of orders that is traced, 0 to 1; every process chooses the same orders. */
  ratio: number;
}

/** Where it says that spans were lost. */
export interface TracingLog {
  warn(facts: object, message: string): void;
}

const HEADERS = /^\s*[\w.-]+=[^,\s]*(?:\s*,\s*[\w.-]+=[^,\s]*)*\s*$/;

const schema = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'an http or https URL is needed' }).optional(),
  // Read by the exporter itself: it may hold a token.
  OTEL_EXPORTER_OTLP_HEADERS: z.string().regex(HEADERS, 'name=value pairs separated by commas are needed').optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'a number from 0 to 1 is needed' })
    .min(0, 'a number from 0 to 1 is needed')
    .max(1, 'a number from 0 to 1 is needed')
    .default(1),
});

/** @returns null: nothing is traced. Throws ConfigError `NAME: reason`, never with the value. */
export const readTracingSettings = (env: Env): TracingSettings | null => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = result.data;
  return endpoint === undefined ? null : { url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, ratio };
};
