// One order is one trace (decision 0095). The trace has the id of the intent, so every process finds it by itself: no context travels
// through the outbox, Temporal's histories, a restart or the weeks until a refund. Pure.
import type { IntentId } from '#domain/ids.ts';

export interface OrderSpan {
  intentId: IntentId;
  /** One of few: backends index names. */
  name: string;
  kind: 'server' | 'producer' | 'consumer' | 'internal';
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed; absent when it did not. */
  error?: string | undefined;
  /** It made the order, and is the parent of all other spans. */
  isRoot?: boolean;
  /** `traceparent` of the caller, whose trace is another one: the span links to it. */
  caller?: string | undefined;
}

export interface OrderTracing {
  /** Records a span that has ended. Never throws, never waits. */
  record(span: OrderSpan): void;
  /** Sends what is left. */
  stop(): Promise<void>;
}

export const NO_TRACING: OrderTracing = { record() {}, async stop() {} };

/** 32 hexadecimal digits: the intent's id and eight zeros, so that a person finds the trace by the id. */
export const traceIdOf = (intentId: IntentId): string => `${intentId}00000000`;

/** 16 hexadecimal digits: the random part of the intent's id. */
export const rootSpanIdOf = (intentId: IntentId): string => intentId.slice(-16);
