// A collector of OpenTelemetry spans: takes OTLP as JSON over HTTP, and keeps what it got.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: Record<string, unknown>;
  links: string[];
  /** Null for a span that did not fail. */
  error: string | null;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

export interface SpanCollector {
  /** Without `/v1/traces`. */
  endpoint: string;
  spans: CollectedSpan[];
  /** Of the requests. */
  paths: Set<string>;
  headers: Record<string, unknown>[];
  stop(): Promise<void>;
}

type Value = Record<string, unknown>;
interface Attribute {
  key: string;
  value: Value;
}
interface Body {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        attributes: Attribute[];
        links?: { traceId: string }[];
        status: { code?: number; message?: string };
        startTimeUnixNano: string;
        endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

const ERROR = 2;
const flat = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
const toMs = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000_000n);

export const startSpanCollector = async (): Promise<SpanCollector> => {
  const spans: CollectedSpan[] = [];
  const paths = new Set<string>();
  const headers: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans } = JSON.parse(await text(request)) as Body;
    paths.add(request.url ?? '');
    headers.push(request.headers);
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(flat(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({
          ...{ service, traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId ?? '' },
          ...{ name: span.name, attributes: flat(span.attributes) },
          links: (span.links ?? []).map(({ traceId }) => traceId),
          error: span.status.code === ERROR ? (span.status.message ?? '') : null,
          startedAt: toMs(span.startTimeUnixNano),
          endedAt: toMs(span.endTimeUnixNano),
        });
      }
    }
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ spans, paths, headers },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
