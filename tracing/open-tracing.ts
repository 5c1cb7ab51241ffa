// Opens tracing. Without settings nothing of OpenTelemetry is loaded.
import { NO_TRACING, type OrderTracing } from './order-trace.ts';
import type { TracingLog, TracingSettings } from './settings.ts';

/** @param service names the process: `web` or `worker` */
export const openTracing = async (
  settings: TracingSettings | null,
  service: string,
  log: TracingLog,
): Promise<OrderTracing> =>
  settings === null ? NO_TRACING : (await import('./otlp.ts')).createOtlpTracing(settings, service, log);
