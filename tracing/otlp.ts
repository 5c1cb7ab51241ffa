// Spans of orders by OpenTelemetry: batches posted to a collector as OTLP over HTTP. A collector that is away costs spans and a line in
// the log, and nothing else.
import { DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type OrderSpan, type OrderTracing, rootSpanIdOf, traceIdOf } from './order-trace.ts';
import type { TracingLog, TracingSettings } from './settings.ts';

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;
const EXPORT_TIMEOUT_MS = 5_000;
const ERROR_LENGTH = 500;

export const createOtlpTracing = ({ url, ratio }: TracingSettings, service: string, log: TracingLog): OrderTracing => {
  const logger = loggerOf(log);
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  const ids = rootIds();
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `checkout-${service}` }),
    // By the trace's id alone: every process decides alike.
    sampler: new TraceIdRatioBasedSampler(ratio),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  const tracer = provider.getTracer('checkout');

  const start = (span: OrderSpan) => {
    const { intentId, name, kind, startedAt: startTime, attributes = {}, isRoot = false } = span;
    const traceId = traceIdOf(intentId);
    const caller = span.caller === undefined ? null : parseTraceParent(span.caller);
    const options = {
      ...{ kind: KINDS[kind], startTime },
      attributes: { 'checkout.intent_id': intentId, ...attributes },
      links: caller ? [{ context: caller }] : [],
    };
    if (isRoot) return ids.withRoot(span, () => tracer.startSpan(name, { ...options, root: true }, ROOT_CONTEXT));
    const parent = { traceId, spanId: rootSpanIdOf(intentId), traceFlags: TraceFlags.SAMPLED, isRemote: true };
    return tracer.startSpan(name, options, trace.setSpanContext(ROOT_CONTEXT, parent));
  };

  return {
    record(span) {
      const open = start(span);
      if (span.error !== undefined) {
        open.setStatus({ code: SpanStatusCode.ERROR, message: span.error.slice(0, ERROR_LENGTH) });
      }
      open.end(span.endedAt);
    },
    stop: () => provider.shutdown().catch((error: unknown) => logger.error(String(error))),
  };
};

interface RootIds extends IdGenerator {
  /** Runs `start` so that the span has the ids of the order's root. */
  withRoot<T>(span: OrderSpan, start: () => T): T;
}

const rootIds = (): RootIds => {
  const random = new RandomIdGenerator();
  let root: OrderSpan | null = null;
  return {
    generateTraceId: () => (root ? traceIdOf(root.intentId) : random.generateTraceId()),
    generateSpanId: () => (root ? rootSpanIdOf(root.intentId) : random.generateSpanId()),
    withRoot(span, start) {
      root = span;
      try {
        return start();
      } finally {
        root = null;
      }
    },
  };
};

const loggerOf = (log: TracingLog) => {
  const warn = (message: string): void =>
    log.warn({ reason: message.slice(0, ERROR_LENGTH) }, 'traces could not be sent');
  return { error: warn, warn, info: () => {}, debug: () => {}, verbose: () => {} };
};
